import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { spread } from '../thorough.ts';
import { call } from './call.ts';
import { checksums, contents, execute, ledgerOf, newFolder, sample, touched } from './program.ts';

const EVENT =
  'run_id, model_id, type, field, old_value, new_value, cause, change_pct, observed_at, previous_observed_at';

test('a document that is no JSON any more is told in words, whoever meets it', async () => {
  const folder = newFolder();
  const db = await ledgerOf(folder, 3);
  const torn = readFileSync(db).toString('latin1').replaceAll('{"id":"', '["id":"');
  writeFileSync(db, Buffer.from(torn, 'latin1'));
  for (const args of [
    ['sync', '--source', sample(4), '--dry-run'],
    ['export', 'parquet', join(folder, 'tables')],
    ['verify'],
    ['prices'],
    ['rebuild'],
  ]) {
    const { code, stderr } = await call([...args, '--db', db]);
    expect([args, code, stderr]).toEqual([
      args,
      expect.toBeOneOf([0, 1, 5]),
      expect.not.stringMatching(/\n {4}at |should not happen/),
    ]);
  }
});

describe('what another program changed', () => {
  test.each<[string, string, RegExp]>([
    [
      'an event twice',
      `INSERT INTO change_events (${EVENT}) SELECT ${EVENT} FROM change_events WHERE id = 2`,
      /^change_events: a row that the archive does not tell: .*times 2/m,
    ],
    ['an event less', 'DELETE FROM change_events WHERE id = 2', /^change_events: a row that only the archive tells/m],
    ['a view less', 'DROP VIEW current_prices', /^schema: the view current_prices is missing/m],
    [
      'another view of that name',
      'DROP VIEW removed_models; CREATE VIEW removed_models AS SELECT 1 AS model_id',
      /^schema: the view removed_models is not what this program made/m,
    ],
    [
      'a trigger less',
      'DROP TRIGGER pricing_history_no_overlap',
      /^schema: the trigger pricing_history_no_overlap is missing/m,
    ],
    [
      'a trigger more',
      'CREATE TRIGGER spoil AFTER INSERT ON change_events BEGIN DELETE FROM change_events WHERE id = NEW.id; END',
      /^schema: the trigger spoil on change_events was added/m,
    ],
    ['an index less', 'DROP INDEX change_events_run', /^schema: the index change_events_run is missing/m],
    ['an index more', 'CREATE UNIQUE INDEX spoil ON models (author)', /^schema: the index spoil on models was added/m],
    ['a table less', 'DROP TABLE schema_drift', /^schema: the table schema_drift is missing/m],
  ])('%s: verify tells, rebuild mends', async (_, sql, words) => {
    const db = await ledgerOf(newFolder(), 5);
    try {
      execute(db, sql);
    } catch (error) {
      // Two models of one author: the index cannot be made, and none is needed.
      if (!/UNIQUE/.test(String(error))) throw error;
      execute(db, 'CREATE UNIQUE INDEX spoil ON models (id, author)');
    }
    const verified = await call(['verify', '--db', db]);
    expect([verified.code, verified.stderr, verified.stdout]).toEqual([1, '', expect.stringMatching(words)]);
    expect((await call(['rebuild', '--db', db])).code).toBe(0);
    expect(await call(['verify', '--db', db])).toMatchObject({ code: 0, stderr: '' });
  });

  test('a view or a table of their own is theirs to keep', async () => {
    const db = await ledgerOf(newFolder(), 2);
    execute(db, 'CREATE VIEW mine AS SELECT 1 AS x; CREATE TABLE notes (x); CREATE INDEX notes_x ON notes (x)');
    expect((await call(['verify', '--db', db])).code).toBe(0);
    expect((await call(['sync', '--db', db, '--source', sample(3)])).code).toBe(0);
  });
});

const EMPTIED = ['models', 'provider_limits', 'change_events', 'pricing_history', 'sync_runs', 'archive'] as const;

describe('a run does not go on', () => {
  test.each<[string, (db: string) => void, RegExp]>([
    ...EMPTIED.map((table): [string, (db: string) => void, RegExp] => [
      `where ${table} was emptied`,
      (db) => execute(db, `DELETE FROM ${table}`),
      /has \d+ rows where/,
    ]),
    ['without a trigger', (db) => execute(db, 'DROP TRIGGER provider_limits_no_overlap'), /trigger .* is missing/],
    ['without a table', (db) => execute(db, 'DROP TABLE models'), /table models is missing/],
    ['with an altered table', (db) => execute(db, 'ALTER TABLE models ADD COLUMN x TEXT'), /table models is not what/],
    [
      'with a trigger of somebody else',
      (db) => execute(db, 'CREATE TRIGGER spoil BEFORE INSERT ON sync_runs BEGIN DELETE FROM models; END'),
      /trigger spoil on sync_runs was added/,
    ],
    ['where the file was cut off', (db) => truncateSync(db, statSync(db).size - 8192 * 3), /is damaged/],
    [
      'where only its log is left',
      (db) => {
        rmSync(db);
        writeFileSync(`${db}-wal`, 'x'.repeat(100));
      },
      /its log is there without it/,
    ],
  ])('%s', async (_, spoil, words) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 4);
    spoil(db);
    const before = contents(folder);
    for (const args of [
      ['sync', '--source', sample(5)],
      ['sync', '--source', sample(4)],
      ['import', 'files', sample(5)],
    ]) {
      const refused = await call([...args, '--db', db]);
      expect([args, refused.code, refused.stdout, refused.stderr]).toEqual([args, 5, '', expect.stringMatching(words)]);
    }
    expect({ ...before, ...contents(folder) }).toMatchObject(before);
  });

  test.each([
    ...['sync_runs', 'acceptances', 'archive', 'archive_packs', 'endpoint_sweeps'],
    ...['endpoint_models', 'endpoint_texts', 'endpoint_answers', 'endpoint_telemetry'],
  ])('and no rebuild makes %s again, of which nothing tells what it held', async (table) => {
    const db = await ledgerOf(newFolder(), 2);
    execute(db, `PRAGMA foreign_keys = OFF; DROP TABLE ${table}`);
    const { code, stderr } = await call(['rebuild', '--db', db]);
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining(
        `the table ${table} is missing, and nothing tells what it held; nothing was written.\n  Put a backup`,
      ),
    ]);
  });

  test('into a file for timers that holds no run, unless a person says so', async () => {
    const db = await ledgerOf(newFolder(), 2);
    const tables = ['change_events', 'pricing_history', 'provider_limits', 'models', 'archive', 'archive_packs'];
    execute(
      db,
      ['schema_drift', 'quarantine', ...tables, 'sync_runs'].map((table) => `DELETE FROM ${table};`).join(''),
    );
    const refused = await call(['sync', '--must-exist', '--db', db, '--source', sample(3)]);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringMatching(/holds no run; nothing was written./)]);
    expect((await call(['sync', '--db', db, '--source', sample(3)])).code).toBe(0);
  });
});

describe('whichever page is damaged', () => {
  const COMMANDS = [
    ['changes', '--all', '--json'],
    ['prices', '--json'],
    ['show', 'openai/gpt-5-mini'],
    ['diff', '2026-05-02', '2026-05-16'],
    ['status'],
    ['snapshot'],
    ['snapshot', '--at', '2026-05-03'],
    ['sql', 'SELECT count(*) FROM models'],
    ['verify'],
    ['backup', '--force', '/dev/null/x.db'],
    ['sync', '--source', sample(5)],
    ['rebuild'],
  ];

  const AT = { env: { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' } };
  const SYNC = ['sync', '--source', sample(5)];

  test('every command says so in words with 5, or answers; and where a run went on, verify finds it', async () => {
    const folder = newFolder();
    const whole = await ledgerOf(folder, 4);
    const bytes = readFileSync(whole);
    const db = join(folder, 'spoilt.db');
    const spoil = (page: number, junk: Buffer): void => {
      for (const sidecar of ['-wal', '-shm']) rmSync(db + sidecar, { force: true });
      writeFileSync(db, bytes);
      const handle = openSync(db, 'r+');
      writeSync(handle, junk, 0, junk.length, (page + 1) * 8192 - junk.length);
      closeSync(handle);
    };
    spoil(1, Buffer.alloc(0));
    await call([...SYNC, '--db', db], AT);
    const after = checksums(db);
    // Another command and another kind of damage at each page: all pairs would take minutes.
    const pages = Array.from({ length: Math.floor(bytes.length / 8192 / 2) }, (_, i) => 2 * i + 1);
    expect(pages.length).toBeGreaterThan(COMMANDS.length);
    const found: string[] = [];
    for (const page of spread(pages, COMMANDS.length + 1)) {
      const junk = page % 3 === 0 ? Buffer.alloc(8192) : Buffer.alloc(page % 3 === 1 ? 8192 : 2000, 0xa5);
      spoil(page, junk);
      const asked = COMMANDS[(page >> 1) % COMMANDS.length] ?? [];
      const answer = await call([...asked, '--db', db]);
      const words = [page, asked[0], answer.code, answer.stderr];
      const plain = expect.not.stringMatching(/\n {4}at |should not/);
      expect(words).toEqual([page, asked[0], expect.toBeOneOf([0, 1, 2, 5]), plain]);
      spoil(page, junk);
      const synced = await call([...SYNC, '--db', db], AT);
      expect([page, synced.code, synced.stderr]).toEqual([page, expect.toBeOneOf([0, 5]), plain]);
      const verified = synced.code === 0 ? await call(['verify', '--db', db]) : undefined;
      const isWhole = verified?.code === 0 && touched(after, checksums(db)).length === 0;
      found.push(verified === undefined ? 'refused' : isWhole ? 'unharmed' : `verify: ${verified.code}`);
    }
    expect(found.filter((one) => !['refused', 'unharmed', 'verify: 1'].includes(one))).toEqual([]);
    expect(found).toContain('refused');
  });
});
