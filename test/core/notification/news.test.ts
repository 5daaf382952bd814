import { describe, expect, test } from 'vitest';
import { compareListing, type Listing, type ModelChange } from '../../../src/core/diff/listing.ts';
import { type ChangedList, type NewsFilter, newsOf } from '../../../src/core/notification/news.ts';
import { headline, newsLines } from '../../../src/core/notification/newsWords.ts';
import { readModelList } from '../../../src/core/reading/list.ts';

const ALL: NewsFilter = { types: null, models: null, minPct: 0, noise: false, otherProvider: true };

function model(id: string, pricing: Record<string, unknown>, rest: Record<string, unknown> = {}): object {
  return { id, name: `The ${id}`, pricing, ...rest };
}

function compare(before: readonly object[], after: readonly object[]): readonly ModelChange[] {
  const [old, now] = [before, after].map((data) => readModelList(Buffer.from(JSON.stringify({ data }))));
  if (old === undefined || now === undefined) throw new TypeError('two lists');
  const gone = [...old.models.keys()].filter((id) => !now.models.has(id));
  const listing: Listing = {
    listed: new Map(old.models),
    removed: new Set(['x/back']),
    recall: () => {
      throw new TypeError('x/back is told by its own list');
    },
    defaultPrices: () => () => null,
  };
  return compareListing(listing, now, gone).models;
}

function run(changes: readonly ModelChange[], rest: Partial<ChangedList> = {}): ChangedList {
  return {
    run: 7,
    observedAt: '2026-06-07T18:23:50.000Z',
    previousObservedAt: '2026-06-07T17:23:50.000Z',
    source: 'https://openrouter.ai/api/v1/models',
    scope: 'output_modalities=all',
    previousScope: 'output_modalities=all',
    models: 3,
    changes,
    ...rest,
  };
}

const BEFORE = [
  model('a/cheap', { prompt: '0.0000006', completion: '0.000002' }),
  model('a/gone', { prompt: '0.1', completion: '0.2' }),
  model('b/zero', { prompt: '0.1', completion: '0.2' }),
  model('b/limits', { prompt: '0' }, { context_length: 1_000_192, description: 'old' }),
];
const AFTER = [
  model('a/cheap', { prompt: '0.000000066', completion: '0.00000202' }),
  model('b/zero', { prompt: '0.1', completion: '0.2', request: '0' }),
  model('b/limits', { prompt: '0' }, { context_length: 128_000, description: 'new' }),
  model('c/new', { prompt: '0.000001', completion: '-1' }, { context_length: 32_768 }),
];

describe('the news of a run', () => {
  test('are its events without those that are no news', () => {
    const news = newsOf(run(compare(BEFORE, AFTER)), ALL);
    expect(news?.events.map(({ model: id, type, field }) => [id, type, field])).toEqual([
      ['a/cheap', 'repriced', 'pricing.prompt'],
      ['a/cheap', 'repriced', 'pricing.completion'],
      ['b/limits', 'limits_changed', 'context_length'],
      ['b/limits', 'updated', 'description'],
      ['c/new', 'added', null],
      ['a/gone', 'removed', null],
    ]);
    expect(news?.events.find(({ type }) => type === 'added')).toEqual({
      model: 'c/new',
      type: 'added',
      field: null,
      before: null,
      after: null,
      cause: null,
      changePct: null,
      about: { name: 'The c/new', prompt: '0.000001', completion: 'dynamic', contextLength: 32_768 },
    });
  });

  test('are told in words', () => {
    const news = newsOf(run(compare(BEFORE, AFTER)), ALL);
    expect(news && headline(news)).toBe(
      '1 model added, 1 removed, 1 repriced, 1 with other limits, 1 updated · 2026-06-07 18:23 UTC',
    );
    expect(newsLines(news?.events ?? [])).toEqual([
      'a/cheap prompt $0.60 -> $0.066 /M  ▼ -89 %',
      'a/cheap completion $2.00 -> $2.02 /M  ▲ +1 %',
      'b/limits context_length 1,000,192 -> 128k  ▼ -87 %',
      'c/new added: $1.00 in, dynamic out /M, 32,768 context',
      'a/gone removed',
      'b/limits updated: description',
    ]);
  });

  test('are narrowed by type, model and percentage', () => {
    const changes = compare(BEFORE, AFTER);
    const fields = (filter: Partial<NewsFilter>) =>
      newsOf(run(changes), { ...ALL, ...filter })?.events.map(({ model: id, field }) => `${id} ${field}`);
    expect(fields({ types: new Set(['added', 'removed']) })).toEqual(['c/new null', 'a/gone null']);
    expect(fields({ models: ['a/*', '*/new'] })).toEqual([
      'a/cheap pricing.prompt',
      'a/cheap pricing.completion',
      'c/new null',
      'a/gone null',
    ]);
    expect(fields({ types: new Set(['repriced']), minPct: 5 })).toEqual(['a/cheap pricing.prompt']);
  });

  test('hold what is no news where that is asked for', () => {
    const noisy = newsOf(run(compare(BEFORE, AFTER)), { ...ALL, models: ['b/zero'], noise: true });
    expect(noisy?.events.map(({ field, cause }) => [field, cause])).toEqual([['pricing.request', 'zero']]);
  });

  test('are none on the first run, unless asked for', () => {
    const first = run(compare(BEFORE, AFTER), { previousScope: null, previousObservedAt: null });
    expect(newsOf(first, ALL)).toBeUndefined();
    expect(newsOf(first, { ...ALL, noise: true })?.events.length).toBe(7);
  });

  test('leave out the newcomers of the run that widened the scope', () => {
    const widened = run(compare(BEFORE, AFTER), { previousScope: 'output_modalities=text' });
    const types = newsOf(widened, ALL)?.events.map(({ type }) => type);
    expect(types).toEqual(['repriced', 'repriced', 'limits_changed', 'updated', 'removed']);
  });

  test('are nothing at all where nothing is left to tell', () => {
    expect(newsOf(run(compare(BEFORE, AFTER)), { ...ALL, models: ['nobody/*'] })).toBeUndefined();
    expect(newsOf(run(compare(BEFORE, BEFORE)), ALL)).toBeUndefined();
  });
});
