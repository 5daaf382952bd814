import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, DataFileError, LedgerError, LockedError } from '../../core/errors.ts';
import { isSqliteError } from './driver.ts';

/** What to do about a file that is not what it was, where nothing else has its rows, and where the archive has. */
export const RESTORE = 'Put a backup in its place: model-ledger restore FILE';
export const MEND = 'Run model-ledger verify to find out what is missing, model-ledger rebuild to mend it.';

/** What SQLite or the file system says, by its code: which failure of ours it is, in words, and what to do. */
const ADVICE: readonly (readonly [said: RegExp, code: string, what: string, hint: string])[] = [
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

/** What another program has dropped or changed. */
const ALTERED = /^no such (?:table|column)|has no column named/;

/**
 * Turns what SQLite or the file system said about the data file into words; other errors pass through. In which state
 * the file is only the owner of the transaction can say.
 */
export function dataFileError(file: string, thrown: unknown): unknown {
  // Put into words already: about another file perhaps, and with the state that it leaves.
  if (thrown instanceof LedgerError) return thrown;
  const error = sourceOf(thrown);
  if (!(error instanceof Error)) return thrown;
  const code = codeOf(error);
  if (/directory does not exist/.test(error.message) || (code === 'ENOENT' && !existsSync(dirname(file)))) {
    const hint = 'Make the folder, or name another file with --db FILE.';
    return new DataFileError('cannot_open', `${file}: its folder does not exist.`, { hint, cause: error });
  }
  if (isSqliteError(error) && code.startsWith('SQLITE_BUSY')) {
    const hint = 'Try again when the program that holds the file has ended.';
    return new LockedError('locked', `${file} is locked.`, { hint, cause: error });
  }
  if (isSqliteError(error) && ALTERED.test(error.message)) {
    const message = `${file}: its tables are not as they were (${error.message}).`;
    return new DataFileError('altered', message, { hint: MEND, cause: error });
  }
  const isTorn = isSqliteError(error) && error.message === 'malformed JSON';
  const advice = ADVICE.find(([said]) => said.test(isTorn ? 'SQLITE_CONSTRAINT' : code));
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

/** What is true where no transaction has come to its commit. */
export function unwritten({ isUntouched }: { readonly isUntouched: boolean }): string {
  return isUntouched ? 'nothing was written' : 'nothing of this run was written';
}

/** What a failure of an import leaves behind, when so much of it is committed. */
export function stateAfter({ isUntouched }: { readonly isUntouched: boolean }, count: number, what: string): string {
  if (count > 0) return `the ${count} ${what} before are recorded; the same import goes on from there`;
  return isUntouched ? 'nothing was written' : 'nothing was imported';
}

/** Where the commit itself failed, the disk may have taken it all the same. */
export const UNSURE = 'the file is as before this or as after it: model-ledger status tells';

/** The same of a migration: `status` refuses a file of an older schema, and the next run brings it up to date. */
export const UNSURE_SCHEMA = 'the file is as before its migration or as after it, and the next run goes on from either';

/** What SQLite said, where the query builder has wrapped it. */
function sourceOf(error: unknown): unknown {
  return error instanceof Error && isSqliteError(error.cause) ? error.cause : error;
}

/**
 * Runs `work`, with errors of the data file put into words.
 * @param state in which they leave the file, where that is certain
 */
export function withFile<T>(file: string, work: () => T, state?: string): T {
  try {
    return work();
  } catch (error) {
    const told = dataFileError(file, error);
    throw told instanceof LedgerError && state !== undefined ? told.leaving(state) : told;
  }
}

/** The same for work that takes its time. */
export async function usingFile<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw dataFileError(file, error);
  }
}
