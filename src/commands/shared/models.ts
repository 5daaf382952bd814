import { UsageError } from '../../core/errors.ts';
import { isGlob } from '../../core/format/glob.ts';
import { suggest } from '../../core/format/suggest.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import { allIds } from '../../ledger/queries/model.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { type Context, note } from './context.ts';

/**
 * The id that a person means: as it is, in any case, or by its part behind the `/` alone where that is the name of one
 * listed model, which is told.
 * @throws UsageError that lists the ids where several have that name, or suggests some where none has
 */
export function resolveModel(ledger: Ledger, typed: string, context: Context, zone: Zone): string {
  const rows = allIds(ledger);
  if (rows.some(({ id }) => id === typed)) return typed;
  const wanted = typed.toLowerCase();
  const named = rows.filter(({ id }) => {
    const lower = id.toLowerCase();
    return lower === wanted || lower.slice(lower.indexOf('/') + 1) === wanted;
  });
  const listed = named.filter(({ removedAt }) => removedAt === null);
  const candidates = listed.length > 0 ? listed : named;
  const [only] = candidates;
  if (only === undefined) throw unknownModel(ledger, typed, zone);
  if (candidates.length > 1) {
    const ids = candidates.map(({ id }) => id);
    throw new UsageError('several_models', `${ids.length} models are called "${typed}".`, {
      hint: `Name one of them: ${ids.join(', ')}.`,
    });
  }
  note(context, `${typed} is ${only.id}.`);
  return only.id;
}

/** The same for each of several names; patterns as they are. */
export function resolveModels(ledger: Ledger, typed: readonly string[], context: Context, zone: Zone): string[] {
  return typed.map((name) => (isGlob(name) ? name : resolveModel(ledger, name, context, zone)));
}

/** The patterns of `--model` and the models that are named; undefined where there are none: then all are meant. */
export function modelsOf(
  ledger: Ledger,
  typed: readonly string[],
  patterns: readonly string[],
  context: Context,
  zone: Zone,
): readonly string[] | undefined {
  const all = [...resolveModels(ledger, typed, context, zone), ...patterns];
  return all.length > 0 ? all : undefined;
}

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
  const hint =
    named.length > 0 ? `Did you mean ${named.join(', ')}?` : 'Run model-ledger prices --sort name to list them.';
  return new UsageError('unknown_model', `No model "${id}" was ever listed.`, { hint });
}
