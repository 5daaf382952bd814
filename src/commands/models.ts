import { UsageError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { inert } from '../core/text.ts';
import { minuteWords, type Zone } from '../core/when.ts';
import type { Ledger } from '../ledger/open.ts';
import { allIds, findModel, type ModelFacts } from '../ledger/queries/model.ts';

/**
 * The model with this id, its texts as at an instant.
 * @throws UsageError for an id that was never seen, naming those that may have been meant
 */
export function requireModel(ledger: Ledger, id: string, at: string | null, zone: Zone): ModelFacts {
  const found = findModel(ledger, id, at);
  if (found !== undefined) return found;
  const ids = allIds(ledger);
  const removed = new Map(ids.map((row) => [row.id, row.removedAt]));
  const near = nearest(
    id,
    ids.map((row) => row.id),
  ).map((word) => {
    const gone = removed.get(word);
    return gone ? `${word} (removed ${minuteWords(gone, zone)})` : word;
  });
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'model-ledger prices --sort name lists them.';
  throw new UsageError('unknown_model', `No model "${inert(id)}" was ever listed.`, { hint });
}
