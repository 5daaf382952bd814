import { withoutStop } from '../../core/errors.ts';
import { dataFileError } from './failure.ts';
import type { Ledger } from './open.ts';

/** Rewriting a larger file takes too long for what it saves. */
const MOST_PAGES = 32_768;

/**
 * Rewrites a file whose pages a long import has left half empty. Everything is committed by then, so a full disk here
 * is no failure of the import.
 * @returns a warning where it did not succeed
 */
export function compact({ sqlite, file }: Ledger): string | undefined {
  try {
    const pages = Number(sqlite.pragma('page_count', { simple: true }));
    if (pages <= MOST_PAGES) sqlite.exec('VACUUM');
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
    return undefined;
  } catch (error) {
    const failure = dataFileError(file, error);
    if (!(failure instanceof Error)) throw failure;
    return `All is recorded, but the file could not be made smaller: ${withoutStop(failure.message)}.`;
  }
}
