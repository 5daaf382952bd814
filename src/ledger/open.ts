import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import journal from '../../migrations/meta/_journal.json' with { type: 'json' };
import { DataFileError } from '../core/errors.ts';
import { withFile } from './failure.ts';
import { watchPlace } from './place.ts';

/** An open data file. Only this room knows that it is SQL behind. */
export interface Ledger {
  readonly file: string;
  readonly sqlite: Database.Database;
  readonly orm: BetterSQLite3Database;
  /** Whether this opening made the file. */
  readonly isNew: boolean;
  /** @throws DataFileError when another file stands in this one's place by now */
  readonly checkInPlace: () => void;
  readonly close: () => void;
}

/** `mled` in the file's header: what tells a ledger from other databases. */
export const APPLICATION_ID = 0x6d6c6564;
/** Documents of one to two kilobytes leave a third of SQLite's usual 4096 empty. */
const PAGE_SIZE = 8192;
export const SCHEMA_VERSION = journal.entries.length;

/**
 * Opens the data file for reading, also while a run writes.
 * @throws DataFileError when it is missing, not a ledger, or of another version
 */
export function openForReading(file: string): Ledger {
  return withFile(file, () => {
    requireFile(file);
    const sqlite = new Database(file, { readonly: true, fileMustExist: true, timeout: 5000 });
    try {
      const version = checkVersion(file, sqlite);
      if (version < SCHEMA_VERSION) {
        const hint = 'the next sync brings it up to date; so does model-ledger rebuild';
        throw new DataFileError('old_schema', `${file} was written by an older version`, { hint });
      }
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return { file, sqlite, orm: drizzle(sqlite), isNew: false, checkInPlace: () => {}, close: () => sqlite.close() };
  });
}

/**
 * Opens the data file for a run, making or migrating it where needed. The caller holds the lock.
 * @throws DataFileError when it cannot be used
 */
export async function openForWriting(file: string): Promise<Ledger> {
  const isNew = !hasContent(file);
  const sqlite = withFile(file, () => new Database(file, { timeout: 5000 }));
  try {
    const version = withFile(file, () => {
      sqlite.pragma('foreign_keys = ON');
      const found = checkVersion(file, sqlite);
      if (isNew) {
        sqlite.pragma(`page_size = ${PAGE_SIZE}`);
        sqlite.pragma(`application_id = ${APPLICATION_ID}`);
      }
      if (sqlite.pragma('journal_mode', { simple: true }) !== 'wal') sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = FULL');
      return found;
    });
    if (version < SCHEMA_VERSION) {
      const { migrateFile } = await import('./migrate.ts');
      migrateFile({ file, sqlite, version: SCHEMA_VERSION });
    }
    return { file, sqlite, orm: drizzle(sqlite), isNew, checkInPlace: watchPlace(file), close: () => sqlite.close() };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * Opens the data file of this version for small writes beside the runs, which need no lock of their own.
 * @param busyMs how long to wait for a run's transaction
 * @throws DataFileError when it is missing, not a ledger, or of another version
 */
export function openBeside(file: string, busyMs: number): Ledger {
  const { close } = openForReading(file);
  close();
  return withFile(file, () => {
    const sqlite = new Database(file, { fileMustExist: true, timeout: busyMs });
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    const checkInPlace = watchPlace(file);
    return { file, sqlite, orm: drizzle(sqlite), isNew: false, checkInPlace, close: () => sqlite.close() };
  });
}

/** Whether the file is there and not empty. */
export function hasContent(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** @throws DataFileError when the file is missing or empty */
export function requireFile(file: string): void {
  if (hasContent(file)) return;
  const state = existsSync(file) ? 'is empty' : 'does not exist';
  throw new DataFileError('missing', `the data file ${file} ${state}`, {
    hint: 'check the path and that its disk is mounted; a first model-ledger sync makes the file',
  });
}

/** How many migrations the file has seen; a foreign or newer one is refused. */
function checkVersion(file: string, sqlite: Database.Database): number {
  const id = Number(sqlite.pragma('application_id', { simple: true }));
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (id !== APPLICATION_ID && tables !== 0) {
    const hint = 'name the data file with --db FILE';
    throw new DataFileError('not_a_ledger', `${file} is another program's database; nothing was written`, { hint });
  }
  if (version > SCHEMA_VERSION) {
    const message = `${file} was written by a newer version (schema ${version}, this program knows ${SCHEMA_VERSION})`;
    throw new DataFileError('newer_schema', `${message}; nothing was written`, { hint: 'upgrade model-ledger' });
  }
  return version;
}
