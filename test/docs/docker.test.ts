import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../program/call.ts';

const ROOT = join(import.meta.dirname, '../..');
const compose = readFileSync(join(ROOT, 'docs/docker/compose.yaml'), 'utf8');
const dockerfile = readFileSync(join(ROOT, 'docs/docker/Dockerfile'), 'utf8');

/** The program's words in each list of a container's file, without its name. */
function callsIn(text: string): string[][] {
  return Array.from(text.matchAll(/(?:command:|test:|CMD) (\[.*\])/g), ([, list = '[]']): string[] => JSON.parse(list))
    .filter((words) => !words.includes('node'))
    .map((words) => words.filter((word) => word !== 'CMD' && word !== 'model-ledger'));
}

test('the containers start commands with options that there are', async () => {
  const calls = [...callsIn(compose), ...callsIn(dockerfile)];
  expect(calls.map(([command]) => command)).toEqual(['daemon', 'status', 'serve', 'daemon']);
  for (const words of calls) {
    // `--help` is looked at last: an option that nobody knows ends with 2 before.
    expect([words, (await call([...words, '--help'])).code]).toEqual([words, 0]);
    const { stdout } = await call([words[0] ?? '', '--help']);
    for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout).toContain(`  ${option} `);
  }
});

test('the containers keep the file where the volume is', () => {
  expect(dockerfile).toContain('ENV MODEL_LEDGER_DB=/data/ledger.db\nVOLUME /data\n');
  expect(compose.match(/"ledger:\/data"/g)).toHaveLength(2);
});
