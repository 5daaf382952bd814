import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from './call.ts';
import { ledgerOf, newFolder, SAMPLES } from './program.ts';

/** One JSON document on standard output, and nothing else there. */
async function json(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await call([...args, '--json']);
  expect(code, stderr).toBe(0);
  expect(stdout.trimEnd().split('\n').length).toBe(1);
  return JSON.parse(stdout);
}

test('what is written is told to a script: backup, restore, rebuild, site', async () => {
  const folder = newFolder();
  const db = await ledgerOf(folder, SAMPLES.length);
  const [copy, pages] = [join(folder, 'copy.db'), join(folder, 'pages')];
  expect(await json('backup', copy, '--db', db)).toEqual({ db, copy, bytes: statSync(copy).size });
  const restored = await json('restore', copy, '--db', db);
  const kept = expect.stringContaining('ledger.db.before-restore-');
  expect(restored).toEqual({ db, copy, kept, runs: 9, observedAt: '2026-06-05T02:30:00.000Z' });
  expect(await json('rebuild', '--db', db)).toEqual({ db, taken: [], mended: null });
  const mended = { copy: null, redated: [], leftOut: [], dropped: 0, sweeps: 0 };
  expect(await json('rebuild', '--mend-clock', '--db', db)).toEqual({ db, taken: [], mended });
  expect(await json('site', pages, '--db', db)).toEqual({
    ...{ db, dir: pages, files: expect.any(Number), bytes: expect.any(Number) },
  });
  expect(existsSync(join(pages, 'index.html'))).toBe(true);
});
