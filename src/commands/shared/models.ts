import { UsageError } from '../../core/errors.ts';
import { suggest } from '../../core/format/suggest.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import { allIds } from '../../ledger/queries/model.ts';
import type { Ledger } from '../../ledger/store/open.ts';

/** The failure that names the ids a person may have meant instead of one that was never seen, or those of its author. */
export function unknownModel(ledger: Ledger, id: string, zone: Zone): UsageError {
  const rows = allIds(ledger);
  const removed = new Map(rows.map((row) => [row.id, row.removedAt]));
  const ids = [...removed.keys()];
  const author = id.slice(0, id.indexOf('/') + 1);
  const near = suggest(id, ids);
  const likely = near.length > 0 || author === '' ? near : ids.filter((other) => other.startsWith(author)).slice(0, 5);
  const named = likely.map((other) => {
    const gone = removed.get(other);
    return gone ? `${other} (removed ${minuteWords(gone, zone)})` : other;
  });
  const hint = named.length > 0 ? `Did you mean ${named.join(', ')}?` : 'model-ledger prices --sort name lists them.';
  return new UsageError('unknown_model', `No model "${id}" was ever listed.`, { hint });
}
