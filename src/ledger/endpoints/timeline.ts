import { and, asc, desc, eq, isNotNull } from 'drizzle-orm';
import { byInstant, getOrMake } from '../../core/collections.ts';
import type { Ledger } from '../store/open.ts';
import { AnswerTimes, sweepRow } from './answerTimes.ts';
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

/**
 * Prepares to look up when models, by their numbers, last answered by an instant; null: they had not been asked about, or
 * had not answered. Imported answers may lie within a long sweep, so that it takes more than the newest sweep.
 */
export function prepareLastAnswered({ sqlite }: Ledger): (number: number, by: string) => string | null {
  const longest = sqlite.prepare<[], number | null>(
    `SELECT max(coalesce((julianday(finished_at) - julianday(started_at)) * 86400000,
      (SELECT max(value) FROM json_each(answers)))) FROM endpoint_sweeps`,
  );
  const longestMs = longest.pluck().get() ?? 0;
  const inSweeps = sqlite.prepare<[string, string], { startedAt: string; offset: number }>(
    `SELECT started_at AS startedAt, json_extract(answers, ?) AS offset FROM endpoint_sweeps
      WHERE started_at <= ? AND offset > 0 ORDER BY started_at DESC`,
  );
  return (number, by) => {
    let last: string | null = null;
    for (const { startedAt, offset } of inSweeps.iterate(`$[${number}]`, by)) {
      const began = Date.parse(startedAt);
      // This sweep, and all before it, ended earlier.
      if (last !== null && began + longestMs + 1 < Date.parse(last)) break;
      const at = new Date(began + offset - 1).toISOString();
      if (at <= by && at > (last ?? '')) last = at;
    }
    return last;
  };
}

/** When a model last answered by an instant; null: it had not been asked about, or had not answered. */
export function answeredBy(ledger: Ledger, model: string, at: string): string | null {
  const row = ledger.orm.select().from(endpointModels).where(eq(endpointModels.modelId, model)).get();
  return row === undefined ? null : prepareLastAnswered(ledger)(row.number, at);
}

export interface LastAnswer extends StoredAnswer {
  /** Of the text. */
  readonly sha256: string | null;
}

/** The newest answer of each of these models. */
export function lastAnswersOf(ledger: Ledger, models: readonly string[]): Map<string, LastAnswer> {
  // A sweep that ended before another one began cannot have the newer answer; most models have one candidate.
  const candidates = ledger.sqlite.prepare<[string], LastAnswer & Candidate>(
    `WITH given AS MATERIALIZED (SELECT a.model_id, a.kind, a.text_id, s.id AS sweep, s.started_at, s.finished_at
        FROM endpoint_answers AS a JOIN endpoint_sweeps AS s ON s.id = a.sweep_id
        WHERE a.model_id IN (SELECT value FROM json_each(?))),
      newest AS (SELECT model_id, max(started_at) AS at FROM given GROUP BY model_id)
    SELECT g.model_id AS model, m.number, g.kind, g.text_id AS textId, t.sha256, g.sweep
      FROM newest AS n JOIN given AS g ON g.model_id = n.model_id AND coalesce(g.finished_at, n.at) >= n.at
      JOIN endpoint_models AS m ON m.model_id = g.model_id LEFT JOIN endpoint_texts AS t ON t.id = g.text_id`,
  );
  const sweeps = new Map<number, AnswerTimes>();
  const instantOf = ({ sweep, number }: Candidate): string =>
    getOrMake(sweeps, sweep, () => new AnswerTimes(sweepRow(ledger, sweep))).get(number) ?? '';
  const newest = new Map<string, LastAnswer & Candidate>();
  for (const row of candidates.all(JSON.stringify(models))) {
    const other = newest.get(row.model);
    if (other === undefined || instantOf(row) > instantOf(other)) newest.set(row.model, row);
  }
  return newest;
}

interface Candidate {
  readonly model: string;
  /** In the list of answers of a sweep. */
  readonly number: number;
  readonly sweep: number;
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

/** All answers of a model, in the order of their own instants, including those that were the same as the one before. */
export function timelineOf(
  { orm }: Ledger,
  modelId: string,
  number: number,
  sweeps: readonly SweepInTime[],
): DatedAnswer[] {
  const rows = orm.select().from(endpointAnswers).where(eq(endpointAnswers.modelId, modelId)).all();
  const bySweep = new Map(rows.map((row) => [row.sweepId, row]));
  const answered = sweeps.flatMap(({ id: sweepId, answers }) => {
    const at = answers.get(number);
    return at === undefined ? [] : [{ sweepId, observedAt: at }];
  });
  const timeline: DatedAnswer[] = [];
  let answer: StoredAnswer | undefined;
  for (const { sweepId, observedAt: at } of answered.sort(byInstant)) {
    answer = bySweep.get(sweepId) ?? answer;
    if (answer !== undefined) timeline.push({ sweepId, observedAt: at, kind: answer.kind, textId: answer.textId });
  }
  return timeline;
}

/** Writes from which sweep on a model gave which answer, in place of what was written before. */
export function putAnswers({ orm }: Ledger, modelId: string, timeline: readonly DatedAnswer[]): void {
  orm.delete(endpointAnswers).where(eq(endpointAnswers.modelId, modelId)).run();
  let last: StoredAnswer | undefined;
  for (const { sweepId, kind, textId } of timeline) {
    if (last?.kind !== kind || last.textId !== textId) {
      orm.insert(endpointAnswers).values({ sweepId, modelId, kind, textId }).run();
    }
    last = { kind, textId };
  }
}

/** The newest answer of a model by an instant; undefined where there was none. */
export function answerAt({ sqlite }: Ledger, modelId: string, at: string): StoredAnswer | undefined {
  const seconds = `((json_extract(s.answers, '$[' || m.number || ']') - 1) / 1000.0)`;
  const answers = sqlite.prepare<[string, string], StoredAnswer>(
    `SELECT a.kind, a.text_id AS textId, strftime('%Y-%m-%dT%H:%M:%fZ', s.started_at, ${seconds} || ' seconds') AS at
      FROM endpoint_answers AS a
      JOIN endpoint_sweeps AS s ON s.id = a.sweep_id JOIN endpoint_models AS m ON m.model_id = a.model_id
      WHERE a.model_id = ? AND at <= ? ORDER BY at DESC LIMIT 1`,
  );
  return answers.get(modelId, at);
}
