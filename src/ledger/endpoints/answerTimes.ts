import { eq, sql } from 'drizzle-orm';
import type { Ledger } from '../store/open.ts';
import { endpointModels, endpointSweeps } from './schema/sweeps.ts';

type SweepRow = typeof endpointSweeps.$inferSelect;

/** The numbers of all models that were ever asked about, by id. */
export function modelNumbers({ orm }: Ledger): Map<string, number> {
  const rows = orm.select().from(endpointModels).all();
  return new Map(rows.map(({ modelId, number }) => [modelId, number]));
}

/** Gives a model the next number. */
export function addModel({ orm }: Ledger, modelId: string): number {
  const { number } = orm.get<{ number: number }>(
    sql`SELECT coalesce(max(number) + 1, 0) AS number FROM endpoint_models`,
  );
  orm.insert(endpointModels).values({ number, modelId }).run();
  return number;
}

/** When each model answered in a sweep, by the model's number: the column `answers`. */
export class AnswerTimes {
  readonly #startedAt: number;
  readonly #offsets: number[];

  constructor({ startedAt, answers }: Pick<SweepRow, 'startedAt' | 'answers'>) {
    const read: unknown = JSON.parse(answers);
    this.#startedAt = Date.parse(startedAt);
    this.#offsets = Array.isArray(read) ? read.map(Number) : [];
  }

  /** @param observedAt not before the sweep's start */
  set(number: number, observedAt: string): void {
    while (this.#offsets.length < number) this.#offsets.push(0);
    this.#offsets[number] = Date.parse(observedAt) - this.#startedAt + 1;
  }

  get(number: number): string | undefined {
    return this.#instant(this.#offsets[number] ?? 0);
  }

  /** When the last answer came. */
  get last(): string | undefined {
    return this.#instant(Math.max(0, ...this.#offsets));
  }

  get numbers(): number[] {
    return this.#offsets.flatMap((offset, number) => (offset > 0 ? [number] : []));
  }

  toString(): string {
    return JSON.stringify(this.#offsets);
  }

  #instant(offset: number): string | undefined {
    return offset > 0 ? new Date(this.#startedAt + offset - 1).toISOString() : undefined;
  }
}

/** Reads a sweep's answers, has them changed, and writes them back. */
export function changeAnswerTimes(ledger: Ledger, id: number, change: (answers: AnswerTimes) => void): void {
  const answers = new AnswerTimes(sweepRow(ledger, id));
  change(answers);
  const row = { answers: String(answers) };
  ledger.orm.update(endpointSweeps).set(row).where(eq(endpointSweeps.id, id)).run();
}

/** When the last answer of a sweep came, or else when it began. */
export function lastInstantOf(row: Pick<SweepRow, 'startedAt' | 'answers'>): string {
  return new AnswerTimes(row).last ?? row.startedAt;
}

export function answeredModels(ledger: Ledger, row: SweepRow): Set<string> {
  const answers = new AnswerTimes(row);
  return new Set([...modelNumbers(ledger)].flatMap(([id, number]) => (answers.get(number) === undefined ? [] : [id])));
}

export function sweepRow({ orm }: Ledger, id: number): SweepRow {
  const row = orm.select().from(endpointSweeps).where(eq(endpointSweeps.id, id)).get();
  if (row === undefined) throw new TypeError(`no sweep ${id}`);
  return row;
}
