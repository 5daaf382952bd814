import { eq, inArray } from 'drizzle-orm';
import { readAnswer } from '../../core/endpoints/answer.ts';
import type { Ledger } from '../store/open.ts';
import type { Steps } from '../store/steps.ts';
import { NO_ENDPOINTS } from './look.ts';
import { EndpointProjection } from './projection.ts';
import { endpointEvents, endpointQuarantine, endpoints } from './schema/endpoints.ts';
import { endpointLimits, endpointPrices } from './schema/intervals.ts';
import { endpointModels } from './schema/sweeps.ts';
import { settleEvents } from './settle.ts';
import { EndpointTexts } from './texts.ts';
import { allSweeps, type SaidAt, timelineOf } from './timeline.ts';
import { EndpointWriter } from './writer.ts';

/** Makes the tables of one model anew from what it answered; models are independent of each other. */
export class Replay {
  readonly #ledger: Ledger;
  readonly #texts: EndpointTexts;
  readonly #writer: EndpointWriter;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#texts = new EndpointTexts(ledger);
    this.#writer = new EndpointWriter(ledger);
  }

  /** @param timeline all that the model answered, oldest first */
  anew(modelId: string, timeline: readonly SaidAt[]): void {
    const ids = this.#forget(modelId);
    this.goOn(modelId, timeline, undefined, ids);
  }

  /** Tells what came after the newest answer in the tables. */
  goOn(modelId: string, timeline: readonly SaidAt[], before: SaidAt | undefined, ids: readonly number[] = []): void {
    const projection = new EndpointProjection(this.#ledger, this.#writer, modelId, ids);
    let last = before;
    for (const said of timeline) {
      const isNew = last?.kind !== said.kind || last.textId !== said.textId;
      if (isNew || projection.isUnsettled) {
        const answer = said.textId === null ? NO_ENDPOINTS : readAnswer(this.#texts.get(said.textId), modelId);
        const { sweepId, observedAt } = said;
        const previousObservedAt = last?.observedAt ?? null;
        projection.advance({ sweepId, model: modelId, observedAt, previousObservedAt, answer }, isNew);
      }
      last = said;
    }
  }

  /** Returns the ids that its endpoints had, oldest first: the same past gives them the same ids again. */
  #forget(modelId: string): number[] {
    const { orm } = this.#ledger;
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
}

/** Makes all tables about endpoints anew from the answers that are kept; the caller holds a transaction. */
export function* rebuildEndpoints(ledger: Ledger): Steps<void> {
  const replay = new Replay(ledger);
  const sweeps = allSweeps(ledger);
  for (const { number, modelId } of ledger.orm.select().from(endpointModels).all()) {
    replay.anew(modelId, timelineOf(ledger, modelId, number, sweeps));
    yield;
  }
  settleEvents(ledger);
}
