import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../commands/asking.ts';
import { call } from './call.ts';
import { CLI, checksums, ledgerOf, newFolder, run, start, startProcess } from './program.ts';

const ENDLESS = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)';

/** The process that answers, once it reads the data file. */
async function childOf(parent: number | undefined, db: string): Promise<number> {
  for (;;) {
    const [child] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number);
    if (child !== undefined && child > 0 && holds(child, db)) return child;
    await setTimeout(10);
  }
}

function holds(pid: number, file: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === file;
    } catch {
      return false;
    }
  });
}

/** Waits until a process is gone; one that nobody has taken leave of yet is gone too. */
async function ended(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}/stat`) && !/ Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
    await setTimeout(10);
}

describe('sql', () => {
  test('prints a table, JSON lines or CSV', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const query =
      "SELECT id, author, 9007199254740993 AS big, x'00ff' AS bytes, NULL AS none FROM models WHERE id = 'x-ai/grok-3'";
    expect(await run(['sql', '--db', db, query])).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: "id           author               big  bytes    none\nx-ai/grok-3  x-ai    9007199254740993  x'00ff'\n",
    });
    expect((await run(['sql', '--db', db, '--json', query])).stdout).toBe(
      '{"id":"x-ai/grok-3","author":"x-ai","big":9007199254740993,"bytes":"x\'00ff\'","none":null}\n',
    );
    expect((await run(['sql', '--db', db, '--csv', query])).stdout).toBe(
      "id,author,big,bytes,none\r\nx-ai/grok-3,x-ai,9007199254740993,x'00ff',\r\n",
    );
  });

  test('reads a question from standard input, and two columns of one name stay two', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const asked = await run(['sql', '--db', db, '--json', '-'], { input: '-- two\nSELECT 1 AS a, 2 AS a, 3 AS a_2' });
    expect(asked).toEqual({ code: 0, stdout: '{"a":1,"a_3":2,"a_2":3}\n', stderr: '' });
  });

  test('what would write is exit 2, and writes nothing', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const before = checksums(db);
    const { code, stdout } = await run(['sql', '--db', db, 'DELETE FROM models']);
    expect([code, stdout, checksums(db)]).toEqual([2, '', before]);
  });

  test.each([
    'DELETE FROM models',
    'SELECT 1; DELETE FROM models',
    'WITH x AS (SELECT 1) DELETE FROM models RETURNING id',
    'INSERT INTO acceptances VALUES (1) RETURNING run_id',
    'PRAGMA user_version = 9',
    '/* SELECT */ PRAGMA journal_mode = DELETE',
    "ATTACH 'OTHER' AS other",
    "VACUUM INTO 'OTHER'",
    'VACUUM',
    'BEGIN IMMEDIATE',
    "SELECT load_extension('OTHER')",
    "SELECT writefile('OTHER', 'x')",
    'CREATE TEMP TABLE x (y)',
    'DROP VIEW current_models',
  ])('refuses what would write: %s', async (query) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    const before = checksums(db);
    const other = join(folder, 'other.db');
    const question = { db, query: query.replace('OTHER', other) };
    await expect(answerOf(question)).rejects.toMatchObject({ exitCode: 2 });
    expect([existsSync(other), checksums(db)]).toEqual([false, before]);
  });

  test('a question without end is ended in time', async () => {
    const db = await ledgerOf(newFolder(), 1);
    expect(await run(['sql', '--db', db, '--timeout', '1s', `${ENDLESS} SELECT count(*) FROM n`])).toEqual({
      ...{ code: 2, stdout: '' },
      stderr:
        'model-ledger: The question was not answered within 1 s.\n  Ask for less, or give it longer with --timeout 60s.\n',
    });
  });

  test('an answer without end stops when its reader goes', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const script = `"${process.execPath}" "${CLI}" sql --db "${db}" --json "${ENDLESS} SELECT x FROM n" | head -n 2`;
    expect(await startProcess('bash', ['-o', 'pipefail', '-c', script]).exit).toEqual({
      ...{ code: 0, stdout: '{"x":1}\n{"x":2}\n', stderr: '' },
    });
  });

  test('it ends with the program that asked', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const asking = start(['sql', '--db', db, '--csv', `${ENDLESS} SELECT x FROM n`], { input: '' });
    await new Promise((resolve) => asking.child.stdout.once('data', resolve));
    asking.child.kill('SIGTERM');
    asking.child.stdout.resume();
    expect((await asking.exit).code).toBe(143);
  });

  test.each([20, 60, 90, 120, 200])('a signal after %i ms ends it, whatever it was doing', async (ms) => {
    const db = await ledgerOf(newFolder(), 1);
    const args = ['sql', '--db', db, '--timeout', '1h', `${ENDLESS} SELECT count(*) FROM n`];
    const asking = start(args, { input: '' });
    await setTimeout(ms);
    asking.child.kill('SIGTERM');
    await asking.exit;
    // Killed before it could listen, or stopped by itself; not by the test's own patience.
    expect([asking.child.exitCode, asking.child.signalCode]).toEqual(
      asking.child.exitCode === null ? [null, 'SIGTERM'] : [143, null],
    );
  });

  test.each(['1h', '0s'])('a signal ends it at once, whatever its time limit: %s', async (timeout) => {
    const db = await ledgerOf(newFolder(), 1);
    const args = ['sql', '--db', db, '--timeout', timeout, `${ENDLESS} SELECT count(*) FROM n`];
    const asking = start(args, { input: '' });
    const child = await childOf(asking.child.pid, db);
    asking.child.kill('SIGTERM');
    expect((await asking.exit).code).toBe(143);
    await ended(child);
  });

  test('its process ends with the program that asked, also where that is killed', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const asking = start(['sql', '--db', db, '--timeout', '0s', `${ENDLESS} SELECT count(*) FROM n`], { input: '' });
    const child = await childOf(asking.child.pid, db);
    asking.child.kill('SIGKILL');
    expect((await asking.exit).code).toBe(null);
    await ended(child);
  });

  test('what SQLite itself takes counts towards the limit of memory', async () => {
    const db = await ledgerOf(newFolder(), 1);
    // One text that grows inside SQLite, of which V8 sees nothing.
    const query = `${ENDLESS} SELECT length(group_concat(hex(zeroblob(1000)))) FROM n`;
    expect(await run(['sql', '--db', db, '--timeout', '1h', query])).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'model-ledger: The question took more than 512 MB of memory.\n  Ask for fewer or smaller rows.\n',
    });
  });

  test('an answer that is too large is told in words alone', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const query = `${ENDLESS} SELECT x, hex(randomblob(20000)) FROM n`;
    expect(await run(['sql', '--db', db, '--limit', '1000000', query])).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'model-ledger: The question took more than 512 MB of memory.\n  Ask for fewer or smaller rows.\n',
    });
  });

  test.each([
    ['changes', '--all', '--json'],
    ['sql', '--json', 'SELECT * FROM change_events'],
  ])('a full disk is told, and is no success: %s', async (...args) => {
    const db = await ledgerOf(newFolder(), 3);
    const line = [process.execPath, CLI, ...args, '--db', db].map((word) => `'${word}'`).join(' ');
    const { code, stderr } = await startProcess('bash', ['-c', `${line} > /dev/full`], { input: '' }).exit;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^model-ledger: The output could not be written: ENOSPC/),
    ]);
  });

  test('a wrong call leaves nothing running', async () => {
    const { code, stdout, stderr } = await run(['sql', '--timeout', 'long', 'SELECT 1']);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([
      ...[2, ''],
      'model-ledger: "long" is no value for --timeout: expected a span such as 250ms, 30s, 90m, 6h, 7d or 2 weeks.',
    ]);
  });

  test('a question without a time limit, and one longer than an argument can be', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const one = { code: 0, stdout: '{"x":1}\n', stderr: '' };
    expect(await run(['sql', '--db', db, '--json', '--timeout', '0s', 'SELECT 1 AS x'])).toEqual(one);
    const long = `SELECT 1 AS x ${'/* */'.repeat(40_000)}`;
    expect(await run(['sql', '--db', db, '--json', '-'], { input: long })).toEqual(one);
  });

  test('a table that is not there is named with those that are', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { code, stderr } = await run(['sql', '--db', db, 'SELECT * FROM prices']);
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'model-ledger: This is not answered: no such table: prices.']);
    expect(stderr).toContain('current_offers, current_prices');
  });

  test('a column that is not there is answered with those of the tables in the question', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { code, stderr } = await run(['sql', '--db', db, 'SELECT cost FROM quarantine, MODELS']);
    expect([code, stderr.split('\n')]).toEqual([
      2,
      [
        'model-ledger: This is not answered: no such column: cost.',
        expect.stringMatching(
          /^ {2}Look again: models has id, canonical_slug, .*document\. quarantine has id, run_id, /,
        ),
        '',
      ],
    ]);
  });
});

describe('asking', () => {
  test.each([
    [['changes'], 0],
    [['changes', '--since', 'someday'], 2],
    [['show', 'x-ai/grok-3'], 0],
    [['show', 'x-ai/grok-4'], 2],
    [['prices', '--at', '2026-05-03'], 0],
    [['prices', '--sort', 'size'], 2],
    [['diff', '2026-05-03', '2026-05-21'], 0],
    [['diff', '2026-05-03'], 0],
    [['diff'], 2],
    [['cost', 'qwen/qwen3.6-plus', '--prompt-tokens', '300k', '--at', '2026-05-03'], 0],
    [['cost', 'openrouter/auto', '--prompt-tokens', '300k'], 1],
    [['cost', '--log', '/nonexistent/log'], 2],
    [['status'], 0],
    [['status', '--max-age', '1d'], 1],
  ])('%j exits with %i', async (args, code) => {
    const db = await ledgerOf(newFolder(), 9);
    expect((await call([...args, '--db', db], { env: { MODEL_LEDGER_NOW: '2026-06-12T00:00:00Z' } })).code).toBe(code);
  });

  test.each(['changes', 'show x', 'prices', 'diff 7d', 'cost x --prompt-tokens 1', 'status', 'sql SELECT'])(
    'without a data file %s says so and exits with 5',
    async (words) => {
      const db = join(newFolder(), 'none.db');
      const { code, stdout, stderr } = await call([...words.split(' '), '--db', db]);
      expect([code, stdout, stderr.split('\n')[0]]).toEqual([
        5,
        '',
        `model-ledger: The data file ${db} does not exist.`,
      ]);
    },
  );

  test.each(['changes', 'show', 'prices', 'diff', 'cost', 'status', 'sql'])(
    'the help of %s ends in at least three examples',
    async (command) => {
      const { code, stdout } = await call([command, '--help']);
      const examples = stdout.slice(stdout.indexOf('\nExamples:\n'));
      expect(code).toBe(0);
      expect(examples.match(/^ {2}model-ledger .+\n {6}\S.+$/gm)?.length).toBeGreaterThanOrEqual(3);
    },
  );

  test('times without a zone are local with --local, and so are those shown', async () => {
    const db = await ledgerOf(newFolder(), 9);
    const args = [
      'changes',
      '--db',
      db,
      '--local',
      '--since',
      '2026-05-13',
      '--until',
      '2026-05-13',
      '--type',
      'added',
    ];
    const { stdout } = await run(args, { env: { TZ: 'Asia/Tokyo' } });
    expect(stdout.split('\n').slice(2, 4)).toEqual(['2026-05-13', '15:00 +09:00  run 3']);
  });

  test('a pipe gets no colour, and neither does a reader who wants none', async () => {
    const db = await ledgerOf(newFolder(), 9);
    expect((await call(['changes', '--db', db])).stdout.includes('\u001b')).toBe(false);
  });
});
