import { dirname, join } from 'node:path';
import { sql } from 'drizzle-orm';
import { LedgerError, messageOf } from '../../core/errors.ts';
import { beginningOf } from '../../core/reading/quote.ts';
import { Archive } from '../archive/archive.ts';
import { endpointTexts } from '../endpoints/schema/sweeps.ts';
import { EndpointTexts } from '../endpoints/texts.ts';
import { copyInto } from '../store/backup.ts';
import { inTemporaryFolder, noRoom } from '../store/disk/temporary.ts';
import { withFile } from '../store/failure.ts';
import { checkIntegrity } from '../store/integrity.ts';
import { describeFault, findSchemaFaults } from '../store/migration/schemaCheck.ts';
import { type Ledger, openForReading, openForWriting } from '../store/open.ts';
import { findBrokenSeals } from '../store/seals.ts';
import { runAtOnce } from '../store/steps.ts';
import { transact } from '../store/transaction.ts';
import { PROJECTED } from './projected.ts';
import { replayAll } from './replay.ts';

/** How much was checked, and what is wrong, in words. */
export interface Verification {
  readonly bodies: number;
  readonly runs: number;
  readonly problems: readonly string[];
}

/**
 * Checks SQLite's own integrity, the references, the hash of every body, and every row against tables that are made
 * again from the archive; rows that cannot be made from it are checked against their seals. The data file is only read,
 * and all but the first checks run on a copy, which runs that write meanwhile do not change.
 */
export async function verify(ledger: Ledger): Promise<Verification> {
  const problems = checkFile(ledger);
  if (problems.length > 0) return { ...count(ledger), problems };
  return await inTemporaryFolder(async (folder) => {
    const frozen = openForReading(copyTo(ledger, join(folder, 'frozen.db')));
    try {
      const damaged = checkArchive(frozen);
      const found = damaged.length > 0 ? damaged : await checkTables(frozen, join(folder, 'anew.db'));
      return { ...count(frozen), problems: [...findBrokenSeals(frozen.sqlite), ...found] };
    } finally {
      frozen.close();
    }
  });
}

function copyTo(ledger: Ledger, copy: string): string {
  copyInto(ledger, copy, (error) => noRoom(dirname(copy), error));
  return copy;
}

function count({ orm }: Ledger): { bodies: number; runs: number } {
  return orm.get(sql`SELECT (SELECT count(*) FROM archive) AS bodies, (SELECT count(*) FROM sync_runs) AS runs`);
}

function checkFile({ sqlite }: Ledger): string[] {
  // Without an index SQLite may refuse its own check; the schema's faults are reported all the same.
  const schema = inWords(() => findSchemaFaults(sqlite).map((fault) => `schema: ${describeFault(fault)}`));
  return [...new Set([...schema, ...inWords(() => checkIntegrity(sqlite))])];
}

/** The findings of a check, or why SQLite refuses it. */
function inWords(check: () => string[]): string[] {
  try {
    return check();
  } catch (error) {
    return [`SQLite: ${messageOf(error)}`];
  }
}

/** Checks the hash of every body and every answer about endpoints, and that no body is missing. */
function checkArchive(ledger: Ledger): string[] {
  const archive = new Archive(ledger);
  const texts = new EndpointTexts(ledger);
  const stored = ledger.orm.all<{ sha256: string; at: string | null }>(sql`
    SELECT a.sha256, (SELECT min(observed_at) FROM sync_runs WHERE body_sha256 = a.sha256) AS at
    FROM archive AS a ORDER BY a.id`);
  const missing = ledger.orm.all<{ id: number; sha256: string }>(sql`SELECT id, body_sha256 AS sha256 FROM sync_runs
    WHERE body_sha256 IS NOT NULL AND body_sha256 NOT IN (SELECT sha256 FROM archive)`);
  const answers = ledger.orm.select({ id: endpointTexts.id }).from(endpointTexts).all();
  return [
    ...stored.flatMap(({ sha256, at }) => tryOut(`archive: the body observed at ${at}`, () => archive.get(sha256))),
    ...missing.map(({ id, sha256 }) => `archive: the body ${sha256} of run ${id} is missing`),
    ...answers.flatMap(({ id }) => tryOut(`endpoint_texts: row ${id}`, () => texts.get(id))),
  ];
}

function tryOut(what: string, read: () => Buffer): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return [`${what} does not come back as it was (${error.message})`];
  }
}

/** Makes the tables again in a copy and compares row by row, in both directions. */
async function checkTables(ledger: Ledger, copy: string): Promise<string[]> {
  try {
    const anew = await openForWriting(copyTo(ledger, copy));
    try {
      transact(anew, () => runAtOnce(replayAll(anew)));
      withFile(ledger.file, () => anew.sqlite.prepare('ATTACH ? AS live').run(ledger.file));
      return Object.entries(PROJECTED).flatMap(([table, columns]) => [
        ...compare(anew, table, columns, { from: 'live', against: 'main', says: 'the archive does not tell' }),
        ...compare(anew, table, columns, { from: 'main', against: 'live', says: 'only the archive tells' }),
      ]);
    } finally {
      anew.close();
    }
  } catch (error) {
    if (error instanceof LedgerError && PLACE_FAULTS.includes(error.code)) throw noRoom(dirname(copy), error);
    if (error instanceof LedgerError) return [`the archive cannot be replayed: ${error.message}`];
    throw error;
  }
}

/** Errors that can only be about the place of the copy. */
const PLACE_FAULTS: readonly string[] = ['disk_full', 'disk_error', 'cannot_open', 'read_only'];

const SHOWN = 5;

function compare(
  { sqlite }: Ledger,
  table: string,
  columns: string,
  { from, against, says }: Record<'from' | 'against' | 'says', string>,
): string[] {
  // Rows are counted, so that a duplicate is a difference too.
  const counted = (side: string): string =>
    `SELECT ${columns}, count(*) AS times FROM ${side}.${table} GROUP BY ${columns}`;
  const query = `${counted(from)} EXCEPT ${counted(against)}`;
  const rows = sqlite.prepare<[], Record<string, unknown>>(query).all();
  const more = rows.length > SHOWN ? [`${table}: and ${rows.length - SHOWN} more rows that ${says}`] : [];
  return [...rows.slice(0, SHOWN).map((row) => `${table}: a row that ${says}: ${describe(row)}`), ...more];
}

function describe(row: Readonly<Record<string, unknown>>): string {
  return Object.entries(row)
    .filter(([name, value]) => value !== null && (name !== 'times' || value !== 1))
    .map(([name, value]) => `${name} ${beginningOf(String(value), 60)}`)
    .join(', ');
}
