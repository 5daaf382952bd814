import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { call } from './call.ts';
import {
  CLI,
  checksums,
  type Exit,
  ledgerOf,
  newFolder,
  query,
  run,
  SAMPLES,
  sample,
  startProcess,
  touched,
} from './program.ts';

/** Changes the file by hand, past every check. */
function tamper(db: string, sql: string): void {
  const sqlite = new Database(db);
  sqlite.pragma('ignore_check_constraints = ON');
  sqlite.pragma('foreign_keys = OFF');
  const { changes } = sqlite.prepare(sql).run();
  sqlite.close();
  if (changes === 0) throw new Error(`nothing was changed by ${sql}`);
}

/** One byte of a blob turned over. */
const flip = (table: string, where: string): string =>
  `UPDATE ${table} SET data = CAST(substr(data, 1, length(data) / 2) || (CASE substr(data, length(data) / 2 + 1, 1) WHEN x'00' THEN x'01' ELSE x'00' END) || substr(data, length(data) / 2 + 2) AS BLOB) WHERE ${where}`;

describe('verify', () => {
  test('finds nothing where nothing was altered, and changes nothing', async () => {
    const db = await ledgerOf(newFolder(), 9);
    const before = readFileSync(db);
    expect(await call(['verify', '--db', db])).toEqual({
      code: 0,
      stdout: 'All is as the archive tells it: 8 bodies, 9 runs, every row of the tables.\n',
      stderr: '',
    });
    expect(readFileSync(db).equals(before)).toBe(true);
  });

  test.each<[string, string, RegExp]>([
    [
      'one byte of a pack',
      flip('archive_packs', 'id = 1'),
      /^archive: the body observed at .* does not come back as it was/m,
    ],
    [
      'where a body stands',
      'UPDATE archive SET start = start + 1 WHERE id = 1',
      /^archive: the body observed at 2026-05-01T06:00:00\.000Z does not come back as it was/m,
    ],
    [
      'one hash',
      "UPDATE archive SET sha256 = 'f' || substr(sha256, 2) WHERE sha256 NOT LIKE 'f%' AND id = 3",
      /^archive: /m,
    ],
    [
      'one price',
      "UPDATE pricing_history SET price = '0.000000401' WHERE id = (SELECT max(id) FROM pricing_history)",
      /^pricing_history: a row that the archive does not tell: .*price 0\.000000401/m,
    ],
    [
      'one price by a trailing zero',
      "UPDATE pricing_history SET price = price || '0' WHERE id = (SELECT min(id) FROM pricing_history WHERE price LIKE '%.%')",
      /^pricing_history: a row that the archive does not tell/m,
    ],
    [
      'the end of an interval',
      "UPDATE pricing_history SET valid_to = '2026-05-12T00:00:00.000Z' WHERE id = (SELECT min(id) FROM pricing_history WHERE valid_to IS NOT NULL)",
      /^pricing_history: a row that the archive does not tell: .*valid_to 2026-05-12/m,
    ],
    [
      'the beginning of limits',
      "UPDATE provider_limits SET valid_from = '2026-04-30T06:00:00.000Z' WHERE id = 1",
      /^provider_limits: /m,
    ],
    ['a limit', 'UPDATE provider_limits SET context_length = context_length + 1 WHERE id = 1', /^provider_limits: /m],
    [
      'an event',
      'DELETE FROM change_events WHERE id = (SELECT max(id) FROM change_events)',
      /^change_events: a row that only the archive tells/m,
    ],
    [
      'a document',
      "UPDATE models SET document = json_set(document, '$.name', 'forged') WHERE id = 'openai/gpt-5.5'",
      /^models: a row that the archive does not tell: .*openai\/gpt-5\.5/m,
    ],
    [
      'a removal',
      'UPDATE models SET removed_at = NULL, last_seen_at = NULL WHERE removed_at IS NOT NULL',
      /^models: /m,
    ],
    [
      'the status of a run',
      "UPDATE sync_runs SET status = 'unchanged' WHERE id = 8",
      /^sync_runs: |^the archive cannot be replayed/m,
    ],
    ['a run', 'DELETE FROM sync_runs WHERE id = 5', /refers to a row of sync_runs that is not there/],
    ['a quarantined entry', "UPDATE quarantine SET document = '{}'", /^quarantine: /m],
  ])('tells of an altered archive or table: %s', async (_, sql, words) => {
    const db = await ledgerOf(newFolder(), 9);
    tamper(db, sql);
    const found = await call(['verify', '--db', db]);
    expect([found.code, found.stdout, found.stderr]).toEqual([1, expect.stringMatching(words), '']);
  });

  test('--json lists the problems', async () => {
    const db = await ledgerOf(newFolder(), 3);
    tamper(db, 'DELETE FROM change_events WHERE id = 1');
    const json = await call(['verify', '--json', '--db', db]);
    expect([json.code, JSON.parse(json.stdout)]).toEqual([
      1,
      {
        bodies: 2,
        runs: 3,
        problems: [expect.stringMatching(/^change_events: a row that only the archive tells: run_id 1, /)],
      },
    ]);
  });

  test('is no alarm while a run writes', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const verifying = run(['verify', '--db', db]);
    for (const n of [4, 5, 6]) await call(['sync', '--db', db, '--source', sample(n)]);
    expect([(await verifying).stdout, (await verifying).code]).toEqual([expect.stringContaining('All is as'), 0]);
  });
});

describe('rebuild', () => {
  test('mends what was altered, and verify agrees', async () => {
    const db = await ledgerOf(newFolder(), 9);
    const before = checksums(db);
    tamper(db, "UPDATE pricing_history SET price = '1' WHERE price = '0'");
    tamper(db, 'DELETE FROM change_events');
    tamper(db, 'UPDATE models SET removed_at = NULL, last_seen_at = NULL');
    expect((await call(['rebuild', '--db', db])).code).toBe(0);
    expect((await call(['verify', '--db', db])).code).toBe(0);
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test('does not begin a ledger', async () => {
    const folder = newFolder();
    expect((await call(['rebuild', '--db', join(folder, 'ledger.db')])).code).toBe(5);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('snapshot', () => {
  test('gives every body back byte for byte, by its instant and by its run', async () => {
    const db = await ledgerOf(newFolder(), 9);
    const instants = query(db, "SELECT id, observed_at FROM sync_runs WHERE status <> 'held'");
    for (const { id, observed_at: at } of instants) {
      const source = readFileSync(SAMPLES[Number(id) - 1] ?? '', 'utf8');
      expect((await call(['snapshot', '--db', db, '--at', String(at)])).stdout).toBe(source);
      expect((await call(['snapshot', '--db', db, '--run', String(id)])).stdout).toBe(source);
    }
  });

  test.each<[string, Buffer]>([
    ['odd spacing', Buffer.from(' \n{ "data" : [\t{"id":"a/b" ,"pricing":{ } } ] }\r\n ')],
    ['a bare array', Buffer.from('[{"id":"a/b","pricing":{"prompt":"0.10"}}]')],
    ['repeated keys', Buffer.from('{"data":[{"id":"a/a","id":"a/b","pricing":{"prompt":"1","prompt":"2"}}]}')],
    ['a byte order mark', Buffer.from('\ufeff[{"id":"a/b","pricing":{}}]')],
    [
      'escapes and digits that no double holds',
      Buffer.from('[{"id":"a\\/b","pricing":{"prompt":0.10000000000000000000001},"x":1e400,"y":"\\ud800"}]'),
    ],
    ['invalid UTF-8, rejected', Buffer.from([0x5b, 0x7b, 0xff, 0xfe, 0x7d, 0x5d])],
    ['nothing, rejected', Buffer.alloc(0)],
    ['zeros, rejected', Buffer.alloc(70_000)],
  ])('of a body with %s: the same bytes', async (_, body) => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    await call(['sync', '--db', db, '--source', '-'], { input: body });
    const script = `"${process.execPath}" "${CLI}" snapshot --db "${db}" --run 1 > "${join(folder, 'body')}"`;
    expect((await startProcess('sh', ['-c', script]).exit).code).toBe(0);
    expect(readFileSync(join(folder, 'body')).equals(body)).toBe(true);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('of a rejected body over a mebibyte: its beginning, and a word about it', async () => {
    const db = join(newFolder(), 'ledger.db');
    await call(['sync', '--db', db, '--source', '-'], { input: 'x'.repeat(3 << 20) });
    const kept = await call(['snapshot', '--db', db, '--run', '1']);
    expect([kept.stdout.length, kept.stderr]).toEqual([
      1 << 20,
      'Only the first 1048576 of 3145728 bytes were kept.\n',
    ]);
  });

  test('before the first list is exit 2, with what there is', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const none = await call(['snapshot', '--db', db, '--at', '2020-01-01']);
    expect([none.code, none.stdout, none.stderr]).toEqual([
      2,
      '',
      expect.stringMatching(/No list was accepted at or before 2020/),
    ]);
  });
});

/** Whether the program can be run as a user without rights here. */
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const canBeNobody = spawnSync('setpriv', [...NOBODY, process.execPath, CLI, '--version']).status === 0;
if (!canBeNobody) console.info('the program cannot be run as nobody: what it may not write to is left out of this run');

async function asNobody(args: readonly string[]): Promise<Exit> {
  return await startProcess('setpriv', [...NOBODY, process.execPath, CLI, ...args], { input: '' }).exit;
}

test.runIf(canBeNobody)('a data file that this account may not read, or not write, is told as that', async () => {
  const folder = newFolder();
  const db = await ledgerOf(folder, 1);
  chmodSync(folder, 0o755);
  chmodSync(db, 0o600);
  const unread = await asNobody(['status', '--db', db]);
  expect([unread.code, unread.stdout, unread.stderr.split(' (EACCES')[0]]).toEqual([
    5,
    '',
    `model-ledger: ${db}: this account may not read it`,
  ]);
  const fresh = join(folder, 'fresh.db');
  const before = readdirSync(folder);
  const unwritten = await asNobody(['sync', '--db', fresh, '--source', sample(2)]);
  const lock = join(folder, 'fresh.lock.db');
  expect([unwritten.code, unwritten.stdout, unwritten.stderr.split(' (EACCES')[0], readdirSync(folder)]).toEqual([
    5,
    '',
    `model-ledger: ${lock}: it may not be written to`,
    before,
  ]);
});

describe('backup', () => {
  test('is one file that opens by itself, with all that was there', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 9);
    const copies = newFolder();
    const copy = join(copies, 'copy.db');
    expect(await call(['backup', copy, '--db', db])).toEqual({
      code: 0,
      stdout: `Copied ${db} to ${copy}.\n`,
      stderr: '',
    });
    expect(readdirSync(copies)).toEqual(['copy.db']);
    expect(touched(checksums(db), checksums(copy))).toEqual([]);
    expect((await call(['verify', '--db', copy])).code).toBe(0);
    expect((await call(['sync', '--db', copy, '--source', sample(9)])).code).toBe(0);
  });

  test('refuses to replace a file unless told, and never the ledger itself', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const copy = join(folder, 'copy.db');
    writeFileSync(copy, 'precious');
    const before = checksums(db);
    expect((await call(['backup', copy, '--db', db])).code).toBe(2);
    expect(readFileSync(copy, 'utf8')).toBe('precious');
    expect((await call(['backup', copy, '--force', '--db', db])).code).toBe(0);
    const inode = statSync(db).ino;
    const itself = await call(['backup', db, '--force', '--db', db]);
    expect([itself.code, itself.stderr, statSync(db).ino]).toEqual([
      2,
      expect.stringMatching(/is the data file itself/),
      inode,
    ]);
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test('leaves nothing of a ledger that was killed in its place', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const copy = join(folder, 'copy.db');
    const other = new Database(copy);
    other.pragma('journal_mode = WAL');
    other.exec('CREATE TABLE stale (x); INSERT INTO stale VALUES (1)');
    for (const suffix of ['', '-wal']) copyFileSync(copy + suffix, `${copy}.kept${suffix}`);
    other.close();
    for (const suffix of ['', '-wal']) copyFileSync(`${copy}.kept${suffix}`, copy + suffix);
    expect((await call(['backup', copy, '--force', '--db', db])).code).toBe(0);
    expect(existsSync(`${copy}-wal`)).toBe(false);
    expect(touched(checksums(db), checksums(copy))).toEqual([]);
  });

  test('into a folder that is not there is exit 5 and names it', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const lost = await call(['backup', '/nonexistent/copy.db', '--db', db]);
    expect([lost.code, lost.stdout, lost.stderr]).toEqual([5, '', expect.stringContaining('/nonexistent/copy.db')]);
  });

  test.skipIf(!canBeNobody)('opens in a folder that the reader may not write to, and so does the ledger', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const copy = join(folder, 'copy.db');
    await call(['backup', copy, '--db', db]);
    chmodSync(folder, 0o755);
    expect((await asNobody(['snapshot', '--db', copy])).stdout).toBe(readFileSync(sample(3), 'utf8'));
    expect((await asNobody(['verify', '--db', copy])).code).toBe(0);
    expect((await asNobody(['snapshot', '--db', db])).stdout).toBe(readFileSync(sample(3), 'utf8'));
    const sync = await asNobody(['sync', '--db', db, '--source', sample(4)]);
    expect([sync.code, sync.stderr]).toEqual([5, expect.stringMatching(/Check the rights|may be written to/)]);
  });
});
