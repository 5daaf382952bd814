import { isNoise } from '../diff/causes.ts';
import type { ChangeType, ListChange } from '../diff/changes.ts';
import type { ModelChange } from '../diff/listing.ts';
import type { Verdict } from '../endpoints/verdict.ts';
import type { FieldEvent } from '../format/eventWords.ts';
import { modelGlob } from '../format/glob.ts';
import type { BaseOffer } from '../pricing/offers.ts';
import { limitsOf } from '../reading/limits.ts';
import type { ParsedModel } from '../reading/model.ts';
import { baseAmount } from '../reading/pricing.ts';
import { widens } from '../reading/scope.ts';

/** What a message says about a model that was added or is back. */
export interface About extends BaseOffer {
  readonly name: string | null;
}

/** One event of a message. */
export interface NewsEvent extends FieldEvent {
  readonly model: string;
  readonly type: ChangeType;
  /** Of a model that was added or is back; null for every other event. */
  readonly about: About | null;
  /** Of a repricing: what the endpoints say about it, if anything. */
  readonly verdict?: Verdict;
}

/** The events of one run. */
export interface News {
  readonly run: number;
  /** They happened in the interval (previousObservedAt, observedAt]; null on the first run. */
  readonly observedAt: string;
  readonly previousObservedAt: string | null;
  readonly source: string;
  readonly scope: string;
  /** How many models the answer listed. */
  readonly models: number;
  readonly events: readonly NewsEvent[];
}

export interface NewsFilter {
  /** Null: all. */
  readonly types: ReadonlySet<string> | null;
  /** Patterns of model ids, one of which must match; null: all. */
  readonly models: readonly string[] | null;
  /** Repricings by less percent are left out, unless the percentage is not known. */
  readonly minPct: number;
  /** Include the first run, and changes with a cause that makes them no news. */
  readonly noise: boolean;
  /** Include repricings where only another provider is shown. */
  readonly otherProvider: boolean;
}

/** An accepted list and what it changed. */
export interface ChangedList extends Omit<News, 'events'> {
  readonly changes: readonly ModelChange[];
  /** What the list before covered; null on the first run. */
  readonly previousScope: string | null;
  /** What the endpoints suggest about a repricing; null: nothing. */
  readonly verdictOf?: (model: string, field: string, before: string | null, after: string | null) => Verdict | null;
}

/**
 * The events of a run that a filter lets through; undefined if there are none. The first run is no news, and neither
 * are the models that are new in the run that widened the scope.
 */
export function newsOf(
  { changes, previousScope, verdictOf, ...run }: ChangedList,
  filter: NewsFilter,
): News | undefined {
  if (previousScope === null && !filter.noise) return undefined;
  const isFirstSeen = previousScope !== null && widens(previousScope, run.scope) && !filter.noise;
  const judged = newsEventsOf(changes).map((event) => judge(event, verdictOf));
  const all = filterNews(judged, filter);
  const events = isFirstSeen ? all.filter(({ type }) => type !== 'added') : all;
  return events.length === 0 ? undefined : { ...run, events };
}

function judge(event: NewsEvent, verdictOf: ChangedList['verdictOf']): NewsEvent {
  const { model, type, field, before, after } = event;
  const verdict = type === 'repriced' && field !== null ? verdictOf?.(model, field, before, after) : null;
  return verdict ? { ...event, verdict } : event;
}

/** All events of a run, in its order. */
export function newsEventsOf(models: readonly ModelChange[]): NewsEvent[] {
  return models.flatMap(({ id, after, changes }) => changes.map((change) => eventOf(id, change, after?.model ?? null)));
}

function eventOf(model: string, change: ListChange, after: ParsedModel | null): NewsEvent {
  if ('field' in change) {
    const { type, field, before, after: now, cause, changePct } = change;
    return { model, type, field, before, after: now, cause, changePct, about: null };
  }
  const about = change.type === 'removed' || after === null ? null : aboutOf(after);
  return { model, type: change.type, field: null, before: null, after: null, cause: null, changePct: null, about };
}

export function aboutOf(model: ParsedModel): About {
  const { name } = model.document;
  return {
    name: typeof name === 'string' ? name : null,
    prompt: baseAmount(model.prices, 'prompt'),
    completion: baseAmount(model.prices, 'completion'),
    contextLength: limitsOf(model).contextLength,
  };
}

function filterNews(events: readonly NewsEvent[], filter: NewsFilter): NewsEvent[] {
  const patterns = filter.models?.map(modelGlob) ?? null;
  return events.filter(({ model, type, cause, changePct, verdict }) => {
    if (!filter.noise && isNoise(cause)) return false;
    if (!filter.otherProvider && verdict === 'other provider') return false;
    if (filter.types !== null && !filter.types.has(type)) return false;
    if (patterns !== null && !patterns.some((fits) => fits(model))) return false;
    return type !== 'repriced' || changePct === null || Math.abs(changePct) >= filter.minPct;
  });
}
