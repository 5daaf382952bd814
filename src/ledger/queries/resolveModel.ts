import { UsageError } from '../../core/errors.ts';
import { suggest } from '../../core/format/suggest.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import type { Ledger } from '../store/open.ts';
import { allIds } from './model.ts';

/**
 * The id that a person means: as it is, in another case, or its part after the `/` if only one listed model has that.
 * @param otherwise the hint where there is nothing to suggest
 * @throws UsageError that lists the ids that fit if there are several, or suggests some if there are none
 */
export function resolveModel(ledger: Ledger, typed: string, zone: Zone, otherwise?: string): string {
  const ids = idsCalled(allIds(ledger), typed);
  const [only] = ids;
  if (only === undefined) throw unknownModel(ledger, typed, zone, otherwise);
  if (ids.length === 1) return only;
  throw new UsageError('several_models', `${ids.length} models are called "${typed}".`, {
    hint: `Name one of them: ${ids.join(', ')}.`,
  });
}

/**
 * The ids that a name may stand for: itself, or those that equal it in another case or in their part after the `/`; of
 * several only the listed ones, if any are.
 */
export function idsCalled(rows: ReturnType<typeof allIds>, typed: string): string[] {
  if (rows.some(({ id }) => id === typed)) return [typed];
  const wanted = typed.toLowerCase();
  const named = rows.filter(({ id }) => {
    const lower = id.toLowerCase();
    return lower === wanted || lower.slice(lower.indexOf('/') + 1) === wanted;
  });
  const listed = named.filter(({ removedAt }) => removedAt === null);
  return (listed.length > 0 ? listed : named).map(({ id }) => id);
}

/** The error about an id that was never listed, which suggests others. */
export function unknownModel(ledger: Ledger, id: string, zone: Zone, otherwise?: string): UsageError {
  const removed = new Map(allIds(ledger).map((row) => [row.id, row.removedAt]));
  const named = nearIds(ledger, id).map((other) => {
    const gone = removed.get(other);
    return gone ? `${other} (removed ${minuteWords(gone, zone)})` : other;
  });
  const hint = named.length > 0 ? `Did you mean ${named.join(', ')}?` : otherwise;
  return new UsageError('unknown_model', `No model "${id}" was ever listed.`, { hint });
}

/** Similar ids, or else some of the same author; at most five. */
export function nearIds(ledger: Ledger, id: string): string[] {
  const ids = allIds(ledger).map((row) => row.id);
  const author = id.slice(0, id.indexOf('/') + 1);
  const near = suggest(id, ids);
  return near.length > 0 || author === '' ? near : ids.filter((other) => other.startsWith(author)).slice(0, 5);
}
