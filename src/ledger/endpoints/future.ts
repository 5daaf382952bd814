import { inArray, sql } from 'drizzle-orm';
import type { Instant } from '../../core/time/instant.ts';
import type { Ledger } from '../store/open.ts';
import { AnswerTimes, modelNumbers } from './answerTimes.ts';
import { endpointAnswers, endpointSweeps, endpointTelemetry } from './schema/sweeps.ts';
import { allSweeps, putAnswers, timelineOf } from './timeline.ts';

export function newestOfSweeps({ orm }: Ledger): Instant | null {
  return orm.get<{ at: Instant | null }>(
    sql`SELECT max(max(started_at, coalesce(finished_at, ''))) AS at FROM endpoint_sweeps`,
  ).at;
}

export function datedAhead(at: Instant) {
  const errorMessage = `it was dated ${at}, which was in the future (rebuild --mend-clock)`;
  return { errorCode: 'in_the_future', errorMessage };
}

/** How many sweeps are dated later than an instant, and how many there are in all. */
export function countFutureSweeps({ orm }: Ledger, at: Instant): { readonly future: number; readonly all: number } {
  return orm.get(sql`SELECT count(*) FILTER (WHERE started_at > ${at} OR finished_at > ${at}) AS future,
    count(*) AS "all" FROM endpoint_sweeps`);
}

/**
 * Removes the answers of sweeps that began later than an instant, as nothing tells when they were really given. A sweep
 * that only ended later keeps its answers, dated by the instant at the latest. The tables have to be rebuilt
 * afterwards.
 * @returns how many were left out
 */
export function leaveOutFutureSweeps(ledger: Ledger, at: Instant): number {
  const { orm } = ledger;
  const rows = orm.select().from(endpointSweeps).where(sql`started_at > ${at} OR finished_at > ${at}`).all();
  const later = rows.filter(({ startedAt }) => startedAt > at).map(({ id }) => id);
  dropAnswers(ledger, later);
  orm.delete(endpointTelemetry).where(inArray(endpointTelemetry.sweepId, later)).run();
  for (const row of rows) {
    const { id, startedAt } = row;
    const answers = new AnswerTimes(row);
    for (const number of answers.numbers) if ((answers.get(number) ?? '') > at) answers.set(number, at);
    const leftOut = { startedAt: at, finishedAt: at, status: 'failed' as const, isWhole: false, answers: '[]' };
    const cut = { finishedAt: at, answers: String(answers) };
    const change = later.includes(id) ? { ...leftOut, ...datedAhead(startedAt) } : cut;
    orm.update(endpointSweeps).set(change).where(sql`id = ${id}`).run();
  }
  return later.length;
}

/** Removes the answers of some sweeps; those of others that were the same as one of them are written out. */
function dropAnswers(ledger: Ledger, dropped: readonly number[]): void {
  const { modelId, sweepId } = endpointAnswers;
  const rows = ledger.orm
    .selectDistinct({ modelId })
    .from(endpointAnswers)
    .where(inArray(sweepId, [...dropped]))
    .all();
  const numbers = modelNumbers(ledger);
  const sweeps = allSweeps(ledger);
  for (const { modelId: model } of rows) {
    const timeline = timelineOf(ledger, model, numbers.get(model) ?? 0, sweeps);
    const kept = timeline.filter((answer) => !dropped.includes(answer.sweepId));
    putAnswers(ledger, model, kept);
  }
}
