import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { withFile } from './failure.ts';
import { APPLICATION_ID, checkVersion, hasContent, openFile, SCHEMA_VERSION } from './file.ts';
import { watchPlace } from './fileIdentity.ts';

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

/** Documents of one to two kilobytes leave a third of SQLite's usual 4096 empty. */
const PAGE_SIZE = 8192;
/**
 * Opens the data file for reading, also while a run writes.
 * @param busyMs how long to wait where another program holds the file
 * @throws DataFileError when it is missing, not a ledger, or of another version
 */
export function openForReading(file: string, busyMs?: number): Ledger {
  const sqlite = openFile(file, busyMs);
  return { file, sqlite, orm: drizzle(sqlite), isNew: false, checkInPlace: () => {}, close: () => sqlite.close() };
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
