import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Exit, newFolder, run, startProcess } from './program.ts';
import { FIRST_COMMIT, makeRepository, scrapedVersions } from './repositories.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const fromSource = (...args: readonly string[]): Promise<Exit> =>
  startProcess(join(ROOT, 'node_modules/.bin/tsx'), [join(ROOT, 'src/cli.ts'), ...args], { input: '' }).exit;

test('the source runs as it is built, its threads and its second process too', async () => {
  const folder = newFolder();
  const repository = makeRepository(folder, scrapedVersions(8));
  const db = join(folder, 'ledger.db');
  const asked = ['sql', '--db', db, '--json', 'SELECT count(*) AS runs, max(observed_at) AS newest FROM sync_runs'];

  const imported = await fromSource('import', 'git', repository, '--path', 'models.json', '--db', db);
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('Imported 8 snapshots') });

  const newest = new Date((FIRST_COMMIT + 7 * 3600) * 1000).toISOString();
  const answer = { code: 0, stdout: `{"runs":8,"newest":"${newest}"}\n`, stderr: '' };
  expect(await fromSource(...asked)).toEqual(answer);
  expect(await run(asked)).toEqual(answer);
});

test('the demonstration plays from the source', async () => {
  const played = await fromSource('demo', '--db', join(newFolder(), 'demo.db'));
  expect([played.code, played.stderr]).toEqual([0, expect.not.stringContaining('should not happen')]);
  expect(played.stdout).toContain('9/9');
});
