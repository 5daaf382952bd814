import { UsageError } from '../../core/errors.ts';
import { suggest } from '../../core/format/suggest.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import type { Ledger } from '../store/open.ts';
import { allIds } from './model.ts';

/**
 * The id that a person means: as it is, in any case, or by its part behind the `/` alone where that is the name of one
 * listed model.
 * @param otherwise the hint where no name is near
 * @throws UsageError that lists the ids where several have that name, or suggests some where none has
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
 * The ids that a name may stand for: itself, or those it is in another case or their part behind the `/`; of several
 * the listed ones, where some are.
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

/** The failure that names the ids a person may have meant instead of one that was never seen, or those of its author. */
export function unknownModel(ledger: Ledger, id: string, zone: Zone, otherwise?: string): UsageError {
  const removed = new Map(allIds(ledger).map((row) => [row.id, row.removedAt]));
  const named = nearIds(ledger, id).map((other) => {
    const gone = removed.get(other);
    return gone ? `${other} (removed ${minuteWords(gone, zone)})` : other;
  });
  const hint = named.length > 0 ? `Did you mean ${named.join(', ')}?` : otherwise;
  return new UsageError('unknown_model', `No model "${id}" was ever listed.`, { hint });
}

/** The ids that a person may have meant instead of one that was never seen, or some of its author's; at most five. */
export function nearIds(ledger: Ledger, id: string): string[] {
  const ids = allIds(ledger).map((row) => row.id);
  const author = id.slice(0, id.indexOf('/') + 1);
  const near = suggest(id, ids);
  return near.length > 0 || author === '' ? near : ids.filter((other) => other.startsWith(author)).slice(0, 5);
}
