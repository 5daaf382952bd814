import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findUnknown, SETTINGS } from '../../src/config/settings.ts';

const SRC = join(import.meta.dirname, '../../src');
const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8');

test('every name that the program reads from the environment is known', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const names = files.flatMap((name) => readFileSync(join(SRC, name), 'utf8').match(/MODEL_LEDGER_[A-Z]\w*/g) ?? []);
  expect(new Set(names).size).toBeGreaterThan(15);
  expect(findUnknown(Object.fromEntries(names.map((name) => [name, '1'])))).toEqual([]);
});

test('every name and every key is there once', () => {
  const names = SETTINGS.map(({ name }) => name);
  const keys = SETTINGS.flatMap(({ key }) => key ?? []);
  expect([new Set(names).size, new Set(keys).size]).toEqual([names.length, keys.length]);
});

test('every setting is documented, with its key', () => {
  const named = new Set(Array.from(DOCUMENT.matchAll(/`([\w.]+)`/g), ([, name]) => name));
  const missing = SETTINGS.flatMap(({ name, key }) => [name, ...(key === null ? [] : [key])]).filter(
    (one) => !named.has(one),
  );
  expect(missing).toEqual([]);
});
