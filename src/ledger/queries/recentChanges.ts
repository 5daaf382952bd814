import { and, asc, desc, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import { groupBy } from '../../core/collections.ts';
import type { NewsEvent } from '../../core/notification/news.ts';
import type { Ledger } from '../store/open.ts';
import { changeEvents } from '../store/schema/events.ts';
import { models } from '../store/schema/models.ts';
import { syncRuns } from '../store/schema/runs.ts';
import { prepareBasePrices } from './basePrices.ts';
import { prepareVerdicts } from './endpoints/verdicts.ts';
import { isNews } from './filters.ts';

/** What one run changed about one model. */
export interface RecentChange {
  readonly model: string;
  readonly observedAt: string;
  readonly events: readonly NewsEvent[];
}

type StoredEvent = typeof changeEvents.$inferSelect;

/** The newest runs, so many, or all changes of one model. */
type Extent = { readonly runs: number } | { readonly model: string };

interface RecentOptions {
  /** The most entries, each of one model in one run. */
  readonly limit: number;
  /** Only what had been observed by then; null or undefined: all. */
  readonly at?: string | null;
}

/** The newest changes without the first run and what is no news; newest first. */
export function recentChanges(ledger: Ledger, { limit, at = null, ...extent }: Extent & RecentOptions): RecentChange[] {
  const { orm } = ledger;
  const { cause, id, observedAt, previousObservedAt } = changeEvents;
  const isKnown = at === null ? undefined : lte(syncRuns.observedAt, at);
  const runs = orm
    .select({ id: syncRuns.id })
    .from(syncRuns)
    .where(and(eq(syncRuns.status, 'changed'), isKnown));
  const newest = runs.orderBy(desc(syncRuns.observedAt)).limit('runs' in extent ? extent.runs : -1);
  const isMeant = 'model' in extent ? eq(changeEvents.modelId, extent.model) : inArray(changeEvents.runId, newest);
  const isThen = at === null ? undefined : lte(observedAt, at);
  const which = and(isMeant, isNotNull(previousObservedAt), isNews(sql`${cause}`), isThen);
  const found = orm.select().from(changeEvents).where(which);
  const events = found.orderBy(desc(observedAt), asc(id)).all();
  const toNews = prepareNews(ledger);
  const groups = groupBy(events, ({ runId, modelId }) => `${runId} ${modelId}`);
  return [...groups.values()].slice(0, limit).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { modelId: model, observedAt } = first;
    return [{ model, observedAt, events: group.map(toNews) }];
  });
}

function prepareNews(ledger: Ledger): (event: StoredEvent) => NewsEvent {
  const verdictOf = prepareVerdicts(ledger);
  const offerAt = prepareBasePrices(ledger);
  const nameOf = (id: string) =>
    ledger.orm.select({ name: models.name }).from(models).where(eq(models.id, id)).get()?.name ?? null;
  return (event) => {
    const { modelId: model, type, field, oldValue: before, newValue: after, cause, changePct, observedAt } = event;
    const isListed = type === 'added' || type === 'restored';
    const about = isListed ? { name: nameOf(model), ...offerAt(model, observedAt) } : null;
    const verdict = type === 'repriced' ? verdictOf(event.runId, model, field) : null;
    return { model, type, field, before, after, cause, changePct, about, ...(verdict !== null && { verdict }) };
  };
}
