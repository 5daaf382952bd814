import { sql } from 'drizzle-orm';
import { bytesWords } from '../../core/format/units.ts';
import { DAY_MS } from '../../core/time/instant.ts';
import { logOf } from '../store/disk/fileIdentity.ts';
import { bytesIn } from '../store/file.ts';
import type { Ledger } from '../store/open.ts';

/** Bytes of the data file by what they are for. */
export interface FileSizes {
  /** The file on disk, without its write-ahead log. */
  readonly file: number;
  /** Its write-ahead log, which waits to be moved into the file. */
  readonly log: number;
  /** The archived bodies. */
  readonly archive: number;
  /** The tables that are made from them, with their indexes and views. */
  readonly tables: number;
  /** Free pages. */
  readonly free: number;
  /** About what a month adds, by the last 30 days; null where less than two days are known. */
  readonly growthPerMonth: number | null;
}

const ARCHIVE = ['archive', 'archive_packs'];
const MONTH_DAYS = 30;
const LEAST_DAYS = 2;

/** @param period of the accepted lists, null where there is none */
export function sizeOf(ledger: Ledger, period: { readonly first: string; readonly last: string } | null): FileSizes {
  const { sqlite, file: path } = ledger;
  const pragma = (name: string): number => Number(sqlite.pragma(name, { simple: true }));
  const file = bytesIn(path);
  const free = pragma('freelist_count') * pragma('page_size');
  const archive = bytesOf(ledger, ARCHIVE);
  const tables = Math.max(0, file - free - archive);
  return { file, log: bytesIn(logOf(path)), archive, tables, free, growthPerMonth: growth(ledger, tables, period) };
}

/** A larger log is not being emptied: a reader keeps a transaction open, or the disk fails. */
const LARGE_LOG = 16 << 20;

/** A warning about the log of a data file; undefined where there is nothing to warn about. */
export function logWarning(path: string): string | undefined {
  const bytes = bytesIn(logOf(path));
  if (bytes <= LARGE_LOG) return undefined;
  return `${bytesWords(bytes)} wait in ${logOf(path)} to be moved into the file: end the program that holds it open, or see to the disk.`;
}

/** The size of some tables and their indexes; SQLite reads only their pages. */
function bytesOf({ orm }: Ledger, tables: readonly string[]): number {
  const names = orm.all<{ name: string }>(sql`SELECT name FROM sqlite_schema WHERE tbl_name IN ${tables}`);
  const row = orm.get<{ bytes: number | null }>(
    sql`SELECT sum(pgsize) AS bytes FROM dbstat('main', 1) WHERE name IN ${names.map(({ name }) => name)}`,
  );
  return row.bytes ?? 0;
}

/** Estimates growth: of the archive by new packs, of models by new ones, of all other tables by new events. */
function growth(ledger: Ledger, tables: number, period: { first: string; last: string } | null): number | null {
  if (period === null) return null;
  const end = Date.parse(period.last);
  const start = Math.max(end - MONTH_DAYS * DAY_MS, Date.parse(period.first));
  const days = (end - start) / DAY_MS;
  if (days < LEAST_DAYS) return null;
  const since = new Date(start).toISOString();
  const { packs, events, models } = ledger.orm.get<Growth>(sql`SELECT
    (SELECT sum(length(data) + coalesce(length(ranges), 0)) FROM archive_packs WHERE id IN (SELECT pack FROM archive WHERE sha256 IN (
      SELECT body_sha256 FROM sync_runs WHERE observed_at > ${since}))) AS packs,
    (SELECT count(*) FROM sync_runs AS r JOIN change_events AS e ON e.run_id = r.id WHERE r.observed_at > ${since})
      * 1.0 / (SELECT count(*) FROM change_events) AS events,
    (SELECT avg(first_seen_at > ${since}) FROM models) AS models`);
  const documents = bytesOf(ledger, ['models']);
  const bytes = (packs ?? 0) + documents * (models ?? 0) + (tables - documents) * (events ?? 0);
  return Math.round((bytes / days) * MONTH_DAYS);
}

type Growth = Readonly<Record<'packs' | 'events' | 'models', number | null>>;
