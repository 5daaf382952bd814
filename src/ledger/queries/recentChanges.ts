import { and, asc, desc, eq, inArray, isNotNull, isNull, notInArray, or, sql } from 'drizzle-orm';
import { groupBy } from '../../core/collections.ts';
import { NOISE_CAUSES } from '../../core/diff/causes.ts';
import type { About, NewsEvent } from '../../core/notification/news.ts';
import { DYNAMIC } from '../../core/reading/price.ts';
import type { Ledger } from '../store/open.ts';
import { changeEvents } from '../store/schema/events.ts';
import { pricingHistory, providerLimits } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import { syncRuns } from '../store/schema/runs.ts';
import { prepareVerdicts } from './endpoints/verdicts.ts';

/** What one run changed about one model. */
export interface RecentChange {
  readonly model: string;
  readonly observedAt: string;
  readonly events: readonly NewsEvent[];
}

type Event = typeof changeEvents.$inferSelect;

/** How far back: so many runs, or all that is known of one model. */
type Scope = { readonly runs: number } | { readonly model: string };

/**
 * The newest news, without the first run and without what is no news; newest first.
 * @param limit how many model changes at most
 */
export function recentChanges(ledger: Ledger, { limit, ...scope }: Scope & { readonly limit: number }): RecentChange[] {
  const { orm } = ledger;
  const newest = orm
    .select({ id: syncRuns.id })
    .from(syncRuns)
    .where(eq(syncRuns.status, 'changed'))
    .orderBy(desc(syncRuns.observedAt))
    .limit('runs' in scope ? scope.runs : -1);
  const isNews = or(isNull(changeEvents.cause), notInArray(changeEvents.cause, NOISE_CAUSES));
  const events = orm
    .select()
    .from(changeEvents)
    .where(
      and(
        'model' in scope ? eq(changeEvents.modelId, scope.model) : inArray(changeEvents.runId, newest),
        isNotNull(changeEvents.previousObservedAt),
        isNews,
      ),
    )
    .orderBy(desc(changeEvents.observedAt), asc(changeEvents.id))
    .all();
  const verdictOf = prepareVerdicts(ledger);
  const groups = groupBy(events, ({ runId, modelId }) => `${runId} ${modelId}`);
  return [...groups.values()].slice(0, limit).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { modelId: model, observedAt } = first;
    return [{ model, observedAt, events: group.map((event) => toNews(ledger, event, verdictOf)) }];
  });
}

function toNews(ledger: Ledger, event: Event, verdictOf: ReturnType<typeof prepareVerdicts>): NewsEvent {
  const { modelId: model, type, field, oldValue: before, newValue: after, cause, changePct } = event;
  const about = type === 'added' || type === 'restored' ? aboutOf(ledger, event) : null;
  const verdict = type === 'repriced' ? verdictOf(event.runId, model, field) : null;
  return { model, type, field, before, after, cause, changePct, about, ...(verdict !== null && { verdict }) };
}

/** The model as the run found it: its intervals begin there. */
function aboutOf({ orm }: Ledger, { modelId, runId }: Event): About {
  const prices = orm
    .select({ component: pricingHistory.component, price: pricingHistory.price })
    .from(pricingHistory)
    .where(
      and(eq(pricingHistory.modelId, modelId), eq(pricingHistory.openedBy, runId), eq(pricingHistory.condition, '')),
    )
    .all();
  const price = (component: string): string | null => {
    const row = prices.find((other) => other.component === component);
    return row === undefined ? null : (row.price ?? DYNAMIC);
  };
  const limits = orm
    .select({ contextLength: providerLimits.contextLength })
    .from(providerLimits)
    .where(and(eq(providerLimits.modelId, modelId), eq(providerLimits.openedBy, runId)))
    .get();
  const name = orm
    .select({ name: sql<string | null>`${models.name}` })
    .from(models)
    .where(eq(models.id, modelId))
    .get();
  return {
    name: name?.name ?? null,
    prompt: price('prompt'),
    completion: price('completion'),
    contextLength: limits?.contextLength ?? null,
  };
}
