import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from './call.ts';
import { ledgerOf, newFolder, sample } from './program.ts';

/** The line before the help, and the line that the help begins with. */
function beginning(stdout: string): string[] {
  return stdout.split('\n').slice(0, 3);
}

const USAGE = 'Usage: model-ledger [options] [command]';

test('without arguments and without a ledger it says what to do first, then what it can do', async () => {
  const cwd = newFolder();
  const { code, stdout, stderr } = await call([], { cwd });
  expect([code, stderr, beginning(stdout)]).toEqual([
    ...[0, ''],
    ['No ledger in data/ledger.db yet: model-ledger sync begins one, model-ledger demo plays one.', '', USAGE],
  ]);
  expect(stdout).toContain('  sync             fetch the list and record what changed\n');
});

test('without arguments it says how the record is in one line, whichever file is set', async () => {
  const cwd = newFolder();
  const db = await ledgerOf(cwd, 5);
  const env = { MODEL_LEDGER_NOW: '2026-06-10T03:00:00Z' };
  const words = 'ledger.db: 42 models listed, 0 changes in 7 days, last good run 3 h ago (model-ledger status).';
  const byEnvironment = await call([], { cwd, env: { ...env, MODEL_LEDGER_DB: 'ledger.db' } });
  expect([byEnvironment.code, beginning(byEnvironment.stdout)]).toEqual([0, [words, '', USAGE]]);
  writeFileSync(join(cwd, 'model-ledger.config.json'), JSON.stringify({ db }));
  const byFile = await call([], { cwd, env });
  expect(beginning(byFile.stdout)[0]).toBe(`${db.slice(0, -'ledger.db'.length)}${words}`);

  expect((await call(['sync', '--source', 'nowhere.json', '--db', db], { cwd, env })).code).toBe(3);
  const failed = await call([], { cwd, env });
  expect(beginning(failed.stdout)[0]).toContain('last good run 3 h ago; the last run failed (model-ledger status).');
  expect((await call(['sync', '--source', sample(9), '--db', db], { cwd, env })).code).toBe(0);
  const changed = await call([], { cwd, env });
  expect(beginning(changed.stdout)[0]).toMatch(/42 models listed, 1\d changes in 7 days, last good run just now \(/);
});

test('without arguments a file that cannot be used is told, with its exit code', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'other.db'), 'no database at all, but long enough to be looked at as one'.repeat(20));
  const { code, stdout } = await call([], { cwd, env: { MODEL_LEDGER_DB: 'other.db' } });
  expect([code, beginning(stdout).slice(1)]).toEqual([5, ['', USAGE]]);
  expect(stdout).toMatch(/^other\.db: it is not an SQLite database/);
});

test('every command says what to do where no list was recorded yet', async () => {
  const cwd = newFolder();
  const db = join(cwd, 'ledger.db');
  writeFileSync(join(cwd, 'empty.json'), '{"data":[]}');
  writeFileSync(join(cwd, 'text.txt'), 'a text');
  writeFileSync(join(cwd, 'usage.csv'), 'model,time,prompt_tokens\nopenai/gpt-5,2026-05-01,12\n');
  expect((await call(['sync', '--source', 'empty.json', '--db', db], { cwd })).code).toBe(4);
  const calls: readonly (readonly [code: number, ...string[]])[] = [
    [0, 'changes'],
    [0, 'changes', '--field', 'prompt', '--since', '7d'],
    [0, 'prices'],
    [0, 'prices', '--model', 'openai/*', '--at', '2026-05'],
    [0, 'status'],
    [2, 'show', 'openai/gpt-5'],
    [2, 'cost', 'openai/gpt-5', '--prompt-tokens', '1'],
    [2, 'cost', 'openai/*', '--prompt-tokens', '1'],
    [2, 'diff', '7d', 'now'],
    [2, 'snapshot'],
    [2, 'tokens', 'text.txt'],
    [2, 'endpoints', 'sync'],
    [2, 'providers', 'gpt-5'],
    [2, 'cost', '--log', 'usage.csv'],
    [2, 'site', 'pages'],
    [0, 'sql', 'SELECT * FROM current_prices'],
    [0, 'verify'],
    [0, 'backup', 'copy.db'],
    [0, 'export', 'parquet', 'lake'],
    [0],
  ];
  const answers = [];
  for (const [code, ...args] of calls) {
    const db = args.length === 0 ? [] : ['--db', 'ledger.db'];
    const said = await call([...args, ...db], { cwd, env: { MODEL_LEDGER_DB: 'ledger.db' } });
    const isTold = /model-ledger sync (?:fetches one|to fetch it first)/.test(`${said.stdout}${said.stderr}`);
    answers.push({ args, code, found: said.code, isTold });
  }
  expect(answers).toEqual(calls.map(([code, ...args]) => ({ args, code, found: code, isTold: true })));
  const missing = await call(['show', 'openai/gpt-5', '--db', 'nowhere.db'], { cwd });
  expect([missing.code, missing.stderr]).toEqual([
    5,
    'model-ledger: The data file nowhere.db does not exist.\n' +
      '  Run model-ledger sync to make it, or check the path, and that its disk is mounted.\n',
  ]);
});
