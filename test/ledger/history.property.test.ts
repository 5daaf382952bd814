import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ledger, openForWriting } from '../../src/ledger/open.ts';
import { Recorder } from '../../src/ledger/record.ts';
import { history, shuffle, shuffleKeys } from './histories.ts';
import { differingRows, readTables, rows, select, snapshot } from './ledgers.ts';
import { type Observation, readDocument, replayNaively, type Said } from './naive.ts';

const toSnapshot = ({ at, text, scope, isVouched }: Observation) => snapshot(at, text, { scope, isVouched });

/** Records batch by batch in a ledger of its own, each batch as one call of one recorder, and looks at the result. */
async function withRecorded(
  batches: readonly (readonly Observation[])[],
  look: (ledger: Ledger) => void,
): Promise<void> {
  const ledger = await openForWriting(':memory:');
  try {
    const recorder = new Recorder(ledger);
    for (const batch of batches) recorder.record(batch.map(toSnapshot));
    look(ledger);
  } finally {
    ledger.close();
  }
}

/** The good entries of an accepted answer. */
function saidBy({ text }: Observation): Map<string, Said> {
  const body: unknown = JSON.parse(text);
  const list: unknown[] = Array.isArray(body) ? body : Object(body).data;
  const said = list.map(readDocument).filter((one) => one !== undefined);
  return new Map(said.reverse().map((one) => [String(one.document.id), one]));
}

test('the tables are what a second, plain computation says', async () => {
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded(
        observations.map((one) => [one]),
        (ledger) => expect(differingRows(readTables(ledger), replayNaively(observations)).slice(0, 9)).toEqual([]),
      ),
    ),
    { numRuns: 100 },
  );
});

test('any order of recording ends in the same tables', async () => {
  const orders = fc.tuple(history, fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 4 }));
  await fc.assert(
    fc.asyncProperty(orders, async ([observations, order, most]) => {
      const left = shuffle(observations, order);
      const batches: Observation[][] = [];
      while (left.length > 0) batches.push(left.splice(0, most).sort((a, b) => (a.at < b.at ? -1 : 1)));
      await withRecorded(batches, (ledger) =>
        expect(differingRows(readTables(ledger), replayNaively(observations)).slice(0, 9)).toEqual([]),
      );
    }),
    { numRuns: 100 },
  );
});

test('the tables made anew from the archive are the tables', async () => {
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded([observations], (ledger) => {
        const before = readTables(ledger);
        new Recorder(ledger).rebuild();
        expect(differingRows(readTables(ledger), before)).toEqual([]);
      }),
    ),
    { numRuns: 30 },
  );
});
