import { eq, max } from 'drizzle-orm';
import type { Ledger } from '../store/open.ts';
import { endpointModels, endpointSweeps } from './schema/sweeps.ts';

type SweepRow = typeof endpointSweeps.$inferSelect;

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
    const offset = this.#offsets[number] ?? 0;
    return offset > 0 ? new Date(this.#startedAt + offset - 1).toISOString() : undefined;
  }

  get numbers(): number[] {
    return this.#offsets.flatMap((offset, number) => (offset > 0 ? [number] : []));
  }

  toString(): string {
    return JSON.stringify(this.#offsets);
  }
}

/** Reads a sweep's answers, lets `change` add to them, and writes them back. */
export function changeAnswers(ledger: Ledger, id: number, change: (answers: Answers) => void): void {
  const answers = new Answers(sweepRow(ledger, id));
  change(answers);
  ledger.orm
    .update(endpointSweeps)
    .set({ answers: String(answers) })
    .where(eq(endpointSweeps.id, id))
    .run();
}

/** When the last answer of a sweep came, or it began. */
export function lastInstantOf(row: Pick<SweepRow, 'startedAt' | 'answers'>): string {
  const answers = new Answers(row);
  return (
    answers.numbers
      .map((number) => answers.get(number) ?? '')
      .sort()
      .at(-1) ?? row.startedAt
  );
}

/** The models whose answer a sweep has. */
export function settledIn({ orm }: Ledger, row: SweepRow): Set<string> {
  const numbers = new Set(new Answers(row).numbers);
  const all = orm.select().from(endpointModels).all();
  return new Set(all.flatMap(({ number, modelId }) => (numbers.has(number) ? [modelId] : [])));
}

/** The row of a sweep that is known to be there. */
export function sweepRow({ orm }: Ledger, id: number): SweepRow {
  const row = orm.select().from(endpointSweeps).where(eq(endpointSweeps.id, id)).get();
  if (row === undefined) throw new TypeError(`no sweep ${id}`);
  return row;
}
