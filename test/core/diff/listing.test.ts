import { describe, expect, it } from 'vitest';
import { applyComparison, compareListing, type Listing } from '../../../src/core/diff/listing.ts';
import { findMissing, isDoubtful } from '../../../src/core/diff/plausibility.ts';
import type { Entry } from '../../../src/core/reading/model.ts';
import { catalogOf, documentOf, entryOf } from '../documents.ts';

/** A listing of some models, with others that were listed once. */
function listingOf(listed: readonly unknown[], removed: readonly unknown[] = []): Listing {
  const byId = (documents: readonly unknown[]): Map<string, Entry> =>
    new Map(documents.map(entryOf).map((entry) => [entry.id ?? '', entry]));
  const gone = byId(removed);
  const recall = (id: string): Entry => gone.get(id) ?? entryOf(null);
  return { listed: byId(listed), removed: new Set(gone.keys()), recall, defaultPrices: () => () => null };
}

const padding = Array.from({ length: 10 }, (_, i) => documentOf(`pad/${i}`));
const [A, B] = [documentOf('a/1'), documentOf('b/2')];
const C = documentOf('c/3', { canonical_slug: 'slug/c' });

describe('the models that an answer lacks', () => {
  const listing = listingOf([A, B, C, ...padding]);
  const gone = (...entries: unknown[]): string[] => findMissing(listing, catalogOf([...entries, ...padding]));

  it('are those whose id is not in it', () => {
    expect(gone(A)).toEqual(['b/2', 'c/3']);
  });

  it('do not include one whose entry is broken', () => {
    expect(gone(A, { id: 'b/2' })).toEqual(['c/3']);
  });

  it('do not include one whose entry lost its id but kept its name', () => {
    const { id: _, ...nameless } = B;
    expect(gone(A, nameless)).toEqual(['c/3']);
  });

  it('do not include one whose entry lost its id but kept its slug', () => {
    expect(gone(A, { canonical_slug: 'slug/c' })).toEqual(['b/2']);
  });

  it('are none when an entry may be any of them', () => {
    expect(gone(A, { pricing: {} })).toEqual([]);
    expect(gone(A, null)).toEqual([]);
  });

  it('are told in spite of it when each entry without an id has its owner', () => {
    const { id: _, ...nameless } = B;
    expect(gone(nameless, { canonical_slug: 'slug/c' })).toEqual(['a/1']);
  });

  it('do not include any of several that share the slug of an entry without an id', () => {
    const free = documentOf('c/3:free', { canonical_slug: 'slug/c' });
    const shared = listingOf([A, C, free, ...padding]);
    expect(findMissing(shared, catalogOf([{ canonical_slug: 'slug/c' }, ...padding]))).toEqual(['a/1']);
  });
});

describe('an answer', () => {
  const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `a/${i}`);
  const seen = (count: number, times: number) => new Map(ids(count).map((id) => [id, times]));

  it('is doubtful that lacks more than ten models and more than 15 %', () => {
    expect(isDoubtful(73, ids(11), new Map())).toBe(true);
  });

  it('is believed that lacks ten', () => {
    expect(isDoubtful(20, ids(10), new Map())).toBe(false);
  });

  it('is believed that lacks 15 % exactly', () => {
    expect(isDoubtful(80, ids(12), new Map())).toBe(false);
  });

  it('is doubtful still when it lacks them for the second time, and believed the third', () => {
    expect(isDoubtful(20, ids(12), seen(12, 1))).toBe(true);
    expect(isDoubtful(20, ids(12), seen(12, 2))).toBe(false);
  });

  it('is doubtful for those alone that were not missing before', () => {
    expect(isDoubtful(60, ids(22), seen(12, 2))).toBe(false);
    expect(isDoubtful(60, ids(23), seen(12, 2))).toBe(true);
  });
});

describe('comparing', () => {
  const types = (listing: Listing, entries: readonly unknown[]) => {
    const modelList = catalogOf(entries);
    const comparison = compareListing(listing, modelList, findMissing(listing, modelList));
    return comparison.models.map(({ id, changes }) => [id, ...changes.map(({ type }) => type)]);
  };

  it('finds an id never seen added', () => {
    expect(types(listingOf([A]), [A, B])).toEqual([['a/1'], ['b/2', 'added']]);
  });

  it('finds a listed id that is absent removed, last', () => {
    expect(types(listingOf([A, B]), [C, B])).toEqual([['c/3', 'added'], ['b/2'], ['a/1', 'removed']]);
  });

  it('finds a removed id restored, and its differences from its last document', () => {
    const back = documentOf('b/2', { name: 'new', pricing: { prompt: '2' }, context_length: 8192 });
    expect(types(listingOf([A], [B]), [back])).toEqual([
      ['b/2', 'restored', 'repriced', 'updated', 'limits_changed'],
      ['a/1', 'removed'],
    ]);
  });

  it('finds a removed id restored that is as it was', () => {
    expect(types(listingOf([A], [B]), [A, B])).toEqual([['a/1'], ['b/2', 'restored']]);
  });

  it('finds nothing where an entry is broken, be its model listed, removed or unheard of', () => {
    const broken = ['a/1', 'b/2', 'x/9'].map((id) => ({ id }));
    expect(types(listingOf([A, ...padding], [B]), [...broken, ...padding, C, documentOf('d/4')])).toEqual([
      ...padding.map(({ id }) => [id]),
      ['c/3', 'added'],
      ['d/4', 'added'],
    ]);
  });

  it('counts for drift the models that stand good in both', () => {
    const more = Array.from({ length: 12 }, (_, i) => documentOf(`new/${i}`, { links: 'x' }));
    const listing = listingOf([A, B, ...padding]);
    const modelList = catalogOf([...padding.map((one) => ({ ...one, links: 'x' })), { id: 'a/1' }, ...more]);
    const { drifts } = compareListing(listing, modelList, ['b/2']);
    expect(drifts).toEqual([{ keyPath: 'links', shift: 'appeared', models: 10, compared: 10 }]);
  });

  it('is applied so that comparing again finds nothing', () => {
    const listing = listingOf([A, B], [C]);
    const modelList = catalogOf([A, C, documentOf('d/4')]);
    applyComparison(listing, compareListing(listing, modelList, ['b/2']));
    expect([[...listing.listed.keys()], [...listing.removed]]).toEqual([['a/1', 'c/3', 'd/4'], ['b/2']]);
    expect(compareListing(listing, modelList, [])).toEqual({ models: [], drifts: [] });
  });
});
