import { describe, expect, test } from 'vitest';
import { RejectedError } from '../../../src/core/errors.ts';
import { catalogOf, documentOf, entryOf } from '../documents.ts';

const numbered = (count: number, name: string, value: unknown): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, value]));
const long = (length: number): string => 'k'.repeat(length);

function reasonOf(document: unknown): string | undefined {
  return entryOf(document).issues[0]?.reason;
}

describe('one model', () => {
  test.each<[string, Record<string, unknown>, string | undefined]>([
    ['with 1000 prices', { pricing: numbered(1000, 'p', '1') }, undefined],
    ['with 1001 prices', { pricing: numbered(1001, 'p', '1') }, 'more than 1000 prices'],
    ['with 4000 further keys', numbered(4000, 'k', 1), undefined],
    ['with 100,000 further keys', { more: numbered(100_000, 'k', 1) }, 'more than 5000 keys'],
    ['with 100,000 texts under pricing', { pricing: numbered(100_000, 'k', 'USD') }, 'more than 5000 keys'],
    ['with a key of 3000 characters', { [long(3000)]: 1 }, "a key's path has more than 2000 characters"],
    [
      "with a price's name of 600 characters",
      { pricing: { [long(600)]: '1' } },
      "a price's name has more than 500 characters",
    ],
    [
      'with conditions of 3000 characters',
      { pricing: { prompt: '1', overrides: [{ region: [long(3000)], prompt: '2' }] } },
      'its conditions have more than 1000 characters',
    ],
  ])('%s', (_, more, reason) => {
    expect(reasonOf(documentOf('a/1', more))).toBe(reason);
  });

  test('says at most twenty things that are wrong with it', () => {
    const pricing = { prompt: '1', overrides: Array.from({ length: 100_000 }, () => 1) };
    expect(entryOf(documentOf('a/1', { pricing })).issues).toHaveLength(20);
  });
});

describe('a list', () => {
  const list = (models: number, more: Record<string, unknown>): string =>
    JSON.stringify(Array.from({ length: models }, (_, i) => documentOf(`a/${i}`, more)));
  const rejection = (body: string): string => {
    try {
      return `${catalogOf(body).models.size} models`;
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      return `${error.code}: ${error.message}`;
    }
  };

  test('may have 100,000 prices and 400,000 other keys in all, and not more', () => {
    const prices = { pricing: numbered(1000, 'p', '1') };
    expect(rejection(list(100, prices))).toBe('100 models');
    expect(rejection(list(101, prices))).toBe('too_large: The list has more than 100000 prices.');
    const keys = numbered(3998, 'k', 1);
    expect(rejection(list(100, keys))).toBe('100 models');
    expect(rejection(list(101, keys))).toBe('too_large: The list has more than 400000 keys beside its prices.');
  });

  test('whose long keys stand over many short ones, or whose long conditions over many prices, is refused', () => {
    const refused = "too_large: The names of the list's prices and keys have more than 20000000 characters.";
    expect(rejection(list(8, { [long(498)]: { [long(500)]: numbered(1200, 'k', 1) } }))).toBe('8 models');
    expect(rejection(list(8, { [long(500)]: { [long(500)]: { [long(500)]: numbered(2000, 'k', 1) } } }))).toBe(refused);
    const override = { region: [long(900)], ...numbered(990, 'p', '1') };
    const pricing = { prompt: '1', overrides: [override] };
    expect(rejection(list(25, { pricing }))).toBe(refused);
  });
});
