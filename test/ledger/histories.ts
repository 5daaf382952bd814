import fc from 'fast-check';
import type { Observation } from './naive.ts';
import { hour } from './snapshots.ts';

/**
 * Small lists over time: models of few ids come, go and change among few values, so that every rule meets every other
 * within a handful of answers.
 */

const AMOUNTS = ['0', '-0', '0.000001', '0.0000010', '1e-6', '0.00000000000000000000123', '-1', '3', 0.5, 1e-7, null];
const amount = fc.constantFrom(...AMOUNTS);
const price = fc.constantFrom('0', '0.000001', '0.0000010', '0.000002', '-1');

const conditions = fc.constantFrom<Record<string, unknown>>(
  { min_prompt_tokens: 128000 },
  { min_prompt_tokens: 200000 },
  { utc_start: 100, utc_end: 400 },
  { utc_start: 400, utc_end: 100 },
  { utc_start: 100, utc_end: 400, region: ['eu', { zone: 1 }] },
  { utc_days: ['sunday', 'monday'] },
  { utc_days: ['monday', 'sunday', 'monday'], utc_start: 100, utc_end: 100 },
  { utc_days: ['funday'] },
);
const override = fc
  .tuple(conditions, fc.record({ prompt: price, completion: price }, { requiredKeys: [] }))
  .map(([condition, prices]) => ({ ...condition, ...prices }));

const pricing = fc.record(
  {
    prompt: amount,
    completion: price,
    input_cache_read: amount,
    discount: fc.constantFrom(0, 0.25),
    soon: fc.constantFrom<unknown>('0.5', 'free', { per: 'day', rate: [1] }, null),
    overrides: fc.array(override, { maxLength: 3 }),
  },
  { requiredKeys: ['prompt'] },
);

const limit = fc.constantFrom<unknown>(null, 0, 4096, 128000, '4096', 'Infinity', -1, 1.5, { tokens: 1 });
const document = fc.record(
  {
    pricing,
    name: fc.constantFrom('One', 'Two', 'Zwei \u{1f600} "x"\n', null),
    canonical_slug: fc.constantFrom('s/one', 's/two'),
    created: fc.constantFrom(1700000000, 1700000001.5, null),
    context_length: limit,
    top_provider: fc.option(
      fc.record(
        {
          context_length: limit,
          max_completion_tokens: limit,
          is_moderated: fc.constantFrom<unknown>(true, false, null, 'no'),
        },
        { requiredKeys: [] },
      ),
    ),
    per_request_limits: fc.option(
      fc.record({ prompt_tokens: fc.constantFrom<unknown>(null, 10, '20'), completion_tokens: limit }),
    ),
    architecture: fc.option(
      fc.record({ modality: fc.constantFrom('text', 'image'), extra: fc.constantFrom({}, { a: 1 }) }),
    ),
    supported_parameters: fc.option(fc.subarray(['tools', 'seed', 'top_p'])),
    links: fc.constantFrom<unknown>('x', 3, true, ['x'], { details: 'y' }, {}, null),
    ['__proto__']: fc.constantFrom<unknown>('x', { polluted: true }),
    constructor: fc.constantFrom<unknown>('x', { prototype: 1 }),
    benchmarks: fc.constantFrom<unknown>(null, { score: 1 }, { score: 2, '"benchmarks":': [] }),
  },
  { requiredKeys: ['pricing'] },
);

const IDS = [
  ...[
    'a/one',
    'a/one:free',
    'b/two',
    '~a/latest',
    '__proto__',
    'constructor',
    'c/x',
    'c/y',
    'c/z',
    'd/1',
    'd/2',
    'd/3',
  ],
  ...['d/4', 'd/5', 'd/6', 'd/7', 'd/8'],
];

/** Entries that cannot be believed: without an id, without prices, with a price that is none, or not even an object. */
const broken = fc.oneof(
  document.map((one): unknown => one),
  fc.constantFrom<unknown>({ id: 'a/one' }, { id: 'b/two', pricing: { prompt: 'gratis' } }, null, 7, 'text', [[]]),
);

type Step = (before: ReadonlyMap<string, unknown>) => Map<string, unknown>;

/** Most answers change a few models; some lose many at once; some bring all that is missing. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .dictionary(fc.constantFrom(...IDS), fc.option(document, { freq: 3 }), { maxKeys: 4, noNullPrototype: false })
      .map(
        (moved): Step =>
          (before) => {
            const after = new Map(before);
            for (const [id, one] of Object.entries(moved)) {
              if (one === null) after.delete(id);
              else after.set(id, one);
            }
            return after;
          },
      ),
  },
  {
    weight: 1,
    arbitrary: document.map(
      (one): Step =>
        () =>
          new Map(IDS.map((id) => [id, one])),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.subarray(IDS, { maxLength: 5 }).map(
      (left): Step =>
        (before) =>
          new Map([...before].filter(([id]) => left.includes(id))),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((before) => new Map(before)) },
);

/** How an answer is written: the order of entries and keys, the envelope, white space. */
const writing = fc.record({
  order: fc.integer({ min: 1, max: 2 ** 31 }),
  form: fc.constantFrom('bare', 'data', 'counted'),
  space: fc.constantFrom(0, 0, 1),
  isShuffled: fc.boolean(),
});

const answer = fc.record({
  step,
  writing,
  broken: fc.option(broken, { freq: 3 }),
  twin: fc.option(document, { freq: 8 }),
  isRepeated: fc.integer({ min: 0, max: 6 }).map((one) => one === 0),
  isSpoiled: fc.integer({ min: 0, max: 12 }).map((one) => one === 0),
  isAccepted: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});

/** Answers an hour apart, in the order of time. */
export const history: fc.Arbitrary<Observation[]> = fc
  .tuple(document, fc.array(answer, { minLength: 1, maxLength: 9 }), fc.nat({ max: 9 }))
  .map(([first, answers, widensAt]) => {
    let listed = new Map<string, unknown>(IDS.map((id) => [id, first]));
    let text = '';
    return answers.map((one, i) => {
      listed = one.step(listed);
      const entries = [...listed].map(([id, document]) => withId(id, document));
      if (one.twin !== null) entries.splice(1, 0, withId('c/x', one.twin));
      if (one.broken !== null) entries.splice(2, 0, one.broken);
      const written = one.isSpoiled ? '{"data":[{"id"' : writeList(entries, one.writing);
      text = one.isRepeated && text !== '' ? text : written;
      const scope = i < widensAt ? 'output_modalities=text' : 'output_modalities=all';
      return { at: hour(i), text, scope, isAccepted: one.isAccepted };
    });
  });

/** A list of good entries. */
export const list: fc.Arbitrary<unknown[]> = fc
  .array(document, { minLength: 1, maxLength: IDS.length })
  .map((documents) => documents.map((one, i) => withId(IDS[i] ?? '', one)));

function withId(id: string, document: unknown): unknown {
  return { id, ...Object(document) };
}

function writeList(
  entries: readonly unknown[],
  { order, form, space, isShuffled }: typeof writing extends fc.Arbitrary<infer T> ? T : never,
): string {
  const shuffled = isShuffled ? shuffle(entries, order) : entries;
  const list = isShuffled ? shuffled.map((entry) => shuffleKeys(entry, order)) : shuffled;
  const body =
    form === 'bare'
      ? list
      : form === 'data'
        ? { data: list }
        : { total_count: list.length, data: list, links: { next: null } };
  return JSON.stringify(body, null, space);
}

/** The same list in another order, the same for the same number. */
export function shuffle<T>(list: readonly T[], order: number): T[] {
  let state = order;
  const keyed = list.map((item) => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647;
    return { item, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** The same object with its keys in another order, all the way down; the entries of `overrides` keep theirs. */
export function shuffleKeys(value: unknown, order: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, order));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    shuffle(Object.entries(value), order).map(([key, inner]) => [key, shuffleKeys(inner, order)]),
  );
}

/** Two models whose base prices flip among few amounts, on schedules that come, go and change, with absences. */
export const schedules: fc.Arbitrary<Observation[]> = fc
  .array(
    fc.array(
      fc.option(
        fc.record(
          {
            prompt: fc.constantFrom('1', '2', '3', '-1'),
            overrides: fc.constantFrom<unknown>(
              [{ utc_days: ['sunday'], prompt: '2' }],
              [{ utc_days: ['sunday'], prompt: '2' }],
              [{ utc_start: 100, utc_end: 400, prompt: '2' }],
              [
                { utc_days: ['monday'], prompt: '3' },
                { utc_start: 100, utc_end: 400, prompt: '2' },
              ],
              [],
            ),
          },
          { requiredKeys: [] },
        ),
        { freq: 6 },
      ),
      { minLength: 2, maxLength: 2 },
    ),
    { minLength: 3, maxLength: 9 },
  )
  .map((answers) =>
    answers.map((pricings, i) => {
      const entries = pricings.flatMap((pricing, n) => (pricing === null ? [] : [withId(`a/${n}`, { pricing })]));
      const filler = withId('z/filler', { pricing: {} });
      const text = JSON.stringify({ data: [...entries, filler] });
      return { at: hour(i), text, scope: 'output_modalities=all', isAccepted: false };
    }),
  );
