import { createRequire } from 'node:module';
import type Database from 'better-sqlite3';
import { codeOf, DataFileError } from '../../core/errors.ts';

/**
 * The one place where SQLite is loaded. Two editions of better-sqlite3 serve all Nodes: 12 is compiled for one Node and
 * aborts on 24, 13 brings its binaries and needs Node 22.
 */
const DRIVER = Number.parseInt(process.versions.node, 10) < 22 ? 'better-sqlite3' : 'better-sqlite3-napi';

const require = createRequire(import.meta.url);

/** An error of SQLite's; recognized by its shape, as its class is unknown until the driver has been loaded. */
export interface SqliteError extends Error {
  /** Such as `SQLITE_BUSY`. */
  readonly code: string;
}

/**
 * Opens a database.
 * @throws DataFileError when the driver cannot be loaded; SqliteError for the database
 */
export function openDatabase(file: string, options: Database.Options): Database.Database {
  try {
    const Driver: typeof Database = require(DRIVER);
    return new Driver(file, options);
  } catch (error) {
    throw driverError(error) ?? error;
  }
}

/** Whether another connection has the database locked. */
export function isBusy(error: unknown): error is SqliteError {
  return isSqliteError(error) && error.code.startsWith('SQLITE_BUSY');
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && error.name === 'SqliteError' && 'code' in error && typeof error.code === 'string';
}

/** Why the native module cannot be loaded, by the message of Node or of the module's own loader. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string, remedy: 'rebuild' | 'install'])[] = [
  [/NODE_MODULE_VERSION|did not self-register/, 'was built for another Node', 'rebuild'],
  [/Could not locate the bindings file|Cannot find module .*\.node/, 'was never built', 'rebuild'],
  [/Cannot find (?:module|package)/, 'is not installed', 'install'],
];

function driverError(error: unknown): DataFileError | undefined {
  if (!(error instanceof Error) || isSqliteError(error)) return undefined;
  const found = REASONS.find(([pattern]) => pattern.test(error.message));
  if (found === undefined && codeOf(error) !== 'ERR_DLOPEN_FAILED') return undefined;
  const [, reason, remedy] = found ?? [undefined, `cannot be loaded (${error.message.split('\n')[0]})`, 'install'];
  const where = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
  const hint =
    remedy === 'rebuild' && DRIVER === 'better-sqlite3'
      ? 'Run npm rebuild better-sqlite3 with this Node where model-ledger is installed.'
      : 'Install model-ledger anew with this Node (in a checkout: npm ci).';
  const message = `The native module ${DRIVER} ${reason}; this is ${where}.`;
  return new DataFileError('no_driver', message, { hint, cause: error });
}
