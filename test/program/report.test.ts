import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from './call.ts';
import { newFolder } from './program.ts';

const numbered = (count: number, name: string): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, i]));

/** Good models with further keys, then broken ones. */
function body(broken: number, more: (model: number) => Record<string, unknown>): string {
  const good = Array.from({ length: 160 }, (_, i) => ({ id: `a/${i}`, pricing: { prompt: '1' }, ...more(i) }));
  return JSON.stringify({ data: [...good, ...Array.from({ length: broken }, (_, i) => ({ id: `b/${i}` }))] });
}

test('a sync names the first twenty of what hostile lists have by the thousand, and counts the rest', async () => {
  const folder = newFolder();
  const [db, file] = [join(folder, 'ledger.db'), join(folder, 'models.json')];
  const sync = async (bytes: string) => {
    writeFileSync(file, bytes);
    return (await call(['sync', '--db', db, '--source', file])).stdout.split('\n');
  };
  await sync(body(0, () => ({})));

  const everywhere = await sync(body(25, () => numbered(100, 'key_')));
  expect(everywhere.filter((line) => line.startsWith('  ! ')).at(-1)).toContain('  ! b/19 set aside');
  expect(everywhere.filter((line) => line.startsWith('  ~ ')).at(-1)).toContain('key_19 appeared on 160 of 160');
  expect(everywhere.filter((line) => line.startsWith('  and '))).toEqual([
    '  and 16,000 differences that are not news (zero, clock, drift)',
    '  and 5 more (table quarantine)',
    '  and 80 more (table schema_drift)',
  ]);

  const onOne = await sync(body(0, (i) => ({ ...numbered(100, 'key_'), ...(i === 7 ? numbered(30, 'own_') : {}) })));
  const names = Object.keys(numbered(20, 'own_')).join(', ');
  expect(onOne.slice(1)).toEqual([`  . a/7  ${names}, and 10 more`, '']);
});
