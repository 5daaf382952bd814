import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { logOf, watchIdentity } from './disk/fileIdentity.ts';
import { openDatabase } from './driver.ts';
import { unwritten, withFile } from './failure.ts';
import { APPLICATION_ID, checkVersion, hasContent, openFile, refuseLost, SCHEMA_VERSION } from './file.ts';
import type { Lock } from './lock.ts';
import { type Orm, openOrm } from './orm.ts';
import { keepSeals, sealAll } from './seals.ts';
import { closeInPlace } from './sidecars.ts';

/** An open data file. Only this room knows that it is an SQL database. */
export interface Ledger {
  readonly file: string;
  readonly sqlite: Database.Database;
  readonly orm: Orm;
  /** Whether opening it has made the file. */
  readonly isNew: boolean;
  /** Whether opening it has written nothing: the file existed and was up to date. */
  readonly isUntouched: boolean;
  /**
   * To be called before a commit.
   * @throws DataFileError when another file has taken this one's place
   * @throws LockedError when this run has lost the lock
   */
  readonly checkInPlace: () => void;
  /** @param onWarning told of what did not succeed after all was committed, in words */
  readonly close: (onWarning?: (words: string) => void) => void;
}

/** With documents of one to two kilobytes, a third of SQLite's default pages of 4096 bytes would stay empty. */
const PAGE_SIZE = 8192;

/**
 * Opens the data file for reading, also while a run writes.
 * @param busyMs how long to wait where another program has locked the file
 * @throws DataFileError when it is missing, not a ledger, or of another version
 */
export function openForReading(file: string, busyMs?: number): Ledger {
  return toLedger(file, openFile(file, busyMs));
}

/** @param writing what is different for a connection that may write */
function toLedger(file: string, sqlite: Database.Database, writing: Partial<Ledger> = {}): Ledger {
  const reading = { isNew: false, isUntouched: true, checkInPlace: () => {}, close: () => sqlite.close() };
  return { file, sqlite, orm: openOrm(sqlite), ...reading, ...writing };
}

/** Opens the data file for one question and closes it, whatever happens. */
export function readLedger<T>(file: string, ask: (ledger: Ledger) => T, busyMs?: number): T {
  const ledger = openForReading(file, busyMs);
  try {
    return ask(ledger);
  } finally {
    ledger.close();
  }
}

/** Adapts the rows of a migrated file to this program's rules, within the migration's transaction. */
export type AfterMigration = (ledger: Ledger, fromVersion: number) => void;

/**
 * Opens the data file for a run, and creates or migrates it if necessary.
 * @param lock what makes the caller the only writer; proved before each commit
 * @param loadAfterMigration loads what only a file that has to be migrated needs
 * @throws DataFileError when it cannot be used
 */
export async function openForWriting(
  file: string,
  lock?: Lock,
  loadAfterMigration: () => Promise<AfterMigration> = async () => () => {},
): Promise<Ledger> {
  const isNew = !hasContent(file);
  refuseLost(file);
  const hasSidecars = existsSync(logOf(file));
  const sqlite = withFile(file, () => openDatabase(file, { timeout: 5000 }));
  try {
    const version = withFile(file, () => prepareFile(file, sqlite, isNew), isNew ? undefined : 'nothing was written');
    const checkIdentity = watchIdentity(file);
    const checkInPlace = (): void => {
      checkIdentity();
      lock?.prove();
    };
    const isUntouched = version === SCHEMA_VERSION;
    const close: Ledger['close'] = (onWarning) => closeInPlace(file, sqlite, onWarning);
    const ledger = toLedger(file, sqlite, { isNew, isUntouched, checkInPlace, close });
    if (version < SCHEMA_VERSION) {
      const { migrateFile } = await import('./migration/migrate.ts');
      const afterMigration = await loadAfterMigration();
      migrateFile(file, sqlite, () => {
        afterMigration(ledger, version);
        sealAll(sqlite);
      });
    }
    withFile(file, () => keepSeals(sqlite), unwritten(ledger));
    return ledger;
  } catch (error) {
    if (hasSidecars) closeInPlace(file, sqlite);
    else sqlite.close();
    throw error;
  }
}

/** Sets the pragmas that writing needs; returns the schema version of the file. */
function prepareFile(file: string, sqlite: Database.Database, isNew: boolean): number {
  sqlite.pragma('foreign_keys = ON');
  const found = checkVersion(file, sqlite);
  if (isNew) {
    sqlite.pragma(`page_size = ${PAGE_SIZE}`);
    sqlite.pragma(`application_id = ${APPLICATION_ID}`);
  }
  if (sqlite.pragma('journal_mode', { simple: true }) !== 'wal') sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  return found;
}

/**
 * Opens the data file of this version for small writes beside the runs, without a lock.
 * @param busyMs how long to wait for a run's transaction
 * @throws DataFileError when it is missing, not a ledger, or of another version
 */
export function openBeside(file: string, busyMs: number): Ledger {
  openForReading(file).close();
  return withFile(file, () => {
    const sqlite = openDatabase(file, { fileMustExist: true, timeout: busyMs });
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    const checkInPlace = watchIdentity(file);
    const close: Ledger['close'] = (onWarning) => closeInPlace(file, sqlite, onWarning);
    return toLedger(file, sqlite, { checkInPlace, close });
  });
}
