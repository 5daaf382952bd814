import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { verify } from '../../../src/ledger/record/verify.ts';
import { openForReading } from '../../../src/ledger/store/open.ts';
import { sync } from '../../../src/sync.ts';
import { readSource } from '../../../src/upstream/source.ts';
import { makeLedger } from '../../ledgers.ts';
import { SEED } from '../../seed.ts';
import { answer, refusal, type Step } from '../../upstream/misbehaving.ts';
import { newFolder, query, serve } from '../program.ts';
import { randomOf } from './random.ts';

const MINUTES = 1440;

interface Model {
  readonly id: string;
  readonly name: string;
  readonly context_length: number;
  readonly pricing: Readonly<Record<string, string>>;
}

type Random = () => number;

const instantOf = (minute: number): string => new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString();
const textOf = (data: readonly Model[]): string => JSON.stringify({ data, total_count: data.length });
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const below = (random: Random, n: number): number => Math.floor(random() * n);

const modelOf = (n: number): Model => ({
  id: `author-${n % 7}/model-${n}`,
  name: `Model ${n}`,
  context_length: 8000 + n,
  pricing: { prompt: `0.0000${10 + (n % 80)}`, completion: '0.00002' },
});

/** The list after something happened to it: a price, a limit, a name, one model more or one less. */
function change(list: readonly Model[], minute: number, random: Random): Model[] {
  const at = below(random, list.length);
  const edit = (now: (model: Model) => Model): Model[] => list.map((model, i) => (i === at ? now(model) : model));
  const kinds = [
    () => edit((model) => ({ ...model, pricing: { ...model.pricing, prompt: `0.0001${minute}` } })),
    () => edit((model) => ({ ...model, pricing: { ...model.pricing, image: `0.001${minute}` } })),
    () => edit((model) => ({ ...model, context_length: 100_000 + minute })),
    () => edit((model) => ({ ...model, name: `Renamed at ${minute}` })),
    () => [...list, modelOf(1000 + minute)],
    () => list.filter((_, i) => i !== at),
  ];
  return kinds[below(random, kinds.length)]?.() ?? [];
}

/** Of two halves one after the other, no three in a row lack the same models: then these would be believed to be gone. */
let isEven = false;
const half = (list: readonly Model[]): Model[] => {
  isEven = !isEven;
  return list.filter(({ id }) => (Number(id.split('-').at(-1)) % 2 === 0) === isEven);
};

/** What goes wrong. */
const FAULTS: readonly ((list: readonly Model[]) => Step)[] = [
  () => refusal(429, 'Rate limit exceeded'),
  () => refusal(503, 'No provider available', { 'retry-after': '0' }),
  () => refusal(500, 'Internal Server Error'),
  () => refusal(401, 'No auth credentials found'),
  () => refusal(200, 'Provider returned error'),
  () => answer('<!DOCTYPE html><title>Just a moment…</title>', 200, { 'content-type': 'text/html' }),
  () => answer('{"data":[]}'),
  () => answer(''),
  () => answer('', 304, {}),
  () => (response) => response.socket?.resetAndDestroy(),
  () => (response) => void response.socket?.end(),
  () => () => {},
  (list) => answer(textOf(list).slice(0, textOf(list).length / 2)),
  (list) =>
    (...request) =>
      answer(textOf(half(list)))(...request),
  (list) => answer(JSON.stringify({ data: list, total_count: list.length + 1 })),
  (list) => (response) => {
    response.writeHead(200).write(textOf(list).slice(0, 900), () => setTimeout(() => response.socket?.end(), 1));
  },
];

/** The whole list, or 304 to who has it. */
function sound(list: readonly Model[]): Step {
  const text = textOf(list);
  const etag = `"${hashOf(text)}"`;
  return (response, request, origin) => {
    const isKnown = request.headers['if-none-match'] === etag;
    const step = isKnown ? answer('', 304, { etag }) : answer(text, 200, { 'content-type': 'application/json', etag });
    step(response, request, origin);
  };
}

const NOW = {
  listed: 'SELECT id, document FROM models WHERE removed_at IS NULL ORDER BY id',
  prices: `SELECT model_id, component, condition, price, dynamic FROM pricing_history WHERE valid_to IS NULL
    ORDER BY model_id, component, condition`,
  limits: `SELECT model_id, context_length, top_provider_context_length, max_completion_tokens, is_moderated
    FROM provider_limits WHERE valid_to IS NULL ORDER BY model_id`,
} as const;

/** Thousands of commits wait for a disk; where there is a file system in memory they need not. */
function memoryFolder(): string {
  if (!existsSync('/dev/shm')) return newFolder();
  const folder = mkdtempSync('/dev/shm/model-ledger-');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const stateOf = (db: string): object =>
  Object.fromEntries(Object.entries(NOW).map(([name, sql]) => [name, query(db, sql)]));

test('a day of minute runs amid faults ends as one without any, and no fault made an event', async () => {
  const random = randomOf(SEED);
  const folder = memoryFolder();
  const [db, plain] = [join(folder, 'ledger.db'), join(folder, 'plain.db')];
  // Half of it is always more than the ten that may go at once.
  let list = Array.from({ length: 60 }, (_, n) => modelOf(n));
  const seen = [{ at: instantOf(0), body: textOf(list) }];
  let step: Step = sound(list);
  let faultsLeft = 0;
  let fault: Step = step;
  const { url } = await serve((...request) => {
    faultsLeft -= 1;
    (faultsLeft >= 0 ? fault : step)(...request);
  });
  const outcomes = new Map<string, number>();
  let last = '';
  for (let minute = 0; minute < MINUTES; minute += 1) {
    // The very first list is believed whatever it lacks, and the last one has to be told from a fault.
    const isSound = minute === 0 || minute === MINUTES - 1;
    if (minute > 0 && random() < 0.06) {
      list = change(list, minute, random);
      seen.push({ at: instantOf(minute), body: textOf(list) });
    }
    step = sound(list);
    fault = FAULTS[below(random, FAULTS.length)]?.(list) ?? step;
    // One fault in two outlasts all attempts of the run.
    faultsLeft = isSound || random() < 0.7 ? 0 : random() < 0.5 ? 1 : 9;
    const outcome = await sync(
      { db, source: readSource(url.href), trigger: 'cron' },
      {
        env: { MODEL_LEDGER_RETRY_DELAY_MS: '1', MODEL_LEDGER_TIMEOUT_MS: '40' },
        stdin: Readable.from([]),
        now: () => new Date(instantOf(minute)),
        signal: new AbortController().signal,
        userAgent: 'model-ledger/test',
        onRetry: () => {},
      },
    ).then(
      ({ recorded }) => recorded.status,
      () => 'failed',
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    last = outcome;
  }
  expect(['changed', 'same', 'unchanged']).toContain(last);
  console.info(`outcomes of the day: ${JSON.stringify(Object.fromEntries(outcomes))}`);

  expect(query(db, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: MINUTES }]);
  await makeLedger(plain, seen);
  expect(stateOf(db)).toEqual(stateOf(plain));
  const eventful = query(
    db,
    'SELECT DISTINCT status, body_sha256 FROM sync_runs r JOIN change_events e ON e.run_id = r.id',
  );
  const hashes = new Set(seen.map(({ body }) => hashOf(body)));
  expect(eventful.filter(({ status, body_sha256: hash }) => status !== 'changed' || !hashes.has(String(hash)))).toEqual(
    [],
  );
  const ledger = openForReading(db);
  expect((await verify(ledger)).problems).toEqual([]);
  ledger.close();
});
