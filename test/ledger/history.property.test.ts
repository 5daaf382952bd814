import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { acceptLists } from '../../src/ledger/record/acceptLists.ts';
import { type Ledger, openForWriting } from '../../src/ledger/store/open.ts';
import { rebuild } from '../ledgers.ts';
import { times } from '../thorough.ts';
import { history, list, schedules, shuffle, shuffleKeys } from './histories.ts';
import { differingRows, readTables, recordBatch, rows, select } from './ledgers.ts';
import { type Observation, readDocument, replayNaively, type Said, textOf } from './naive.ts';
import { hour, snapshot } from './snapshots.ts';

const toSnapshot = ({ at, text, scope, isAccepted }: Observation) => snapshot(at, text, { scope, isAccepted });

/** Records batch by batch in a ledger of its own, and looks at the result. */
async function withRecorded(
  batches: readonly (readonly Observation[])[],
  look: (ledger: Ledger) => void | Promise<void>,
): Promise<void> {
  const ledger = await openForWriting(':memory:');
  try {
    for (const batch of batches) recordBatch(ledger, batch.map(toSnapshot));
    await look(ledger);
  } finally {
    ledger.close();
  }
}

/** The good entries of an answer, the first of each id. */
function saidBy({ text }: Observation): Map<string, Said> {
  const body: unknown = JSON.parse(text);
  const entries: unknown[] = Array.isArray(body) ? body : Object(body).data;
  const said = entries.map(readDocument).filter((one) => one !== undefined);
  return new Map(said.reverse().map((one) => [String(one.document.id), one]));
}

/** What the two histories say of an instant, in the words of the contract's query. */
function statesAt(ledger: Ledger, instant: string): Map<string, { prices: unknown[]; limits: unknown }> {
  const inForce = `valid_from <= '${instant}' AND (valid_to IS NULL OR valid_to > '${instant}')`;
  const limits = `context_length, top_provider_context_length, max_completion_tokens, is_moderated,
    request_prompt_tokens, request_completion_tokens`;
  const states = new Map<string, { prices: unknown[]; limits: unknown }>();
  for (const [id, ...row] of rows(ledger, `SELECT model_id, ${limits} FROM provider_limits WHERE ${inForce}`)) {
    states.set(String(id), { prices: [], limits: row });
  }
  const amount = "iif(dynamic = 1, 'dynamic', price)";
  const prices = `SELECT model_id, component, condition, ${amount} FROM pricing_history WHERE ${inForce} ORDER BY 2, 3`;
  for (const [id, ...row] of rows(ledger, prices)) states.get(String(id))?.prices.push(row);
  return states;
}

function stateOf({ prices, limits }: Said): { prices: unknown[]; limits: unknown } {
  const byName = [...prices.values()].map(({ component, condition, amount }) => [component, condition, amount]);
  return { prices: byName.sort(([a, b], [c, d]) => (`${a}\n${b}` < `${c}\n${d}` ? -1 : 1)), limits };
}

const priceOrLeaf = (type: unknown, cause: unknown): string =>
  type === 'repriced' || cause === 'zero' || cause === 'clock' ? 'price' : 'leaf';

/** Prices and leaves of a model by what events call them. */
function fieldsOf({ prices, leaves }: Said): Map<string, string> {
  const amounts = [...prices].map(([name, { amount }]): [string, string] => [`price ${name}`, amount]);
  const texts = [...leaves].map(([path, value]): [string, string] => [`leaf ${path}`, textOf(value) ?? '']);
  return new Map([...amounts, ...texts].sort());
}

/** The tables are what a second, plain computation says. */
function expectAsNaively(ledger: Ledger, observations: Parameters<typeof replayNaively>[0]): void {
  expect(differingRows(readTables(ledger), replayNaively(observations)).slice(0, 9)).toEqual([]);
}

test('the tables are what a second, plain computation says', async () => {
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded(
        observations.map((one) => [one]),
        (ledger) => expectAsNaively(ledger, observations),
      ),
    ),
    { numRuns: times(30, 300) },
  );
});

test('the causes of flips on a schedule are what a second, plain computation says', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, (observations) =>
      withRecorded([observations], (ledger) => expectAsNaively(ledger, observations)),
    ),
    { numRuns: times(30, 300) },
  );
});

test('any order of recording ends in the same tables', async () => {
  const orders = fc.tuple(
    fc.oneof(history, schedules),
    fc.integer({ min: 1, max: 2 ** 31 }),
    fc.integer({ min: 1, max: 4 }),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(orders, async ([observations, order, most, isAcceptedLater]) => {
      const left = shuffle(observations, order);
      const batches: Observation[][] = [];
      while (left.length > 0) batches.push(left.splice(0, most).sort((a, b) => (a.at < b.at ? -1 : 1)));
      const asRecorded = batches.map((batch) =>
        batch.map((one) => (isAcceptedLater ? { ...one, isAccepted: false } : one)),
      );
      const accepted = observations.filter(({ isAccepted }) => isAccepted).map(({ at }) => at);
      await withRecorded(asRecorded, async (ledger) => {
        if (isAcceptedLater) await acceptLists(ledger, accepted, new AbortController().signal);
        expectAsNaively(ledger, observations);
      });
    }),
    { numRuns: times(30, 300) },
  );
});

test('the tables made anew from the archive are the tables', async () => {
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded([observations], async (ledger) => {
        const before = readTables(ledger);
        await rebuild(ledger);
        expect(differingRows(readTables(ledger), before)).toEqual([]);
      }),
    ),
    { numRuns: times(10, 90) },
  );
});

test('all events replayed from nothing give the current listing with its prices, limits and leaves', async () => {
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded([observations], (ledger) => {
        const bodies = new Map(observations.map((one) => [one.at, one]));
        const states = new Map<string, { isListed: boolean; fields: Map<string, string> }>();
        const events = rows(
          ledger,
          'SELECT observed_at, model_id, type, field, new_value, cause FROM change_events ORDER BY observed_at, id',
        );
        for (const [at, id, type, field, value, cause] of events) {
          const body = bodies.get(String(at));
          const newcomer = type === 'added' && body ? saidBy(body).get(String(id)) : undefined;
          const state = states.get(String(id)) ?? { isListed: true, fields: newcomer ? fieldsOf(newcomer) : new Map() };
          states.set(String(id), state);
          if (field === null) state.isListed = type !== 'removed';
          else if (value === null) state.fields.delete(`${priceOrLeaf(type, cause)} ${field}`);
          else state.fields.set(`${priceOrLeaf(type, cause)} ${field}`, String(value));
        }
        const replayed = [...states].filter(([, { isListed }]) => isListed);

        const current = rows(ledger, 'SELECT id, document FROM models WHERE removed_at IS NULL');
        const listed = current.map(
          ([id, document]) => [String(id), readDocument(JSON.parse(String(document)))] as const,
        );
        expect(new Map(replayed.map(([id, { fields }]) => [id, new Map([...fields].sort())]))).toEqual(
          new Map(listed.map(([id, said]) => [id, said && fieldsOf(said)])),
        );
        expect(statesAt(ledger, '9999')).toEqual(new Map(listed.map(([id, said]) => [id, said && stateOf(said)])));
      }),
    ),
    { numRuns: times(18, 180) },
  );
});

test('at every observed instant the histories give exactly the prices and limits of that answer', async () => {
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded([observations], (ledger) => {
        const accepted = new Set(
          rows(ledger, "SELECT observed_at FROM sync_runs WHERE status IN ('changed', 'unchanged')").map(([at]) => at),
        );
        for (const observation of observations.filter(({ at }) => accepted.has(at))) {
          const said = saidBy(observation);
          const states = statesAt(ledger, observation.at);
          expect([...states].filter(([id]) => said.has(id)).sort()).toEqual(
            [...said].map(([id, one]) => [id, stateOf(one)]).sort(),
          );
          const [broken] = select(
            ledger,
            'SELECT count(*) AS n FROM quarantine JOIN sync_runs AS r ON r.id = run_id WHERE r.body_sha256 = ?',
            hashOf(Buffer.from(observation.text)),
          );
          // An entry that was set aside keeps its model's last good state.
          const kept = broken?.n === 0 ? [...states.keys()].filter((id) => !said.has(id)) : [];
          expect(kept).toEqual([]);
        }
      }),
    ),
    { numRuns: times(18, 180) },
  );
});

test('intervals of one key never overlap, and what is in force belongs to a listed model', async () => {
  const overlaps = (table: string, key: string): string =>
    `SELECT a.id, b.id FROM ${table} AS a JOIN ${table} AS b USING (${key}) WHERE a.id < b.id
     AND a.valid_from < coalesce(b.valid_to, '9999') AND b.valid_from < coalesce(a.valid_to, '9999')`;
  const orphans = `SELECT model_id FROM pricing_history JOIN models ON models.id = model_id
    WHERE valid_to IS NULL AND removed_at IS NOT NULL`;
  await fc.assert(
    fc.asyncProperty(history, (observations) =>
      withRecorded([observations], (ledger) => {
        expect(rows(ledger, overlaps('pricing_history', 'model_id, component, condition'))).toEqual([]);
        expect(rows(ledger, overlaps('provider_limits', 'model_id'))).toEqual([]);
        expect(rows(ledger, orphans)).toEqual([]);
      }),
    ),
    { numRuns: times(15, 150) },
  );
});

test('a list in another order, with its keys in another order, gives no event', async () => {
  await fc.assert(
    fc.asyncProperty(list, fc.integer({ min: 1, max: 2 ** 31 }), (entries, order) => {
      const shuffled = shuffle(entries, order).map((entry) => shuffleKeys(entry, order));
      const [first, second] = [entries, shuffled].map((one, i): Observation => {
        return { at: hour(i), text: JSON.stringify({ data: one }), scope: 'output_modalities=all', isAccepted: false };
      });
      return withRecorded(first && second ? [[first], [second]] : [], (ledger) => {
        expect(rows(ledger, 'SELECT status, added, quarantined FROM sync_runs ORDER BY id')).toEqual([
          ['changed', entries.length, 0],
          ['unchanged', 0, 0],
        ]);
        expect(rows(ledger, 'SELECT count(*) FROM change_events')).toEqual([[entries.length]]);
      });
    }),
    { numRuns: times(18, 180) },
  );
});
