import { statSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import type { Ledger } from '../open.ts';

/** Bytes of the data file by what they are for. */
export interface Size {
  /** The file on disk, without its write-ahead log. */
  readonly file: number;
  /** The bodies, which are the truth. */
  readonly archive: number;
  /** The tables that are made from them, with their indexes. */
  readonly tables: number;
  /** Free pages and SQLite's own. */
  readonly other: number;
  /** What the last 30 days add up to in a month; null where less than two days are known. */
  readonly growthPerMonth: number | null;
}

const ARCHIVE = ['archive', 'archive_packs', 'archive_head'];
const DAY = 86_400_000;
const MONTH_DAYS = 30;
const LEAST_DAYS = 2;
/** What grows, and by which column its growth is told. */
const GROWING = [
  ['sync_runs', sql`finished_at`],
  ['change_events', sql`observed_at`],
  ['pricing_history', sql`valid_from`],
  ['provider_limits', sql`valid_from`],
  ['models', sql`first_seen_at`],
] as const;

/** @param period of the accepted lists, null where there is none */
export function sizeOf(ledger: Ledger, period: { readonly first: string; readonly last: string } | null): Size {
  const { orm } = ledger;
  const rows = orm.all<{ name: string; bytes: number }>(sql`SELECT coalesce(s.tbl_name, d.name) AS name,
    sum(d.pgsize) AS bytes FROM dbstat('main', 1) AS d LEFT JOIN sqlite_schema AS s ON s.name = d.name GROUP BY 1`);
  const bytesOf = new Map(rows.map(({ name, bytes }) => [name, bytes]));
  const archive = ARCHIVE.reduce((sum, name) => sum + (bytesOf.get(name) ?? 0), 0);
  const tables = rows
    .filter(({ name }) => !ARCHIVE.includes(name) && !name.startsWith('sqlite_') && !name.startsWith('__'))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const file = statSync(ledger.file).size;
  return {
    file,
    archive,
    tables,
    other: Math.max(0, file - archive - tables),
    growthPerMonth: growth(ledger, bytesOf, period),
  };
}

function growth(
  { orm }: Ledger,
  bytesOf: ReadonlyMap<string, number>,
  period: { first: string; last: string } | null,
): number | null {
  if (period === null) return null;
  const end = Date.parse(period.last);
  const start = Math.max(end - MONTH_DAYS * DAY, Date.parse(period.first));
  const days = (end - start) / DAY;
  if (days < LEAST_DAYS) return null;
  const since = new Date(start).toISOString();
  const bodies = orm.get<{ bytes: number | null }>(sql`WITH shares AS (
      SELECT a.sha256, length(p.data) * 1.0 * a.length / max(1, sum(a.length) OVER (PARTITION BY a.pack)) AS bytes
      FROM archive AS a JOIN archive_packs AS p ON p.id = a.pack)
    SELECT sum(bytes) AS bytes FROM shares JOIN (
      SELECT body_sha256 AS sha256 FROM sync_runs WHERE body_sha256 IS NOT NULL
      GROUP BY body_sha256 HAVING min(observed_at) > ${since}) USING (sha256)`);
  let bytes = bodies.bytes ?? 0;
  for (const [name, column] of GROWING) {
    const share = orm.get<{ share: number | null }>(
      sql`SELECT avg(${column} > ${since}) AS share FROM ${sql.identifier(name)}`,
    ).share;
    bytes += (bytesOf.get(name) ?? 0) * (share ?? 0);
  }
  return Math.round((bytes / days) * MONTH_DAYS);
}
