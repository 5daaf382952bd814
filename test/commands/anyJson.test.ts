import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { define as changes } from '../../src/commands/changes/changes.ts';
import { define as cost } from '../../src/commands/cost/cost.ts';
import { define as diff } from '../../src/commands/diff/diff.ts';
import { define as prices } from '../../src/commands/prices/prices.ts';
import type { Define } from '../../src/commands/shared/command.ts';
import { define as show } from '../../src/commands/show/show.ts';
import { define as status } from '../../src/commands/status/status.ts';
import { define as verify } from '../../src/commands/verify.ts';
import { writeMessage } from '../../src/core/notification/message.ts';
import { FORMATS } from '../../src/core/notification/messageFormats.ts';
import { writeMetrics } from '../../src/core/notification/metrics.ts';
import { newsOf } from '../../src/core/notification/news.ts';
import { readEntry } from '../../src/core/reading/model.ts';
import { readMetrics } from '../../src/ledger/queries/metrics.ts';
import { recentChanges } from '../../src/ledger/queries/recentChanges.ts';
import { type Recorded, record } from '../../src/ledger/record/record.ts';
import { writeFeeds } from '../../src/notify/feed.ts';
import { newLedger } from '../ledger/ledgers.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { times } from '../thorough.ts';
import { ask } from './asking.ts';

type Document = Record<string, unknown>;

/** Where something odd may stand in an entry; `0` is an entry of `overrides`. */
const PLACES = [
  ...['canonical_slug', 'name', 'description', 'created', 'hugging_face_id', 'knowledge_cutoff', 'expiration_date'],
  ...['alias_target', 'context_length', 'per_request_limits', 'per_request_limits.prompt_tokens', 'links', 'soon'],
  ...['architecture.modality', 'architecture.input_modalities', 'architecture.output_modalities'],
  ...['architecture.tokenizer', 'architecture.instruct_type', 'supported_parameters', 'default_parameters'],
  ...['top_provider', 'top_provider.context_length', 'top_provider.max_completion_tokens', 'top_provider.soon'],
  ...['pricing.currency', 'pricing.note', 'pricing.prompt', 'pricing.image', 'pricing.discount', 'pricing.a.b'],
  ...['pricing.overrides', 'pricing.overrides.0.tier', 'pricing.overrides.0.utc_end', 'pricing.overrides.0.prompt'],
  ...['pricing.overrides.0.min_prompt_tokens', 'pricing.overrides.0.utc_days', 'pricing.overrides.0.a,b="c"'],
];

const ODD = [
  'USD',
  'batch',
  '',
  '0',
  '-1',
  '1e99',
  '0.5',
  'dynamic',
  '[1',
  '["x"]',
  '{"a":1}',
  'a->b',
  '\ud800',
  '\0',
  '\u202e',
];
const value = fc.oneof(
  fc.constantFrom<unknown>(...ODD, null, true, false, 0, -1, 1.5, 1e300, 128000),
  fc.constantFrom<unknown>([], {}, ['x'], [[]], [null], { a: { b: 'c' } }, [{ a: 1 }], ['text', 3], { slug: 5 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A good entry with a value at a place, or nothing where the value makes it a broken one. */
function oddEntry(id: string, place: string, odd: unknown): Document | undefined {
  const entry: Document = {
    ...{ id, name: `Model ${id}`, created: 1_767_225_600, context_length: 8000, supported_parameters: ['tools'] },
    architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'] },
    top_provider: { context_length: 8000, max_completion_tokens: 1000, is_moderated: false },
    pricing: {
      ...{ prompt: '0.000001', completion: '0.000002' },
      overrides: [{ min_prompt_tokens: 1000, prompt: '0.000002' }],
    },
  };
  put(entry, place.split('.'), odd);
  return readEntry(JSON.stringify(entry)).model === null ? undefined : entry;
}

function put(target: unknown, [key = '', ...rest]: readonly string[], odd: unknown): void {
  if (typeof target !== 'object' || target === null) return;
  if (rest.length > 0) put(Object.getOwnPropertyDescriptor(target, key)?.value, rest, odd);
  else Object.defineProperty(target, key, { value: odd, enumerable: true, configurable: true, writable: true });
}

const COUNT = times(60, 150);
/** Lists in which each model has something odd at its own place. */
const list = fc.tuple(...Array.from({ length: COUNT }, (_, i) => value.map((odd) => [i, odd] as const)));

function entriesOf(odds: readonly (readonly [number, unknown])[]): Document[] {
  return odds.flatMap(([i, odd]) => {
    const id = `odd/m${i}`;
    const entry = oddEntry(id, PLACES[i % PLACES.length] ?? '', odd) ?? oddEntry(id, 'soon', odd);
    return entry === undefined ? [] : [entry];
  });
}

const AT = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'] as const;
const FORMS = [[], ['--json'], ['--csv']];

describe('whatever JSON stands wherever in an entry', () => {
  test('every command answers, and everyone is told, in every form', async () => {
    const seed = 20_260_101;
    const bodies = fc.sample(list, { numRuns: AT.length, seed }).map(entriesOf);
    const ledger = await newLedger();
    const recorded: Recorded[] = [];
    for (const [i, at] of AT.entries()) {
      recorded.push(record(ledger, snapshot(at, bodies[i] ?? [])));
    }
    expect(recorded.map(({ status: outcome }) => outcome)).toEqual(['changed', 'changed', 'changed']);
    const questions: (readonly [Define, readonly string[]])[] = [
      ...FORMS.flatMap((form): (readonly [Define, readonly string[]])[] => [
        [changes, ['--all', '--limit', '99999', ...form]],
        [diff, ['2026-01-01', '2026-01-03', '--all', '--limit', '99999', ...form]],
        [prices, form],
        [prices, ['--at', '2026-01-02', ...form]],
      ]),
      [status, []],
      [status, ['--json']],
      [verify, ['--json']],
      ...Array.from({ length: COUNT }, (_, i) => i).flatMap((i): (readonly [Define, readonly string[]])[] => [
        [show, [`odd/m${i}`, ...(FORMS[i % 3] ?? [])]],
        [show, [`odd/m${i}`, '--at', '2026-01-02', ...(FORMS[(i + 1) % 3] ?? [])]],
        [cost, [`odd/m${i}`, '--prompt-tokens', '5000', '--completion-tokens', '10', ...(FORMS[i % 3] ?? [])]],
      ]),
    ];
    for (const [define, args] of questions) {
      for (const columns of args.includes('--json') || args.includes('--csv') ? [undefined] : [undefined, 100]) {
        const asked = await ask(define, ['--db', ledger.file, ...args], columns === undefined ? {} : { columns });
        // A bill without a total is an answer with 1.
        const code = define === cost && asked.code === 1 ? 0 : asked.code;
        expect([args, code, asked.stdout === '' ? asked.stderr : '']).toEqual([args, 0, '']);
      }
    }
    const feeds = writeFeeds(recentChanges(ledger, { runs: 200, limit: 1000 }), undefined);
    expect([feeds.atom.length > 10_000, JSON.parse(feeds.json).items.length > COUNT]).toEqual([true, true]);
    expect(writeMetrics(readMetrics(ledger))).toContain('model_ledger_models_listed');
    for (const outcome of recorded.slice(1)) {
      if (outcome.status !== 'changed') throw new TypeError(outcome.status);
      const { runId: run, observedAt, models } = outcome;
      const about = { source: 'file:x', scope: 'all', previousScope: 'all', previousObservedAt: AT[0], models: COUNT };
      const news = newsOf(
        { ...about, run, observedAt, changes: models },
        { types: null, models: null, minPct: 0, noise: true, otherProvider: true },
      );
      if (news === undefined) throw new TypeError('there are news');
      for (const format of FORMATS) expect(writeMessage(format, news).length).toBeGreaterThan(100);
    }
  });
});
