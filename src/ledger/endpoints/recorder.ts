import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { EndpointList } from '../../core/endpoints/answer.ts';
import type { SweepCounts } from '../../core/endpoints/tally.ts';
import { END_OF_TIME, nextInstant } from '../../core/time/instant.ts';
import type { Ledger } from '../store/open.ts';
import { addModel, changeAnswerTimes, modelNumbers } from './answerTimes.ts';
import { NO_ENDPOINTS, type ObservedAnswer, type ReportedChanges } from './observedAnswer.ts';
import type { ModelAnswer } from './pendingAnswers.ts';
import { EndpointProjection } from './projection.ts';
import { endpoints } from './schema/endpoints.ts';
import { endpointAnswers, endpointSweeps, endpointTelemetry } from './schema/sweeps.ts';
import { settleEvents } from './settle.ts';
import { newestInstant, type OpenSweep } from './sweeps.ts';
import { EndpointTexts } from './texts.ts';
import { type LastAnswer, lastAnswersOf, lastText, prepareLastAnswered } from './timeline.ts';
import { EndpointWriter } from './writer.ts';

/**
 * Writes a part of a sweep; the caller holds the lock and an open transaction. Answers are dated after all that was
 * imported meanwhile.
 */
export function recordAnswers(
  ledger: Ledger,
  sweep: Pick<OpenSweep, 'id'>,
  counts: SweepCounts,
  batch: readonly ModelAnswer[],
  { telemetry = false }: { readonly telemetry?: boolean | undefined } = {},
): ReportedChanges[] {
  const writer = new EndpointWriter(ledger);
  const texts = new EndpointTexts(ledger);
  const withMissing = modelsWithMissing(ledger);
  const numbers = modelNumbers(ledger);
  const models = batch.map(({ model }) => model);
  const lastAnswers = lastAnswersOf(ledger, models);
  const lastAnswered = prepareLastAnswered(ledger);
  const newest = newestInstant(ledger, sweep.id);
  const changed: ReportedChanges[] = [];
  changeAnswerTimes(ledger, sweep.id, (answers) => {
    for (const given of batch) {
      const { model, answer } = given;
      const observedAt = nextInstant(new Date(given.observedAt), newest);
      const number = numbers.get(model) ?? addModel(ledger, model);
      const isNew = noteAnswer(ledger, texts, sweep.id, given, lastAnswers.get(model));
      answers.set(number, observedAt);
      if (!isNew && !withMissing.has(model) && !telemetry) continue;
      const projection = new EndpointProjection(ledger, writer, model);
      const read = typeof answer === 'string' ? undefined : answer.read();
      const previousObservedAt = lastAnswered(number, END_OF_TIME);
      const seen = { sweepId: sweep.id, model, observedAt, previousObservedAt, answer: read ?? NO_ENDPOINTS };
      const changes = projection.advance(seen, isNew);
      if (telemetry && read !== undefined) noteTelemetry(ledger, projection, seen, read);
      if (changes.length > 0) changed.push({ model, changes });
    }
  });
  ledger.orm.update(endpointSweeps).set(counts).where(eq(endpointSweeps.id, sweep.id)).run();
  // Even if nothing has changed: drift depends on how many endpoints were compared.
  settleEvents(ledger, [sweep.id]);
  return changed;
}

/** Stores an answer that differs from the last one; false where it does not. */
function noteAnswer(
  ledger: Ledger,
  texts: EndpointTexts,
  sweepId: number,
  { model: modelId, answer }: ModelAnswer,
  last: LastAnswer | undefined,
): boolean {
  const kind = typeof answer === 'string' ? answer : 'endpoints';
  const isSame = typeof answer === 'string' || last?.sha256 === answer.sha256;
  if (last?.kind === kind && isSame) return false;
  const textId = typeof answer === 'string' ? null : texts.put(answer.text, lastText(ledger, modelId));
  ledger.orm.insert(endpointAnswers).values({ sweepId, modelId, kind, textId }).run();
  return true;
}

function modelsWithMissing({ orm }: Ledger): Set<string> {
  const missing = and(isNotNull(endpoints.missingSince), isNull(endpoints.removedAt));
  const rows = orm.selectDistinct({ id: endpoints.modelId }).from(endpoints).where(missing).all();
  return new Set(rows.map(({ id }) => id));
}

function noteTelemetry(
  { orm }: Ledger,
  projection: EndpointProjection,
  seen: ObservedAnswer,
  answer: EndpointList,
): void {
  const { sweepId, model: modelId, observedAt } = seen;
  for (const [endpoint, values] of answer.telemetry) {
    const state = projection.stateOf(endpoint);
    if (state === undefined) continue;
    const { twin } = state;
    const { label } = state.endpoint;
    const number = (key: string): number | null => readNumber(values.get(key));
    const row = {
      sweepId,
      modelId,
      observedAt,
      twin,
      ...label,
      status: readWhole(values.get('status')),
      uptimeLast5m: number('uptime_last_5m'),
      uptimeLast30m: number('uptime_last_30m'),
      uptimeLast1d: number('uptime_last_1d'),
    };
    orm.insert(endpointTelemetry).values(row).run();
  }
}

function readNumber(text: string | undefined): number | null {
  const value: unknown = text === undefined || text.length > 40 ? null : JSON.parse(text);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function readWhole(text: string | undefined): number | null {
  const value = readNumber(text);
  return value !== null && Number.isSafeInteger(value) ? value : null;
}
