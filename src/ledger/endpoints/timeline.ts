import { and, asc, desc, eq, isNotNull, lt, sql } from 'drizzle-orm';
import type { Ledger } from '../store/open.ts';
import { AnswerTimes } from './answerTimes.ts';
import { endpointAnswers, endpointModels, endpointSweeps } from './schema/sweeps.ts';

/** The kind of a model's answer, and the text that it is stored in. */
export interface StoredAnswer {
  readonly kind: (typeof endpointAnswers.$inferSelect)['kind'];
  readonly textId: number | null;
}

/** One answer of one model. */
export interface DatedAnswer extends StoredAnswer {
  readonly sweepId: number;
  readonly observedAt: string;
}

/** When a model answered in the two newest sweeps that began before an instant, newest first. */
function answersBefore({ orm }: Ledger, number: number, before: string): string[] {
  const { startedAt, answers } = endpointSweeps;
  const offset = sql<number>`json_extract(${answers}, ${`$[${number}]`})`;
  const hasAnswered = and(lt(startedAt, before), sql`${offset} > 0`);
  const rows = orm
    .select({ startedAt, offset })
    .from(endpointSweeps)
    .where(hasAnswered)
    .orderBy(desc(startedAt))
    .limit(2);
  return rows.all().map((row) => new Date(Date.parse(row.startedAt) + row.offset - 1).toISOString());
}

/** When a model last answered before a sweep; null: never. */
export function previousInstant(ledger: Ledger, number: number, startedAt: string): string | null {
  return answersBefore(ledger, number, startedAt)[0] ?? null;
}

/** When a model last answered by an instant; null: it had not been asked about, or had not answered. */
export function answeredBy(ledger: Ledger, model: string, at: string): string | null {
  const row = ledger.orm.select().from(endpointModels).where(eq(endpointModels.modelId, model)).get();
  // The newest sweep that began by then may have asked about this model only later.
  return (row && answersBefore(ledger, row.number, at).find((instant) => instant <= at)) ?? null;
}

export interface LastAnswer extends StoredAnswer {
  /** Of the text. */
  readonly sha256: string | null;
}

/** The newest answer of each of these models. */
export function lastAnswersOf({ sqlite }: Ledger, models: readonly string[]): Map<string, LastAnswer> {
  // SQLite takes the other columns from the row with the maximum.
  const rows = sqlite.prepare<[string], LastAnswer & { readonly model: string }>(
    `SELECT a.model_id AS model, a.kind, a.text_id AS textId, t.sha256, max(s.started_at) FROM endpoint_answers AS a
      JOIN endpoint_sweeps AS s ON s.id = a.sweep_id LEFT JOIN endpoint_texts AS t ON t.id = a.text_id
      WHERE a.model_id IN (SELECT value FROM json_each(?)) GROUP BY a.model_id`,
  );
  const all = rows.all(JSON.stringify(models));
  return new Map(all.map(({ model, kind, textId, sha256 }) => [model, { kind, textId, sha256 }]));
}

/** The model's newest text, against which the next one is compressed. */
export function lastText({ orm }: Ledger, modelId: string): number | null {
  const { id, textId } = endpointAnswers;
  const hasText = and(eq(endpointAnswers.modelId, modelId), isNotNull(textId));
  return orm.select({ textId }).from(endpointAnswers).where(hasText).orderBy(desc(id)).limit(1).get()?.textId ?? null;
}

/** All sweeps in the order of time, with their answers. */
export function allSweeps({ orm }: Ledger) {
  const { id, startedAt, answers, isWhole } = endpointSweeps;
  const rows = orm.select({ id, startedAt, answers, isWhole }).from(endpointSweeps);
  const inTime = rows.orderBy(asc(startedAt), asc(id)).all();
  return inTime.map((row) => ({ ...row, answers: new AnswerTimes(row) }));
}

export type SweepInTime = ReturnType<typeof allSweeps>[number];

/** All answers of a model, oldest first, including those that were the same as the one before. */
export function timelineOf(
  { orm }: Ledger,
  modelId: string,
  number: number,
  sweeps: readonly SweepInTime[],
): DatedAnswer[] {
  const rows = orm.select().from(endpointAnswers).where(eq(endpointAnswers.modelId, modelId)).all();
  const bySweep = new Map(rows.map((row) => [row.sweepId, row]));
  const timeline: DatedAnswer[] = [];
  let answer: StoredAnswer | undefined;
  for (const sweep of sweeps) {
    const observedAt = sweep.answers.get(number);
    if (observedAt === undefined) continue;
    answer = bySweep.get(sweep.id) ?? answer;
    if (answer !== undefined)
      timeline.push({ sweepId: sweep.id, observedAt, kind: answer.kind, textId: answer.textId });
  }
  return timeline;
}

/** The newest answer of a model by an instant; undefined where there was none. */
export function answerAt({ orm }: Ledger, modelId: string, at: string): StoredAnswer | undefined {
  const { kind, textId, sweepId } = endpointAnswers;
  const answers = orm.select({ kind, textId }).from(endpointAnswers);
  const inSweeps = answers.innerJoin(endpointSweeps, eq(endpointSweeps.id, sweepId));
  const isSaid = and(eq(endpointAnswers.modelId, modelId), sql`${observedAt(modelId)} <= ${at}`);
  return inSweeps.where(isSaid).orderBy(desc(endpointSweeps.startedAt)).limit(1).get();
}

/** SQL for the instant of a model's answer in a sweep. */
function observedAt(modelId: string) {
  return sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${endpointSweeps.startedAt}, ((SELECT json_extract(${endpointSweeps.answers},
    '$[' || number || ']') - 1 FROM endpoint_models WHERE model_id = ${modelId}) / 1000.0) || ' seconds')`;
}
