import { minuteWords } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import type { Asked } from '../http/asked.ts';
import { NotFound } from '../http/errors.ts';
import type { View } from '../source/ledgerSource.ts';
import type { ServedList } from '../source/lists.ts';

/**
 * The list in force at the instant asked for.
 * @throws NotFound before the first one
 */
export function listAt(asked: Asked, { ledger, lists }: View): ServedList {
  const at = asked.asOf();
  const list = lists.at(at);
  if (list !== undefined) return list;
  const coverage = coverageOf(ledger);
  if (coverage === null) throw new NotFound('The ledger holds no list yet: model-ledger sync records the first.');
  throw new NotFound(
    `Nothing was recorded by ${minuteWords(at ?? '', 'utc')}: the first list is of ${minuteWords(coverage.first, 'utc')}.`,
  );
}

/** Which keys had to be added, for whoever must know what upstream did not say. */
export function completedHeader(keys: readonly string[]): Record<string, string> {
  const names = [...new Set(keys)];
  return names.length === 0 ? {} : { 'x-ledger-completed': names.join(', ') };
}
