import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  MODEL_NAMES,
  PROVIDER_NAMES,
  TIME_NAMES,
  UNBILLED_NAMES,
  USAGE_NAMES,
} from '../../src/core/pricing/usageNames.ts';

const DOCS = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

test('every name that a usage log may have is documented, with what it counts', () => {
  const rows = new Map<string, string[]>();
  for (const { name, component, partOf } of USAGE_NAMES) {
    const key = `\`${component}\` | ${partOf === undefined ? '' : `\`${partOf}\` `}|`;
    rows.set(key, [...(rows.get(key) ?? []), name]);
  }
  const table = [...rows].map(([key, names]) => `| ${code([...new Set(names)])} | ${key}`);
  const written = DOCS.split('\n').filter((line) => line.startsWith('| `'));
  expect(written).toEqual(table);
  expect(DOCS).toContain(`The model: ${code(MODEL_NAMES)}.`);
  expect(DOCS).toContain(`The provider, for \`--providers\`: ${code(PROVIDER_NAMES)}.`);
  expect(DOCS).toContain(`The time: ${code(TIME_NAMES)}.`);
});

test('so is every column that is known and adds nothing', () => {
  const [, list = ''] = /Known, but not part of a bill:\s+([\s\S]*?)\.\n/.exec(DOCS) ?? [];
  expect(list.split(/,\s+/)).toEqual(UNBILLED_NAMES.map((name) => `\`${name}\``));
});
