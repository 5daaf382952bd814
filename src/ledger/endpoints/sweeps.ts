import { and, desc, eq, isNull, max, ne, sql } from 'drizzle-orm';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { nextInstant } from '../../core/time/instant.ts';
import { makeSweepIndexes } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { models } from '../store/schema.ts';
import { endpointModels, endpointSweeps, endpoints } from './schema.ts';

/** What a sweep is about. */
export interface SweepPlan {
  readonly trigger: (typeof endpointSweeps.$inferInsert)['trigger'];
  readonly source: string;
  /** The pattern that narrows it; null: all models. */
  readonly narrowedTo: string | null;
}

export type SweepCounts = Pick<
  typeof endpointSweeps.$inferSelect,
  'modelsAsked' | 'modelsAnswered' | 'modelsWithout' | 'modelsFailed' | 'endpointsSeen' | 'requests'
>;

/** A sweep under way. */
export interface OpenSweep extends SweepCounts {
  readonly id: number;
  readonly startedAt: string;
  /** It was stopped before its end, and goes on now. */
  readonly isResumed: boolean;
  /** The models whose answer it has. */
  readonly settled: ReadonlySet<string>;
}

const NONE: SweepCounts = {
  modelsAsked: 0,
  modelsAnswered: 0,
  modelsWithout: 0,
  modelsFailed: 0,
  endpointsSeen: 0,
  requests: 0,
};

/** A stopped sweep older than this is left as it is: half of it would be of another time. */
const RESUMED_WITHIN_MS = 3_600_000;

/** Goes on with the newest sweep where that was stopped lately and has the same plan, else begins one. */
export function openSweep(ledger: Ledger, plan: SweepPlan, now: Date): OpenSweep {
  const last = lastOpen(ledger, plan);
  if (last !== undefined && Math.abs(now.getTime() - Date.parse(lastInstantOf(last))) <= RESUMED_WITHIN_MS) {
    return {
      ...countsOf(last),
      id: last.id,
      startedAt: last.startedAt,
      isResumed: true,
      settled: settledIn(ledger, last),
    };
  }
  closeStopped(ledger);
  makeSweepIndexes(ledger.sqlite);
  const startedAt = nextInstant(now, lastInstant(ledger));
  const row = { ...plan, startedAt, status: 'partial' as const };
  const { id } = ledger.orm.insert(endpointSweeps).values(row).returning({ id: endpointSweeps.id }).get();
  return { ...NONE, id, startedAt, isResumed: false, settled: new Set() };
}

/** How a sweep ended. */
export interface SweepEnd extends SweepCounts {
  readonly finishedAt: string;
  readonly status: (typeof endpointSweeps.$inferSelect)['status'];
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export function closeSweep({ orm }: Ledger, id: number, end: SweepEnd): void {
  const { startedAt, answers } =
    orm.select().from(endpointSweeps).where(eq(endpointSweeps.id, id)).get() ?? missing(id);
  // A clock that was set back ends no sweep before its last answer.
  const finishedAt = [end.finishedAt, lastInstantOf({ startedAt, answers })].sort().at(-1);
  orm
    .update(endpointSweeps)
    .set({ ...end, finishedAt })
    .where(eq(endpointSweeps.id, id))
    .run();
}

/** The models that a sweep asks about, in order: listed, and neither aliases nor routers, which serve nothing themselves. */
export function sweptModels({ orm }: Ledger): string[] {
  const rows = orm.select({ id: models.id }).from(models).where(isNull(models.removedAt)).orderBy(models.id).all();
  return rows.flatMap(({ id }) => (id.startsWith('~') || id.startsWith('openrouter/') ? [] : [id]));
}

/** The models with endpoints that are not believed gone. */
export function servedModels({ orm }: Ledger): string[] {
  const rows = orm.selectDistinct({ id: endpoints.modelId }).from(endpoints).where(isNull(endpoints.removedAt)).all();
  return rows.map(({ id }) => id);
}

/** Whether any list was accepted yet. */
export function hasModels({ orm }: Ledger): boolean {
  return orm.select({ id: models.id }).from(models).limit(1).get() !== undefined;
}

/** The models ever asked about, by their ids. */
export function modelNumbers({ orm }: Ledger): Map<string, number> {
  const rows = orm.select().from(endpointModels).all();
  return new Map(rows.map(({ modelId, number }) => [modelId, number]));
}

/** Gives a model the next number. */
export function addModel({ orm }: Ledger, modelId: string): number {
  const number =
    (orm
      .select({ last: max(endpointModels.number) })
      .from(endpointModels)
      .get()?.last ?? -1) + 1;
  orm.insert(endpointModels).values({ number, modelId }).run();
  return number;
}

/** When each model answered in a sweep, by the model's number. */
export class Answers {
  readonly #startedAt: number;
  readonly #marks: number[];

  constructor({ startedAt, answers }: Pick<typeof endpointSweeps.$inferSelect, 'startedAt' | 'answers'>) {
    const read: unknown = JSON.parse(answers);
    this.#startedAt = Date.parse(startedAt);
    this.#marks = Array.isArray(read) ? read.map(Number) : [];
  }

  /** @param observedAt not before the sweep's start */
  set(number: number, observedAt: string): void {
    while (this.#marks.length < number) this.#marks.push(0);
    this.#marks[number] = Date.parse(observedAt) - this.#startedAt + 1;
  }

  get(number: number): string | undefined {
    const mark = this.#marks[number] ?? 0;
    return mark > 0 ? new Date(this.#startedAt + mark - 1).toISOString() : undefined;
  }

  get numbers(): number[] {
    return this.#marks.flatMap((mark, number) => (mark > 0 ? [number] : []));
  }

  toString(): string {
    return JSON.stringify(this.#marks);
  }
}

/** Reads a sweep's answers, lets `change` add to them, and writes them back. */
export function changeAnswers({ orm }: Ledger, id: number, change: (answers: Answers) => void): void {
  const row = orm.select().from(endpointSweeps).where(eq(endpointSweeps.id, id)).get() ?? missing(id);
  const answers = new Answers(row);
  change(answers);
  orm
    .update(endpointSweeps)
    .set({ answers: String(answers) })
    .where(eq(endpointSweeps.id, id))
    .run();
}

/** The newest sweep that no pattern narrowed. */
export function lastWholeSweep({ orm }: Ledger, { withImports = false } = {}) {
  return orm
    .select()
    .from(endpointSweeps)
    .where(and(isNull(endpointSweeps.narrowedTo), withImports ? undefined : ne(endpointSweeps.trigger, 'import')))
    .orderBy(desc(endpointSweeps.startedAt))
    .limit(1)
    .get();
}

/** How many events of each type each sweep has, written into its row. */
export function countEvents({ orm }: Ledger, sweeps?: readonly number[]): void {
  const counts = CHANGE_TYPES.map(
    (type) =>
      sql`${sql.identifier(type)} = (SELECT count(*) FROM endpoint_events AS e WHERE e.sweep_id = endpoint_sweeps.id AND e.type = ${type})`,
  );
  const where = sweeps === undefined ? sql`1` : sql`id IN (SELECT value FROM json_each(${JSON.stringify(sweeps)}))`;
  orm.run(sql`UPDATE endpoint_sweeps SET ${sql.join(counts, sql`, `)} WHERE ${where}`);
}

/** The newest instant at which anything was seen of endpoints: time never runs behind it. */
export function lastInstant({ orm }: Ledger): string | null {
  const recent = orm.select().from(endpointSweeps).orderBy(desc(endpointSweeps.startedAt)).limit(8).all();
  return (
    recent
      .map((row) => row.finishedAt ?? lastInstantOf(row))
      .sort()
      .at(-1) ?? null
  );
}

function lastInstantOf(row: Pick<typeof endpointSweeps.$inferSelect, 'startedAt' | 'answers'>): string {
  const answers = new Answers(row);
  return (
    answers.numbers
      .map((number) => answers.get(number) ?? '')
      .sort()
      .at(-1) ?? row.startedAt
  );
}

function lastOpen({ orm }: Ledger, { source, narrowedTo }: SweepPlan) {
  const row = orm.select().from(endpointSweeps).orderBy(desc(endpointSweeps.startedAt)).limit(1).get();
  const isSame = row?.finishedAt === null && row.source === source && row.narrowedTo === narrowedTo;
  return isSame && row.trigger !== 'import' ? row : undefined;
}

function settledIn({ orm }: Ledger, row: typeof endpointSweeps.$inferSelect): Set<string> {
  const numbers = new Set(new Answers(row).numbers);
  const all = orm.select().from(endpointModels).all();
  return new Set(all.flatMap(({ number, modelId }) => (numbers.has(number) ? [modelId] : [])));
}

/** A sweep that nobody went on with ended with its last answer. */
function closeStopped({ orm }: Ledger): void {
  const stopped = orm
    .select()
    .from(endpointSweeps)
    .where(and(isNull(endpointSweeps.finishedAt), ne(endpointSweeps.trigger, 'import')))
    .all();
  for (const row of stopped) {
    const end = { finishedAt: lastInstantOf(row), errorCode: 'stopped', errorMessage: 'it was stopped before its end' };
    orm.update(endpointSweeps).set(end).where(eq(endpointSweeps.id, row.id)).run();
  }
}

function countsOf(row: SweepCounts): SweepCounts {
  const { modelsAnswered, modelsWithout, endpointsSeen, requests } = row;
  // What failed is asked again.
  return { modelsAsked: modelsAnswered, modelsAnswered, modelsWithout, modelsFailed: 0, endpointsSeen, requests };
}

function missing(id: number): never {
  throw new TypeError(`no sweep ${id}`);
}
