import type { ModelLedger, OpenOptions } from './api/ledger.ts';
import { OpenedLedger } from './openedLedger.ts';

export { DataFileError, LedgerError, LockedError, RejectedError, UpstreamError, UsageError } from '../core/errors.ts';
export type * from './api/bills.ts';
export type * from './api/changes.ts';
export type * from './api/ledger.ts';
export type * from './api/models.ts';
export type * from './api/sync.ts';
export type * from './api/time.ts';

/**
 * Opens a ledger for questions, also while a run writes to it. The file is looked at with the first question, so `sync`
 * can make it.
 *
 * ```ts
 * const ledger = openLedger('data/ledger.db');
 * const { total } = await ledger.bill('openai/gpt-5', { promptTokens: 12_000, completionTokens: 800 }, '2026-05-03');
 * ledger.close();
 * ```
 *
 * @param file the data file, such as `data/ledger.db`
 */
export function openLedger(file: string, options: OpenOptions = {}): ModelLedger {
  return new OpenedLedger(file, options);
}
