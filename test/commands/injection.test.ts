import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { define as changes } from '../../src/commands/changes/changes.ts';
import { define as prices } from '../../src/commands/prices/prices.ts';
import { define as show } from '../../src/commands/show/show.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { jsonLines } from '../program/program.ts';
import { ask, ledgerWith } from './asking.ts';

/** What SQL would make something of, and ids may have; an id of them all, and some that a pattern would confuse. */
const IDS = [
  'a/%',
  'a/_',
  'a/x',
  'a/xx',
  "a/'",
  `a/'"`,
  "a/' OR 1=1 --",
  "a/'; DROP TABLE models; --",
  'a/100%',
  'a/100x',
  'A%/x',
  'ab/x',
];

const ledger = (): Promise<string> =>
  ledgerWith([
    snapshot(
      '2026-01-01T00:00:00.000Z',
      IDS.map((id) => ({ id, pricing: { prompt: '0.000001' } })),
    ),
  ]);

function modelsIn(stdout: string): string[] {
  return jsonLines(stdout)
    .map(({ model }) => String(model))
    .sort();
}

const hostile = fc.oneof(
  fc.constantFrom(
    ...IDS,
    ...IDS.map((id) => id.slice(2)),
    '%',
    '_',
    "'",
    '"',
    "x' OR '1'='1",
    '%%',
    'a/%x',
    '_/_',
    'x;--',
  ),
  fc.string({ unit: fc.constantFrom(...'\'";-%_/ax01 =()|&'), minLength: 1, maxLength: 12 }),
);

test('a filter is a value and never SQL, and no letter of it stands for others but those of a glob', async () => {
  const db = await ledger();
  const before = readFileSync(db);
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const flag = (name: string): string => `--${name}=${text}`;
      const byModel = modelsIn((await ask(prices, ['--db', db, '--json', flag('model')])).stdout);
      const wanted = text.toLowerCase();
      const fits = (id: string): boolean => {
        const own = id.toLowerCase();
        // A text without a slash also names the part behind it.
        return own === wanted || (!text.includes('/') && own.endsWith(`/${wanted}`));
      };
      // Parentheses and bars are no business of this test: some globs have them.
      if (!/[()|]/.test(text)) expect(byModel).toEqual(IDS.filter(fits).sort());
      const byAuthor = modelsIn((await ask(prices, ['--db', db, '--json', flag('author')])).stdout);
      expect(byAuthor).toEqual(IDS.filter((id) => id.split('/')[0]?.toLowerCase() === wanted).sort());
      expect((await ask(changes, ['--db', db, '--json', '--all', flag('field')])).stdout).toBe('');
      const shown = await ask(show, ['--db', db, '--json', '--', text]);
      expect([0, 2]).toContain(shown.code);
    }),
    { numRuns: 150 },
  );
  expect(readFileSync(db).equals(before)).toBe(true);
});

test.each([
  [prices, '--sort=price; DROP TABLE models'],
  [prices, '--limit=1; DELETE FROM models'],
  [changes, "--type=added') OR 1=1 --"],
  [changes, "--since=2026' OR 1=1 --"],
  [prices, '--at=1 UNION SELECT 1'],
])('what is no value of an option is refused, not asked: %o %s', async (define, flag) => {
  const { code, stdout } = await ask(define, ['--db', await ledger(), flag]);
  expect([code, stdout]).toEqual([2, '']);
});
