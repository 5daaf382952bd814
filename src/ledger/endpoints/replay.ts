import { eq, inArray } from 'drizzle-orm';
import { readAnswer } from '../../core/endpoints/answer.ts';
import type { Ledger } from '../store/open.ts';
import type { Steps } from '../store/steps.ts';
import { NO_ENDPOINTS } from './observedAnswer.ts';
import { EndpointProjection } from './projection.ts';
import { endpointEvents, endpointQuarantine, endpoints } from './schema/endpoints.ts';
import { endpointLimits, endpointPrices } from './schema/intervals.ts';
import { endpointModels } from './schema/sweeps.ts';
import { settleEvents } from './settle.ts';
import { EndpointTexts } from './texts.ts';
import { allSweeps, type DatedAnswer, timelineOf } from './timeline.ts';
import { EndpointWriter } from './writer.ts';

/** Prepares to make the tables of models from their answers; models are independent of each other. */
export function prepareReplay(ledger: Ledger) {
  const texts = new EndpointTexts(ledger);
  const writer = new EndpointWriter(ledger);
  /** Adds answers that came after the newest one in the tables. */
  const append = (
    model: string,
    timeline: readonly DatedAnswer[],
    before?: DatedAnswer,
    ids: readonly number[] = [],
  ): void => {
    const projection = new EndpointProjection(ledger, writer, model, ids);
    let last = before;
    for (const next of timeline) {
      const isNew = last?.kind !== next.kind || last.textId !== next.textId;
      if (isNew || projection.hasMissing) {
        const answer = next.textId === null ? NO_ENDPOINTS : readAnswer(texts.get(next.textId), model);
        const { sweepId, observedAt } = next;
        projection.advance({ sweepId, model, observedAt, previousObservedAt: last?.observedAt ?? null, answer }, isNew);
      }
      last = next;
    }
  };
  /** @param timeline all answers of the model, oldest first */
  const rebuild = (model: string, timeline: readonly DatedAnswer[]): void =>
    append(model, timeline, undefined, forget(ledger, model));
  return { append, rebuild };
}

/** Deletes a model's rows; returns the ids of its endpoints, oldest first, so that they can get the same ones again. */
function forget({ orm }: Ledger, modelId: string): number[] {
  const ids = orm.select({ id: endpoints.id }).from(endpoints).where(eq(endpoints.modelId, modelId));
  const had = ids.orderBy(endpoints.id).all();
  orm.delete(endpointEvents).where(eq(endpointEvents.modelId, modelId)).run();
  orm.delete(endpointQuarantine).where(eq(endpointQuarantine.modelId, modelId)).run();
  orm.delete(endpointPrices).where(inArray(endpointPrices.endpointId, ids)).run();
  orm.delete(endpointLimits).where(inArray(endpointLimits.endpointId, ids)).run();
  orm.update(endpoints).set({ continues: null }).where(eq(endpoints.modelId, modelId)).run();
  orm.delete(endpoints).where(eq(endpoints.modelId, modelId)).run();
  return had.map(({ id }) => id);
}

/** Makes all tables about endpoints again from the stored answers; the caller holds a transaction. */
export function* rebuildEndpoints(ledger: Ledger): Steps<void> {
  const { rebuild } = prepareReplay(ledger);
  const sweeps = allSweeps(ledger);
  for (const { number, modelId } of ledger.orm.select().from(endpointModels).all()) {
    rebuild(modelId, timelineOf(ledger, modelId, number, sweeps));
    yield;
  }
  settleEvents(ledger);
}
