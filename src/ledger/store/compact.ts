import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/** Rewriting a larger file takes longer than what it saves is worth. */
const MOST_PAGES = 32_768;

/** Gives back the pages that a long import has left half empty. */
export function compact({ sqlite, file }: Ledger): void {
  withFile(file, () => {
    const pages = Number(sqlite.pragma('page_count', { simple: true }));
    if (pages <= MOST_PAGES) sqlite.exec('VACUUM');
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
  });
}
