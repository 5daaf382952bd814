import { DataFileError, LedgerError, LockedError } from '../../core/errors.ts';
import { isSqliteError } from './driver.ts';

interface Advice {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const ADVICE: readonly (readonly [prefix: string, advice: Advice])[] = [
  ['SQLITE_FULL', { code: 'disk_full', what: 'the disk is full', hint: 'make room and run again' }],
  [
    'SQLITE_IOERR',
    { code: 'disk_error', what: 'the disk failed', hint: 'check the disk and its space, then run again' },
  ],
  ['SQLITE_CORRUPT', { code: 'damaged', what: 'the file is damaged', hint: 'put a backup in its place' }],
  [
    'SQLITE_NOTADB',
    { code: 'not_a_ledger', what: 'it is not an SQLite database', hint: 'name the data file with --db FILE' },
  ],
  [
    'SQLITE_CANTOPEN',
    { code: 'cannot_open', what: 'it cannot be opened', hint: 'check that the folder exists and may be written to' },
  ],
  [
    'SQLITE_READONLY',
    { code: 'read_only', what: 'it may not be written to', hint: 'check the rights of the file and of its folder' },
  ],
];

/** Turns what SQLite or the file system said about the data file into words; other errors pass through. */
export function dataFileError(file: string, error: unknown): unknown {
  if (error instanceof LedgerError) return error;
  if (error instanceof TypeError && /directory does not exist/.test(error.message)) {
    return new DataFileError('cannot_open', `${file}: its folder does not exist`, {
      hint: 'make the folder, or name another file with --db FILE',
      cause: error,
    });
  }
  if (!isSqliteError(error)) return error;
  if (error.code.startsWith('SQLITE_BUSY')) {
    const hint = 'another program holds the file; try again when it has ended';
    return new LockedError('locked', `${file} is locked; nothing was written`, { hint, cause: error });
  }
  const advice = ADVICE.find(([prefix]) => error.code.startsWith(prefix))?.[1];
  if (advice === undefined) return error;
  const message = `${file}: ${advice.what} (${error.message}); nothing was written`;
  return new DataFileError(advice.code, message, { hint: advice.hint, cause: error });
}

/** Runs `work`, with errors of the data file put into words. */
export function withFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw dataFileError(file, error);
  }
}
