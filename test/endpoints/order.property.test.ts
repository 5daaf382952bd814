import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText, getOrMake, groupBy } from '../../src/core/collections.ts';
import { readAnswer } from '../../src/core/endpoints/answer.ts';
import { NOTHING_YET } from '../../src/core/endpoints/tally.ts';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { EndpointImport } from '../../src/ledger/endpoints/imports.ts';
import type { ModelAnswer } from '../../src/ledger/endpoints/pendingAnswers.ts';
import { recordAnswers } from '../../src/ledger/endpoints/recorder.ts';
import { closeSweep, openSweep } from '../../src/ledger/endpoints/sweeps.ts';
import { type Ledger, openForWriting } from '../../src/ledger/store/open.ts';
import { runAtOnce } from '../../src/ledger/store/steps.ts';
import { transact } from '../../src/ledger/store/transaction.ts';
import { rebuild } from '../ledgers.ts';
import { times } from '../thorough.ts';
import { rows } from './rows.ts';
import { toldBy } from './saved.ts';
import { endpointOf, type Json, T } from './world.ts';

/** What a model says at an instant. */
interface Said {
  readonly at: string;
  readonly model: string;
  readonly endpoints: readonly Json[];
}

/** Few endpoints of few kinds, so that twins, flaps and returns are frequent. */
const endpoints = fc.array(
  fc
    .tuple(fc.constantFrom('P', 'Q'), fc.constantFrom('1', '2', '-1', 'gratis'), fc.constantFrom('fp8', 'fp4'))
    .map(([provider, price, quantization]) => endpointOf(provider, price, { quantization })),
  { maxLength: 3 },
);
const answers = fc
  .subarray(['a/1', 'a/2', 'a/3'])
  .chain((models) => fc.tuple(...models.map((model) => fc.record({ model: fc.constant(model), endpoints }))));
/** Files of few instants, so that some share one, and some lie within sweeps. */
const files = fc.array(fc.record({ minute: fc.nat({ max: 12 }), answers, isWhole: fc.boolean() }), { maxLength: 3 });
/** Sweeps, with what is imported in the middle of each and after it. */
const hours = fc.array(fc.record({ answers, meanwhile: files, after: files }), { minLength: 1, maxLength: 4 });

/** So many minutes after the one before it a sweep begins; an answer takes one. */
const BETWEEN = 3;
const later = (a: string, b: string): string => (a > b ? a : b);

/** Sweeps and imports one after the other, and what they should have recorded. */
class Recording {
  readonly said = new Map<string, Said>();
  readonly whole = new Set<string>();
  readonly #ledger: Ledger;
  #newest = '';

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  put(all: Iterable<{ minute: number; isWhole: boolean; answers: readonly Omit<Said, 'at'>[] }>): void {
    for (const { minute, isWhole, answers: given } of all) {
      const at = T(0, minute);
      // What a model said at an instant is the same wherever it was saved.
      const said = given.map((one) => getOrMake(this.said, `${at} ${one.model}`, () => ({ ...one, at })));
      if (said.length === 0) continue;
      if (isWhole) this.whole.add(at);
      this.#newest = later(this.#newest, at);
      importAll(this.#ledger, [{ at, isWhole, said }]);
    }
  }

  /** Asks about half of the models, has something done, and asks about the others. */
  sweep(start: string, given: readonly Omit<Said, 'at'>[], meanwhile: () => void): void {
    const plan = { trigger: 'manual' as const, source: 'x', narrowedTo: null };
    const { id, startedAt } = transact(this.#ledger, () => openSweep(this.#ledger, plan, new Date(start)));
    const half = Math.ceil(given.length / 2);
    let end = startedAt;
    const ask = (some: readonly Omit<Said, 'at'>[], from: number): void => {
      const batch = some.map((one, i) => ({ ...one, at: plus(startedAt, (from + i) * 60_000) }));
      for (const one of batch) {
        const at = one.at > this.#newest ? one.at : plus(this.#newest, 1);
        this.said.set(`${at} ${one.model}`, { ...one, at });
        end = later(end, at);
      }
      transact(this.#ledger, () => recordAnswers(this.#ledger, { id }, NOTHING_YET, batch.map(toAnswer)));
    };
    ask(given.slice(0, half), 0);
    meanwhile();
    ask(given.slice(half), half);
    const finish = { status: 'complete', errorCode: null, errorMessage: null, finishedAt: end } as const;
    transact(this.#ledger, () => closeSweep(this.#ledger, id, { ...NOTHING_YET, ...finish }));
    this.#newest = later(this.#newest, end);
  }
}

function plus(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

function toAnswer(one: Said): ModelAnswer {
  const list = readAnswer(textOf(one), one.model);
  const answer = { text: list.text, sha256: hashOf(list.text), size: one.endpoints.length, read: () => list };
  return { model: one.model, observedAt: one.at, answer: one.endpoints.length === 0 ? 'none' : answer };
}

function textOf({ model, endpoints: list }: Said): Buffer {
  return Buffer.from(JSON.stringify({ id: model, endpoints: list }));
}

function importAll(ledger: Ledger, saved: readonly { at: string; isWhole: boolean; said: readonly Said[] }[]): void {
  transact(ledger, () => {
    const into = new EndpointImport(ledger);
    for (const { at: observedAt, isWhole, said } of saved) {
      const read = said.map((one) => readAnswer(textOf(one), one.model));
      into.add({ observedAt, isWhole, source: 'file:x', answers: read });
    }
    runAtOnce(into.finish());
  });
}

async function withLedger<T>(work: (ledger: Ledger) => T | Promise<T>): Promise<T> {
  const ledger = await openForWriting(':memory:');
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}

test('swept and imported in any order, answers give the tables of all of them imported in the order of time', async () => {
  const tables = (ledger: Ledger): string[][] => toldBy((sql) => rows(ledger, sql), false);
  await fc.assert(
    fc.asyncProperty(hours, async (all) => {
      const { said, whole, recorded, anew } = await withLedger(async (ledger) => {
        const recording = new Recording(ledger);
        for (const [i, { answers: given, meanwhile, after }] of all.entries()) {
          recording.sweep(T(0, i * BETWEEN), given, () => recording.put(meanwhile));
          recording.put(after);
        }
        const before = tables(ledger);
        await rebuild(ledger);
        return { said: recording.said, whole: recording.whole, recorded: before, anew: tables(ledger) };
      });
      const inTime = [...groupBy(said.values(), ({ at }) => at)].sort(([a], [b]) => compareText(a, b));
      const atOnce = await withLedger((ledger) => {
        importAll(
          ledger,
          inTime.map(([at, some]) => ({ at, isWhole: whole.has(at), said: some })),
        );
        return tables(ledger);
      });
      expect([recorded, anew]).toEqual([atOnce, atOnce]);
    }),
    { numRuns: times(12, 200) },
  );
});
