import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, DataFileError, LedgerError, LockedError } from '../../core/errors.ts';
import { isBusy, isSqliteError } from './driver.ts';

/** What to do about a damaged file: where its rows are nowhere else, and where the archive has them. */
export const RESTORE = 'Put a backup in its place: model-ledger restore FILE';
export const RESTORE_DAMAGED = `${RESTORE}; model-ledger verify lists all that is damaged.`;
export const MEND = 'Run model-ledger verify to find out what is missing, model-ledger rebuild to mend it.';

/** By the code of SQLite or the file system: our own code, what failed, and what to do. */
const ADVICE: readonly (readonly [pattern: RegExp, code: string, what: string, hint: string])[] = [
  [/^(?:SQLITE_FULL|ENOSPC$|EDQUOT$|EFBIG$)/, 'disk_full', 'the disk is full', 'Make room and run again.'],
  [/^(?:SQLITE_IOERR|EIO$)/, 'disk_error', 'the disk failed', 'Check the disk and its space, then run again.'],
  [/^SQLITE_CORRUPT/, 'damaged', 'the file is damaged', `${RESTORE}.`],
  [
    /^SQLITE_CONSTRAINT/,
    'inconsistent',
    'its rows contradict each other',
    'Run model-ledger verify to find out where, model-ledger rebuild to mend the tables.',
  ],
  [/^SQLITE_NOMEM/, 'no_memory', 'there is not enough memory', 'Free some and run again.'],
  [/^SQLITE_NOTADB/, 'not_a_ledger', 'it is not an SQLite database', 'Name the data file with --db FILE.'],
  [
    /^(?:SQLITE_CANTOPEN|E(?:NOENT|NOTDIR|ISDIR|LOOP|MFILE|NFILE|NAMETOOLONG|NXIO)$)/,
    'cannot_open',
    'it cannot be opened',
    'Check that the folder exists and may be written to.',
  ],
  [
    /^(?:SQLITE_READONLY|EACCES$|EPERM$|EROFS$)/,
    'read_only',
    'it may not be written to',
    'Check the rights of the file and of its folder.',
  ],
];

/** SQLite's words where another program has dropped or changed a table. */
const ALTERED = /^no such (?:table|column)|has no column named/;

/**
 * Turns an error of SQLite or the file system about the data file into one with words; others pass through. Only the
 * owner of the transaction can add the state that the file is in.
 */
export function dataFileError(file: string, thrown: unknown): unknown {
  // It has words already, perhaps about another file and with a state.
  if (thrown instanceof LedgerError) return thrown;
  const error = sourceOf(thrown);
  if (!(error instanceof Error)) return thrown;
  const code = codeOf(error);
  if (/directory does not exist/.test(error.message) || (code === 'ENOENT' && !existsSync(dirname(file)))) {
    const hint = 'Make the folder, or name another file with --db FILE.';
    return new DataFileError('cannot_open', `${file}: its folder does not exist.`, { hint, cause: error });
  }
  if (isBusy(error)) {
    const hint = 'Try again when the program that holds the file has ended.';
    return new LockedError('locked', `${file} is locked.`, { hint, cause: error });
  }
  if (isSqliteError(error) && ALTERED.test(error.message)) {
    const message = `${file}: its tables are not as they were (${error.message}).`;
    return new DataFileError('altered', message, { hint: MEND, cause: error });
  }
  const isTorn = isSqliteError(error) && error.message === 'malformed JSON';
  const advice = ADVICE.find(([pattern]) => pattern.test(isTorn ? 'SQLITE_CONSTRAINT' : code));
  if (advice === undefined) return thrown;
  const [, name, what, hint] = advice;
  const about = 'path' in error && typeof error.path === 'string' ? error.path : file;
  const words = name === 'read_only' && isUnreadable(about) ? 'this account may not read it' : what;
  return new DataFileError(name, `${about}: ${words} (${error.message}).`, { hint, cause: error });
}

function isUnreadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch (error) {
    return codeOf(error) === 'EACCES';
  }
}

/** The state where no transaction was committed. */
export function unwritten({ isUntouched }: { readonly isUntouched: boolean }): string {
  return isUntouched ? 'nothing was written' : 'nothing of this run was written';
}

/** The state that a failed import leaves, when so many of its snapshots or files are committed. */
export function stateAfter({ isUntouched }: { readonly isUntouched: boolean }, count: number, what: string): string {
  if (count > 0) return `the ${count} ${what} before are recorded; the same import goes on from there`;
  return isUntouched ? 'nothing was written' : 'nothing was imported';
}

/** The state where the commit itself failed, which may have succeeded all the same. */
export const UNSURE = 'the file is as before this or as after it: model-ledger status tells';

/** The same for a migration: the next run completes it, while `status` refuses a file of an older schema. */
export const UNSURE_SCHEMA = 'the file is as before its migration or as after it, and the next run goes on from either';

/** The error of SQLite's that the query builder has wrapped. */
function sourceOf(error: unknown): unknown {
  return error instanceof Error && isSqliteError(error.cause) ? error.cause : error;
}

/**
 * Runs `work`, with errors of the data file put into words.
 * @param state that they leave the file in, where that is certain
 */
export function withFile<T>(file: string, work: () => T, state?: string): T {
  try {
    return work();
  } catch (error) {
    const failure = dataFileError(file, error);
    throw failure instanceof LedgerError && state !== undefined ? failure.leaving(state) : failure;
  }
}

/** The same for asynchronous work. */
export async function usingFile<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw dataFileError(file, error);
  }
}
