import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endpointOf, Upstream } from '../endpoints/world.ts';
import { listen } from '../loopback.ts';
import { ledgerOf, newFolder, run, SAMPLES, start } from '../program/program.ts';
import { HISTORY } from '../recordings.ts';
import { local, remote } from './copies.ts';
import { PASSWORD, type PostgresServer, startServer, whyNoServer } from './postgresServer.ts';

const missing = whyNoServer();
if (missing !== undefined) console.warn(`Tests of the export to PostgreSQL are left out: ${missing}.`);

test('a server that refuses and never hangs up is not waited for', async () => {
  const refusal = 'SFATAL\0C28000\0Mgo away\0\0';
  const refusing = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(4 + refusal.length);
      socket.write(Buffer.concat([Buffer.from('E'), length, Buffer.from(refusal)]));
    });
  });
  const { port } = await listen(refusing);
  const args = ['export', 'postgres', `postgres://me@127.0.0.1:${port}/x`, '--db', await ledgerOf(newFolder(), 1)];
  const { code, stderr } = await run(args);
  expect([code, stderr]).toEqual([5, expect.stringContaining('go away; nothing was changed there.')]);
});

describe.skipIf(missing !== undefined)('the export to PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await server.query('DROP SCHEMA IF EXISTS model_ledger CASCADE');
  });

  test('has every row of every public table, exactly', async () => {
    const db = await ledgerOf(newFolder(), SAMPLES.length);
    const { code, stderr } = await run(['export', 'postgres', server.url(), '--db', db]);
    expect([code, stderr]).toEqual([0, `The schema model_ledger is up to run ${SAMPLES.length}.\n`]);
    expect(await remote(server)).toEqual(local(db));
  });

  test('writes nothing where nothing has changed, and only what has where something has', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    await run(['export', 'postgres', server.url(), '--db', db]);
    const again = await run(['export', 'postgres', server.url(), '--db', db, '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ run: 3, written: {}, schema: 'model_ledger' });
    await run(['import', 'files', SAMPLES[3] ?? '', '--db', db, '--scope', 'output_modalities=all']);
    const later = await run(['export', 'postgres', server.url(), '--db', db, '--json']);
    expect(JSON.parse(later.stdout)).toMatchObject({ run: 4, written: { sync_runs: 4 } });
    expect(await remote(server)).toEqual(local(db));
  });

  test('rewrites a past that was rewritten', async () => {
    const folder = newFolder();
    const db = join(folder, 'l.db');
    const add = (n: number) =>
      run(['import', 'files', SAMPLES[n - 1] ?? '', '--db', db, '--scope', 'output_modalities=all']);
    for (const n of [1, 4, 5]) await add(n);
    await run(['export', 'postgres', server.url(), '--db', db]);
    for (const n of [2, 3]) await add(n);
    await run(['export', 'postgres', server.url(), '--db', db]);
    expect(await remote(server)).toEqual(local(db));
  });

  test('killed anywhere, is made good by the next', async () => {
    const db = await ledgerOf(newFolder(), SAMPLES.length);
    for (let kill = 0; kill < 6; kill += 1) {
      const { child, exit } = start(['export', 'postgres', server.url(), '--db', db]);
      // At a moment of the export's own: while the server shows it in its n-th statement or later.
      while (child.exitCode === null) {
        const [row] = await server.query(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'model-ledger' AND state <> 'idle'",
        );
        if (Number(row?.n) > 0) break;
      }
      child.kill('SIGKILL');
      await exit;
      const [row] = await server.query("SELECT to_regclass('model_ledger.export_state') IS NOT NULL AS there");
      const there = row?.there === true ? await remote(server) : undefined;
      expect(there ?? 'not there yet').toEqual(there === undefined ? 'not there yet' : local(db));
    }
    expect((await run(['export', 'postgres', server.url(), '--db', db])).code).toBe(0);
    expect(await remote(server)).toEqual(local(db));
  });

  test('that loses its connection says so, and nothing is changed there', async () => {
    const db = await ledgerOf(newFolder(), SAMPLES.length);
    await run(['export', 'postgres', server.url(), '--db', db]);
    const before = await remote(server);
    await server.query("UPDATE model_ledger.export_blocks SET digest = ''");
    // Whoever holds the lock keeps the export waiting, so that it is there to be cut off.
    const holder = new pg.Client({ connectionString: server.url() });
    await holder.connect();
    await holder.query("SELECT pg_advisory_lock(hashtext('model-ledger model_ledger'))");
    const { exit } = start(['export', 'postgres', server.url(), '--db', db]);
    const cut = "SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE wait_event = 'advisory'";
    let ended = 0;
    while (ended === 0) ended = Number((await server.query(cut))[0]?.n);
    const { code, stderr } = await exit;
    await holder.end();
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining('terminating connection due to administrator command; nothing was changed there.'),
    ]);
    expect(await remote(server)).toEqual(before);
  });

  test('that loses its connection amid the commit says that nobody knows', async () => {
    const db = await ledgerOf(newFolder(), 1);
    await run(['export', 'postgres', server.url(), '--db', db]);
    // A check that waits for the commit and then ends the connection that asks for it.
    await server.query(`CREATE FUNCTION model_ledger.cut() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
    await server.query(`CREATE CONSTRAINT TRIGGER cut AFTER UPDATE ON model_ledger.export_state
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION model_ledger.cut()`);
    const { code, stderr } = await run(['export', 'postgres', server.url(), '--db', db]);
    expect([code, stderr]).toEqual([5, expect.stringContaining('; it is there as before or as after.\n')]);
  });

  test('names the server and never the password when it is refused', async () => {
    const db = await ledgerOf(newFolder(), 1);
    await server.query(`CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
    const denied = await run(['export', 'postgres', server.url('reader', PASSWORD), '--db', db]);
    expect(denied).toMatchObject({ code: 5, stdout: '' });
    expect(denied.stderr).toContain('permission denied for database postgres; nothing was changed there.');
    expect(denied.stderr).not.toContain(PASSWORD);
    const nowhere = await run(['export', 'postgres', `postgres://me:${PASSWORD}@127.0.0.1:9/x`, '--db', db]);
    expect(nowhere.code).toBe(5);
    expect(nowhere.stderr).toContain('127.0.0.1:9, database x');
    expect(nowhere.stderr).not.toContain(PASSWORD);
  });

  test('refuses a schema of a newer version, and one that holds another ledger', async () => {
    const db = await ledgerOf(newFolder(), 2);
    await run(['export', 'postgres', server.url(), '--db', db]);
    const other = join(newFolder(), 'other.db');
    await run(['sync', '--source', SAMPLES[0] ?? '', '--db', other]);
    const refused = await run(['export', 'postgres', server.url(), '--db', other]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('holds another ledger; nothing was written there.');
    expect(await remote(server)).toEqual(local(db));
    expect((await run(['export', 'postgres', server.url(), '--db', other, '--replace'])).code).toBe(0);
    expect(await remote(server)).toEqual(local(other));
    await server.query('UPDATE model_ledger.export_state SET version = 999');
    const newer = await run(['export', 'postgres', server.url(), '--db', other]);
    expect(newer.code).toBe(2);
    expect(newer.stderr).toContain('is of a newer model-ledger; nothing was written there.');
  });

  test('makes the tables of an older version anew, and drops the view that was not that of the data file', async () => {
    const db = await ledgerOf(newFolder(), 2);
    await run(['export', 'postgres', server.url(), '--db', db]);
    await server.query('UPDATE model_ledger.export_state SET version = 1');
    await server.query('CREATE VIEW model_ledger.current_prices AS SELECT * FROM model_ledger.pricing_history');
    expect((await run(['export', 'postgres', server.url(), '--db', db])).code).toBe(0);
    expect(await remote(server)).toEqual(local(db));
    const views = "SELECT table_name FROM information_schema.views WHERE table_schema = 'model_ledger'";
    expect(await server.query(views)).toMatchObject([{ table_name: 'price_periods' }]);
  });

  test('takes the address from the environment, and refuses what is none without showing it', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const env = { MODEL_LEDGER_POSTGRES_URL: server.url() };
    expect((await run(['export', 'postgres', '--db', db], { env })).code).toBe(0);
    const wrong = await run(['export', 'postgres', `mysql://x:${PASSWORD}@h/d`, '--db', db]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).not.toContain(PASSWORD);
    for (const schema of ['A"b', 'pg_ledger', 'information_schema'])
      expect((await run(['export', 'postgres', server.url(), '--schema', schema, '--db', db])).code).toBe(2);
  });

  test('follows each sync by itself where it is configured, and never fails one', async () => {
    const folder = newFolder();
    const db = join(folder, 'l.db');
    const env = { MODEL_LEDGER_POSTGRES_URL: server.url() };
    for (const list of SAMPLES.slice(0, 2)) {
      expect(await run(['sync', '--source', list, '--db', db], { env })).toMatchObject({ code: 0 });
      expect(await remote(server)).toEqual(local(db));
    }
    const before = await remote(server);
    const away = { MODEL_LEDGER_POSTGRES_URL: `postgres://me:${PASSWORD}@127.0.0.1:9/x` };
    const unheard = await run(['sync', '--source', SAMPLES[2] ?? '', '--db', db], { env: away });
    expect([unheard.code, unheard.stderr]).toEqual([
      0,
      expect.stringContaining('The copy: PostgreSQL at 127.0.0.1:9, database x:'),
    ]);
    expect(unheard.stderr).not.toContain(PASSWORD);
    expect(await remote(server)).toEqual(before);
    await run(['sync', '--source', SAMPLES[3] ?? '', '--db', db], { env });
    expect(await remote(server)).toEqual(local(db));
  });

  test('follows the sweep too where one follows the list', async () => {
    const db = join(newFolder(), 'l.db');
    const upstream = await Upstream.start();
    const models = ['a/1', 'a/2'].map((id) => ({ id, pricing: { prompt: '1' } }));
    upstream.models.set('', (_, response) => void response.end(JSON.stringify({ data: models })));
    upstream.models.set('a/1', [endpointOf('P', '0.000001'), endpointOf('Q', '0.000002')]);
    const env = { MODEL_LEDGER_POSTGRES_URL: server.url() };
    const args = ['sync', '--endpoints', '--pause', '0ms', '--source', upstream.url, '--db', db];
    expect((await run(args, { env })).code).toBe(0);
    expect(await server.query('SELECT count(*)::int AS n FROM model_ledger.endpoint_prices')).toEqual([{ n: 6 }]);
    expect(await remote(server)).toEqual(local(db));
  });

  test('to a server that accepts and never answers is given up, and the sync is done', async () => {
    const { port } = await listen(createServer(() => {}));
    const env = { MODEL_LEDGER_POSTGRES_URL: `postgres://me@127.0.0.1:${port}/x` };
    const { code, stderr } = await run(['sync', '--source', SAMPLES[0] ?? '', '--db', join(newFolder(), 'l.db')], {
      env,
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('The copy: there was no time left')]);
  });

  test.runIf(existsSync(HISTORY))('of the recordings equals them table by table', async () => {
    const db = join(newFolder(), 'l.db');
    for (const name of ['spring', 'summer']) {
      await run([
        'import',
        'git',
        join(HISTORY, `openrouter-2026-${name}.bundle`),
        '--path',
        'models.json',
        '--db',
        db,
      ]);
    }
    expect((await run(['export', 'postgres', server.url(), '--db', db])).code).toBe(0);
    expect(await remote(server)).toEqual(local(db));
  });
});
