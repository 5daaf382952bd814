import { and, eq, isNull } from 'drizzle-orm';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders, value } from '../store/placeholders.ts';
import { changeEvents, quarantine, schemaDrift } from '../store/schema/events.ts';
import { pricingHistory, providerLimits } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import { syncRuns } from '../store/schema/runs.ts';

/** What recording writes, prepared once: long as it is the list of its statements. */
export function prepareStatements({ orm, sqlite }: Ledger) {
  const prepare = (query: Parameters<typeof bind>[1]) => bind(sqlite, query);
  const close = { validTo: value('at'), closedBy: value('run') };
  const openPrices = and(eq(pricingHistory.modelId, value('modelId')), isNull(pricingHistory.validTo));
  const openLimits = and(eq(providerLimits.modelId, value('modelId')), isNull(providerLimits.validTo));
  const { firstSeenAt, ...changing } = placeholders(models);
  return {
    addEvent: prepare(orm.insert(changeEvents).values(placeholders(changeEvents, 'id'))),
    addPrice: prepare(orm.insert(pricingHistory).values(placeholders(pricingHistory, 'id', 'validTo', 'closedBy'))),
    addLimits: prepare(orm.insert(providerLimits).values(placeholders(providerLimits, 'id', 'validTo', 'closedBy'))),
    addQuarantined: prepare(orm.insert(quarantine).values(placeholders(quarantine, 'id'))),
    addDrift: prepare(orm.insert(schemaDrift).values(placeholders(schemaDrift, 'id'))),
    closePrices: prepare(orm.update(pricingHistory).set(close).where(openPrices)),
    closeLimits: prepare(orm.update(providerLimits).set(close).where(openLimits)),
    closePrice: prepare(
      orm
        .update(pricingHistory)
        .set(close)
        .where(
          and(
            openPrices,
            eq(pricingHistory.component, value('component')),
            eq(pricingHistory.condition, value('condition')),
          ),
        ),
    ),
    putModel: prepare(
      orm
        .insert(models)
        .values({ ...changing, firstSeenAt })
        .onConflictDoUpdate({ target: models.id, set: changing }),
    ),
    endModel: prepare(
      orm
        .update(models)
        .set({ lastSeenAt: value('lastSeenAt'), removedAt: value('removedAt') })
        .where(eq(models.id, value('id'))),
    ),
    settleRun: prepare(
      orm
        .update(syncRuns)
        .set(
          placeholders(
            syncRuns,
            ...(['id', 'trigger', 'source', 'scope', 'startedAt', 'finishedAt', 'observedAt', 'attempts'] as const),
            ...(['httpStatus', 'etag', 'bodySha256', 'bodyBytes', 'seal'] as const),
          ),
        )
        .where(eq(syncRuns.id, value('id'))),
    ),
    documentOf: orm
      .select({ document: models.document })
      .from(models)
      .where(eq(models.id, value('id')))
      .prepare(),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
