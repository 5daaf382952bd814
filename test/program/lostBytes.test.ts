import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, type Exit, newFolder, query, sample, startProcess } from './program.ts';

/** Only Linux has names that are no UTF-8, and only a shell can write them, as Node hands over text. */
const onLinux = describe.skipIf(process.platform !== 'linux');

async function inShell(folder: string, script: string): Promise<Exit> {
  const env = { ML: `${process.execPath} ${CLI}`, GIT_CONFIG_GLOBAL: '/dev/null' };
  return await startProcess('bash', ['-c', script], { cwd: folder, env, input: '' }).exit;
}

/** The names in a folder, with a backslash for each byte that is no ASCII. */
const namesIn = (folder: string): string =>
  execFileSync('ls', ['-1b'], { cwd: folder, env: { LC_ALL: 'C' } }).toString();

onLinux('names that are not UTF-8', () => {
  test.each([
    ["$ML sync --source list.json --db $'\\xe9.db'", 'The argument \ufffd.db'],
    ["$ML import files $'\\xe9.json' --db x.db", 'The argument \ufffd.json'],
    ["$ML import git $'repo\\xe9' --path m.json --db x.db", 'The argument repo\ufffd'],
    ["MODEL_LEDGER_DB=$'\\xe9.db' $ML sync --source list.json", 'MODEL_LEDGER_DB'],
  ])('%s is refused, as it would name another file', async (script, what) => {
    const folder = newFolder();
    const { code, stdout, stderr } = await inShell(folder, script);
    expect([code, stdout, namesIn(folder)]).toEqual([2, '', '']);
    expect(stderr.split('\n')).toEqual([
      `model-ledger: ${what} holds bytes that are no UTF-8, which Node cannot pass on; nothing was done.`,
      '  Rename what it names, or give it a second name with ln -s and use that.',
      '',
    ]);
  });

  test('a question with the character that stands for such bytes is answered', async () => {
    const folder = newFolder();
    const { code, stdout } = await inShell(
      folder,
      `$ML sync --source ${sample(1)} --db x.db >/dev/null && $ML sql "SELECT '\ufffd' AS c" --json --db x.db`,
    );
    expect([code, stdout]).toEqual([0, '{"c":"\ufffd"}\n']);
  });

  test('below a folder are told, and everything else is imported', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'saved'));
    await inShell(
      join(folder, 'saved'),
      `mkdir $'\\xff'; for n in $'2026-05-01-\\xe9.json' $'\\xff/2026-05-02.json' 2026-05-03.json; do cp ${sample(1)} "$n"; done`,
    );
    const { code, stderr } = await inShell(folder, '$ML import files saved --db x.db');
    const why = 'its name is not UTF-8: rename it, or link to it under another name.';
    expect([code, stderr.split('\n').sort()]).toEqual([
      0,
      [
        '',
        'Began a new ledger in x.db.',
        `Left out saved/2026-05-01-\ufffd.json: ${why}`,
        `Left out saved/\ufffd: ${why}`,
      ],
    ]);
    expect(query(join(folder, 'x.db'), 'SELECT observed_at AS at FROM sync_runs')).toEqual([
      { at: '2026-05-03T00:00:00.000Z' },
    ]);
  });

  test('that a file had in a repository before are told', async () => {
    const folder = newFolder();
    const commit = 'git add -A; git -c user.name=a -c user.email=a@example.org commit -qm x';
    await inShell(
      folder,
      `git init -q r; cd r; cp ${sample(1)} $'m\\xe9.json'; ${commit}; git mv $'m\\xe9.json' m.json; ${commit}`,
    );
    const { code, stderr } = await inShell(folder, '$ML import git r --path m.json --db x.db');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^Before commit [0-9a-f]{12}, m\.json was called m\ufffd\.json\. That name is not UTF-8 and cannot be looked up, so its versions by that name are not imported\.$/m,
      ),
    ]);
  });

  test('of the folder that one stands in, or that a link leads through, are no obstacle', async () => {
    const folder = newFolder();
    const { code, stderr } = await inShell(
      folder,
      `mkdir $'\\xe9' && ln -s $'\\xe9' link && cd $'\\xe9' && $ML sync --source ${sample(1)} --db x.db && cd .. &&
       $ML sync --source ${sample(2)} --db link/x.db && $ML verify --db link/x.db`,
    );
    expect([code, stderr]).toEqual([0, 'Began a new ledger in x.db.\n']);
    expect(namesIn(join(folder, 'link'))).toBe('x.db\nx.db-shm\nx.db-wal\nx.lock.db\n');
  });
});
