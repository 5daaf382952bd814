import { withoutStop } from '../../core/errors.ts';
import { dataFileError } from './failure.ts';
import type { Ledger } from './open.ts';

/** Rewriting a larger file takes longer than what it saves is worth. */
const MOST_PAGES = 32_768;

/**
 * Gives back the pages that a long import has left half empty. Everything is committed by then, so that a disk without
 * room for this is no failure of the import.
 * @returns what did not succeed, in words
 */
export function compact({ sqlite, file }: Ledger): string | undefined {
  try {
    const pages = Number(sqlite.pragma('page_count', { simple: true }));
    if (pages <= MOST_PAGES) sqlite.exec('VACUUM');
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
    return undefined;
  } catch (error) {
    const told = dataFileError(file, error);
    if (!(told instanceof Error)) throw told;
    return `All is recorded, but the file could not be made smaller: ${withoutStop(told.message)}.`;
  }
}
