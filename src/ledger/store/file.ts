import { existsSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import journal from '../../../migrations/meta/_journal.json' with { type: 'json' };
import { DataFileError } from '../../core/errors.ts';
import { followLinks, logOf } from './disk/fileIdentity.ts';
import { openDatabase } from './driver.ts';
import { withFile } from './failure.ts';
import { openAside, wantsToWrite } from './readAside.ts';
import { watchSidecars } from './sidecars.ts';

/** `mled` in the file's header, which distinguishes a ledger from other databases. */
export const APPLICATION_ID = 0x6d6c6564;
export const SCHEMA_VERSION = journal.entries.length;

/** The schema version that a migration leads to, by its name without the number. */
export function versionAfter(migration: string): number {
  const place = journal.entries.findIndex(({ tag }) => tag.replace(/^\d+_/, '') === migration);
  if (place < 0) throw new TypeError(`no migration ${migration}`);
  return place + 1;
}

/** How long a reader waits for a file that another program has locked. */
const BUSY_MS = 5000;

/**
 * Opens the data file for reading, also while a run writes.
 * @param busyMs how long to wait where another program has locked the file
 * @throws DataFileError when it is missing, not a ledger, or of another version
 */
export function openFile(file: string, busyMs = BUSY_MS): Database.Database {
  return withFile(file, () => {
    requireFile(file);
    const tidyUp = watchSidecars(file);
    const sqlite = openReadable(file, busyMs);
    try {
      const version = checkVersion(file, sqlite);
      if (version < SCHEMA_VERSION) {
        const hint = 'Run model-ledger rebuild to bring it up to date; the next sync does so too.';
        throw new DataFileError('old_schema', `${file} was written by an older version.`, { hint });
      }
      return sqlite;
    } catch (error) {
      sqlite.close();
      tidyUp();
      throw error;
    }
  });
}

function openReadable(file: string, busyMs: number): Database.Database {
  let sqlite: Database.Database | undefined;
  try {
    sqlite = openDatabase(file, { readonly: true, fileMustExist: true, timeout: busyMs });
    sqlite.pragma('user_version');
    return sqlite;
  } catch (error) {
    sqlite?.close();
    if (!wantsToWrite(error)) throw error;
    return openAside(file);
  }
}

/** How long a file is, in bytes; 0 where there is none. */
export function bytesIn(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Whether the file is there and not empty. */
export function hasContent(file: string): boolean {
  return bytesIn(file) > 0;
}

/** @throws DataFileError when the file is missing or empty */
export function requireFile(file: string): void {
  refuseOthers(file);
  if (hasContent(file)) return;
  refuseLost(file);
  const state = existsSync(file) ? 'is empty' : 'does not exist';
  throw new DataFileError('missing', `The data file ${file} ${state}.`, {
    hint: 'Run model-ledger sync to make it, or check the path, and that its disk is mounted.',
  });
}

/** What a restore puts in the file's place at its end, and leaves beside it where it is killed. */
export function restoringName(file: string): string {
  return `${followLinks(file)}.restoring`;
}

/** @throws DataFileError where there is no file, and what is left beside it tells that there should be one */
export function refuseLost(file: string): void {
  if (hasContent(file)) return;
  const lost = (why: string, hint: string) => new DataFileError('lost', `${file} is not there, ${why}.`, { hint });
  // SQLite would use the log for a new file, or delete it, though it may be all that is left of the old one.
  if (hasContent(logOf(file))) {
    const hint = 'Put the file back beside it, or a backup in its place: model-ledger restore FILE.';
    throw lost('but its log is there without it; nothing was written', hint);
  }
  const left = restoringName(file);
  if (!existsSync(left)) return;
  const hint = `Run model-ledger restore again, or remove ${left}; a file that was there is kept beside it.`;
  throw lost('because a restore of it was interrupted; nothing was written', hint);
}

/** @throws DataFileError for a folder, a pipe or a device: opening one may wait for ever */
export function refuseOthers(file: string, remedy?: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  const [what, hint] = found.isDirectory()
    ? ['a folder', 'Name the data file in it with --db FILE.']
    : ['no regular file', 'Name the data file with --db FILE.'];
  throw new DataFileError('not_a_file', `${file} is ${what}.`, { hint: remedy ?? hint });
}

/** The error about a file without our mark; one made from a text dump has the tables of a ledger all the same. */
function unmarked(file: string, sqlite: Database.Database): DataFileError {
  const names = sqlite.prepare('SELECT name FROM sqlite_schema').pluck().all();
  if (['__drizzle_migrations', 'sync_runs', 'archive'].every((name) => names.includes(name))) {
    const version = sqlite.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get();
    const pragmas = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`;
    const message = `${file} has the tables of a ledger and not its mark, as a text dump leaves it; nothing was written.`;
    return new DataFileError('not_marked', message, { hint: `Run sqlite3 ${file} '${pragmas}' to mark it.` });
  }
  const hint = 'Name the data file with --db FILE.';
  return new DataFileError('not_a_ledger', `${file} is another program's database; nothing was written.`, { hint });
}

/** How many migrations the file has seen; a foreign or newer one is refused. */
export function checkVersion(file: string, sqlite: Database.Database): number {
  const id = Number(sqlite.pragma('application_id', { simple: true }));
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (id !== APPLICATION_ID && tables !== 0) throw unmarked(file, sqlite);
  if (version > SCHEMA_VERSION) {
    const message = `${file} was written by a newer version (schema ${version}, this program knows ${SCHEMA_VERSION})`;
    throw new DataFileError('newer_schema', `${message}; nothing was written.`, { hint: 'Upgrade model-ledger.' });
  }
  return version;
}
