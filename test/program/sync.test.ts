import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answer, LIST, modelList, refusal } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import {
  CLI,
  checksums,
  contents,
  lastRun,
  ledgerOf,
  newFolder,
  query,
  type Row,
  run,
  sample,
  serve,
  startProcess,
  touched,
} from './program.ts';

const counts = { added: 0, removed: 0, restored: 0, repriced: 0, limits_changed: 0, updated: 0, quarantined: 0 };
const AT = { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' };

describe('where a list comes from', () => {
  test('a URL: its run says where, when and what', async () => {
    const db = join(newFolder(), 'ledger.db');
    const { url, requests } = await serve(answer(LIST, 200, { 'content-type': 'application/json', etag: '"a"' }));
    expect(await run(['sync', '--db', db, '--source', url.href], { env: AT })).toEqual({
      code: 0,
      stdout: '2026-07-01 12:00 UTC  run 1  first run: 40 models recorded\n',
      stderr: `Began a new ledger in ${db}.\n`,
    });
    expect(query(db, 'SELECT * FROM sync_runs')).toEqual([
      {
        id: 1,
        seal: expect.stringMatching(/^[0-9a-f]{16}$/),
        trigger: 'manual',
        source: url.href,
        scope: 'output_modalities=all',
        started_at: '2026-07-01T12:00:00.000Z',
        finished_at: '2026-07-01T12:00:00.000Z',
        observed_at: '2026-07-01T12:00:00.000Z',
        status: 'changed',
        attempts: 1,
        http_status: 200,
        etag: '"a"',
        body_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        body_bytes: LIST.length,
        model_count: 40,
        ...counts,
        added: 40,
        error_code: null,
        error_message: null,
      },
    ]);
    expect(requests.map(({ method, headers }) => [method, headers['user-agent'], headers.authorization])).toEqual([
      ['GET', expect.stringMatching(/^model-ledger\/\d/), undefined],
    ]);
  });

  test('a file and standard input: the same tables', async () => {
    const folder = newFolder();
    const [fromFile, fromInput] = [join(folder, 'file.db'), join(folder, 'input.db')];
    const file = await run(['sync', '--db', fromFile, '--source', sample(1)], { env: AT });
    const input = await run(['sync', '--db', fromInput, '--source', '-'], { env: AT, input: readFileSync(sample(1)) });
    expect([file.code, input.code, input.stdout]).toEqual([0, 0, file.stdout]);
    expect(lastRun(fromFile).source).toBe('file:2026-05-01T06-00-00Z.json');
    expect(lastRun(fromInput).source).toBe('file:-');
    expect(touched(checksums(fromFile), checksums(fromInput))).toEqual(['sync_runs']);
  });

  test('MODEL_LEDGER_SOURCE and MODEL_LEDGER_DB; flags beat both', async () => {
    const folder = newFolder();
    const env = { MODEL_LEDGER_SOURCE: sample(1), MODEL_LEDGER_DB: join(folder, 'env.db') };
    expect((await call(['sync'], { env })).code).toBe(0);
    expect((await call(['sync', '--db', join(folder, 'flag.db'), '--source', sample(4)], { env })).code).toBe(0);
    expect(lastRun(join(folder, 'env.db')).source).toBe('file:2026-05-01T06-00-00Z.json');
    expect(lastRun(join(folder, 'flag.db')).source).toBe('file:2026-05-16T06-00-00Z.json');
  });

  test('the default data file is data/ledger.db, its folder made', async () => {
    const cwd = newFolder();
    expect((await call(['sync', '--source', sample(1)], { cwd })).code).toBe(0);
    expect(lastRun(join(cwd, 'data/ledger.db')).status).toBe('changed');
  });
});

describe('a run that changes nothing', () => {
  test.each(['the same bytes', '304'])('%s: one row, one quiet line, no other table', async (kind) => {
    const db = join(newFolder(), 'ledger.db');
    const again = kind === '304' ? answer('', 304, {}) : answer();
    const { url, requests } = await serve([answer(LIST, 200, { etag: '"a"' }), again]);
    await call(['sync', '--db', db, '--source', url.href], { env: AT });
    const before = checksums(db);
    const quiet = await call(['sync', '--db', db, '--source', url.href], { env: AT });
    expect(quiet).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^.* run 2 {2}40 models, nothing changed\n$/),
      stderr: '',
    });
    expect(touched(before, checksums(db))).toEqual(['sync_runs']);
    expect(requests[1]?.headers['if-none-match']).toBe('"a"');
    const { id, status, model_count, http_status, etag, body_sha256 } = lastRun(db);
    expect({ id, status, model_count, http_status, etag }).toEqual({
      id: 2,
      status: 'unchanged',
      model_count: 40,
      http_status: kind === '304' ? 304 : 200,
      etag: kind === '304' ? '"a"' : null,
    });
    expect(query(db, 'SELECT DISTINCT body_sha256 FROM sync_runs')).toEqual([{ body_sha256 }]);
  });

  test('an ETag is only sent to the source that gave it', async () => {
    const db = join(newFolder(), 'ledger.db');
    const first = await serve(answer(LIST, 200, { etag: '"a"' }));
    const second = await serve(answer(LIST, 200, { etag: '"b"' }));
    for (const { url } of [first, second]) await call(['sync', '--db', db, '--source', url.href]);
    expect(second.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined]);
  });
});

describe('--dry-run', () => {
  test('of a file that is not there makes nothing at all', async () => {
    const folder = newFolder();
    const dry = await call(['sync', '--dry-run', '--db', join(folder, 'ledger.db'), '--source', sample(1)], {
      env: AT,
    });
    expect(dry).toEqual({
      code: 0,
      stdout: '2026-07-01 12:00 UTC  dry run  first run: 41 models recorded\n',
      stderr: '',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves the file byte for byte, and says what would be recorded', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    const before = contents(folder);
    const dry = await call(['sync', '--dry-run', '--json', '--db', db, '--source', sample(3)], { env: AT });
    expect(JSON.parse(dry.stdout)).toMatchObject({
      run: null,
      dryRun: true,
      status: 'changed',
      counts: { added: 2, repriced: 3 },
    });
    expect(contents(folder)).toEqual(before);
    const real = await call(['sync', '--json', '--db', db, '--source', sample(3)], { env: AT });
    expect({ ...JSON.parse(real.stdout), run: null, dryRun: true }).toEqual(JSON.parse(dry.stdout));
  });

  test.each(['rejected', 'held', 'failed'])('leaves it so too when the answer would be %s', async (kind) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 7);
    const before = contents(folder);
    const { url } = await serve(kind === 'rejected' ? answer('[]') : refusal(500, 'no'));
    const dry = await call(['sync', '--dry-run', '--db', db, '--source', kind === 'held' ? sample(8) : url.href]);
    expect(dry.code).toBe(kind === 'failed' ? 3 : 4);
    expect(contents(folder)).toEqual(before);
  });

  test('an empty file stays empty', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    writeFileSync(db, '');
    expect((await call(['sync', '--dry-run', '--db', db, '--source', sample(1)])).code).toBe(0);
    expect(readFileSync(db)).toHaveLength(0);
    expect(readdirSync(folder)).toEqual(['ledger.db']);
  });
});

describe('--must-exist', () => {
  test.each(['missing', 'empty'])('refuses a data file that is %s, before any request', async (kind) => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    if (kind === 'empty') writeFileSync(db, '');
    const { url, requests } = await serve(answer());
    const refused = await call(['sync', '--must-exist', '--db', db, '--source', url.href]);
    expect(refused).toEqual({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(kind === 'empty' ? /ledger\.db is empty\.\n/ : /ledger\.db does not exist\.\n/),
    });
    expect(requests).toEqual([]);
    expect(existsSync(db)).toBe(kind === 'empty');
  });

  test('lets a ledger pass', async () => {
    const db = await ledgerOf(newFolder(), 1);
    expect((await call(['sync', '--must-exist', '--db', db, '--source', sample(3)])).code).toBe(0);
  });

  test('without it, one line says that a new ledger was begun, also in an empty file', async () => {
    const db = join(newFolder(), 'ledger.db');
    writeFileSync(db, '');
    expect((await call(['sync', '--db', db, '--source', sample(1)])).stderr).toBe(`Began a new ledger in ${db}.\n`);
  });
});

describe('a list that lacks too much', () => {
  const held = (db: string, ...flags: string[]) => call(['sync', '--db', db, '--source', sample(8), ...flags]);

  test('is held: a row, the body kept, no other table', async () => {
    const db = await ledgerOf(newFolder(), 7);
    const before = checksums(db);
    const run8 = await held(db, '--json');
    expect([run8.code, JSON.parse(run8.stdout)]).toEqual([
      4,
      expect.objectContaining({ status: 'held', changes: [], models: 20 }),
    ]);
    expect(JSON.parse(run8.stdout).gone).toHaveLength(22);
    expect(touched(before, checksums(db))).toEqual(['archive', 'archive_packs', 'seals', 'sync_runs']);
    expect(lastRun(db)).toMatchObject({
      status: 'held',
      model_count: 20,
      ...counts,
      error_code: 'too_many_gone',
      error_message: '22 of 42 listed models are missing from the answer',
    });
    const kept = await call(['snapshot', '--db', db, '--run', '8']);
    expect(kept.stdout).toBe(readFileSync(sample(8), 'utf8'));
  });

  test('is believed at its third time in a row', async () => {
    const db = await ledgerOf(newFolder(), 7);
    const told = 'the third answer in a row without them is believed';
    const runs = [await held(db), await held(db), await held(db)];
    expect(runs.map(({ stderr }) => stderr.includes(told))).toEqual([true, true, false]);
    const codes = runs.map(({ code }) => code);
    expect(codes).toEqual([4, 4, 0]);
    expect(query(db, 'SELECT status, removed FROM sync_runs WHERE id > 7')).toEqual([
      { status: 'held', removed: 0 },
      { status: 'held', removed: 0 },
      { status: 'changed', removed: 22 },
    ]);
  });

  test('is not believed when a whole one came between', async () => {
    const db = await ledgerOf(newFolder(), 7);
    const codes = [await held(db), await held(db)].map(({ code }) => code);
    codes.push((await call(['sync', '--db', db, '--source', sample(7)])).code);
    codes.push((await held(db)).code);
    expect(codes).toEqual([4, 4, 0, 4]);
    expect(query(db, "SELECT count(*) AS n FROM change_events WHERE type = 'removed' AND run_id > 7")).toEqual([
      { n: 0 },
    ]);
  });

  test('is believed with --accept', async () => {
    const db = await ledgerOf(newFolder(), 7);
    const accepted = await held(db, '--accept');
    expect([accepted.code, lastRun(db).status, lastRun(db).removed]).toEqual([0, 'changed', 22]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('--accept makes no list of what is none', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const before = checksums(db);
    expect((await call(['sync', '--accept', '--db', db, '--source', '-'], { input: '{"data":[]}' })).code).toBe(4);
    expect(touched(before, checksums(db))).toEqual(['archive', 'archive_packs', 'seals', 'sync_runs']);
  });
});

describe('the row of a run without a list', () => {
  test('failed: what was tried, and why it ended', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const before = checksums(db);
    const { url, requests } = await serve(refusal(503, 'No provider available'));
    const failed = await call(['sync', '--db', db, '--source', url.href], { env: AT });
    expect([failed.code, failed.stdout, requests.length]).toEqual([3, '', 5]);
    expect(touched(before, checksums(db))).toEqual(['sync_runs']);
    expect(lastRun(db)).toMatchObject({
      trigger: 'manual',
      status: 'failed',
      attempts: 5,
      http_status: 503,
      observed_at: null,
      body_sha256: null,
      model_count: null,
      ...counts,
      error_code: 'http_error',
      error_message: expect.stringContaining('it answered 503: "No provider available"'),
    });
  });

  test('rejected: the body is kept with its hash', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { url } = await serve(answer('<html>no</html>', 200, { 'content-type': 'text/html' }));
    const rejected = await call(['sync', '--db', db, '--source', url.href], { env: AT });
    expect([rejected.code, rejected.stdout]).toEqual([4, expect.stringContaining('rejected: ')]);
    expect(rejected.stderr).toContain('model-ledger snapshot --run 2.\n');
    expect(lastRun(db)).toMatchObject({ status: 'rejected', attempts: 5, body_bytes: 15, error_code: 'not_json' });
    expect((await call(['snapshot', '--db', db, '--run', '2'])).stdout).toBe('<html>no</html>');
  });

  test('a source file that cannot be read is a failed run too', async () => {
    const db = await ledgerOf(newFolder(), 1);
    expect((await call(['sync', '--db', db, '--source', '/nonexistent/list.json'])).code).toBe(3);
    expect(lastRun(db)).toMatchObject({ status: 'failed', source: 'file:list.json', error_code: 'unreadable' });
  });
});

describe('what a list covers', () => {
  test('a file about all models refuses the list of text models, and stays as it is', async () => {
    const db = join(newFolder(), 'ledger.db');
    const { url, requests } = await serve(answer());
    await call(['sync', '--db', db, '--source', url.href]);
    const before = checksums(db);
    const text = new URL('/api/v1/models', url);
    const refused = await call(['sync', '--db', db, '--source', text.href]);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('The data file is about the list output_modalities=all'),
    });
    expect([touched(before, checksums(db)), requests.length]).toEqual([[], 1]);
  });

  test('a file about text models widens once, and the newcomers of that run are no news', async () => {
    const db = join(newFolder(), 'ledger.db');
    const { url } = await serve([answer(modelList(30)), answer(modelList(40))]);
    await call(['sync', '--db', db, '--source', new URL('/api/v1/models', url).href]);
    expect((await call(['sync', '--db', db, '--source', url.href])).code).toBe(0);
    expect(query(db, 'SELECT scope, added FROM sync_runs')).toEqual([
      { scope: 'output_modalities=text', added: 30 },
      { scope: 'output_modalities=all', added: 10 },
    ]);
    expect(query(db, 'SELECT count(*) AS n FROM change_events WHERE previous_observed_at IS NOT NULL')).toEqual([
      { n: 0 },
    ]);
  });

  test.each([
    ['a filtered list', '?output_modalities=all&category=programming'],
    ['another filter', '?output_modalities=image'],
  ])('%s is another list', async (_, search) => {
    const db = join(newFolder(), 'ledger.db');
    const { url } = await serve(answer());
    await call(['sync', '--db', db, '--source', url.href]);
    expect((await call(['sync', '--db', db, '--source', new URL(search, url).href])).code).toBe(2);
  });

  test('pages and order do not change what it covers', async () => {
    const db = join(newFolder(), 'ledger.db');
    const { url } = await serve(answer());
    await call(['sync', '--db', db, '--source', url.href]);
    expect((await call(['sync', '--db', db, '--source', `${url.href}&sort=newest&limit=1000`])).code).toBe(0);
    expect(lastRun(db).scope).toBe('output_modalities=all');
  });
});

describe('time', () => {
  const instants = (db: string): Row[] => query(db, 'SELECT observed_at FROM sync_runs');

  test('a clock that was set back makes no time run backwards', async () => {
    const db = join(newFolder(), 'ledger.db');
    for (const [n, now] of [
      [1, '2026-07-01T12:00:00.000Z'],
      [3, '2026-07-01T11:00:00.000Z'],
      [4, '2026-06-30T00:00:00Z'],
    ] as const) {
      const { code } = await call(['sync', '--db', db, '--source', sample(n)], { env: { MODEL_LEDGER_NOW: now } });
      expect(code).toBe(0);
    }
    expect(instants(db)).toEqual([
      { observed_at: '2026-07-01T12:00:00.000Z' },
      { observed_at: '2026-07-01T12:00:00.001Z' },
      { observed_at: '2026-07-01T12:00:00.002Z' },
    ]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('two runs in one millisecond are one millisecond apart', async () => {
    const db = join(newFolder(), 'ledger.db');
    for (const n of [1, 1]) await call(['sync', '--db', db, '--source', sample(n)], { env: AT });
    expect(instants(db)).toEqual([
      { observed_at: '2026-07-01T12:00:00.000Z' },
      { observed_at: '2026-07-01T12:00:00.001Z' },
    ]);
  });

  test('MODEL_LEDGER_NOW that is no time is a clear error', async () => {
    const folder = newFolder();
    const wrong = await run(['sync', '--db', join(folder, 'ledger.db'), '--source', sample(1)], {
      env: { MODEL_LEDGER_NOW: 'noon' },
    });
    expect(wrong).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining('MODEL_LEDGER_NOW') });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('in whatever zone the machine stands, the rows are the same', async () => {
    const folder = newFolder();
    const rowsIn = async (TZ: string) => {
      const db = join(folder, `${TZ.replace('/', '-')}.db`);
      const env = { ...AT, TZ };
      await run(['import', 'files', '--db', db, '--scope', 'output_modalities=all', sample(1), sample(3)], { env });
      await run(['sync', '--db', db, '--source', sample(4)], { env });
      const { __drizzle_migrations, ...rows } = checksums(db);
      return rows;
    };
    const inUtc = await rowsIn('UTC');
    expect(query(join(folder, 'UTC.db'), 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 3 }]);
    for (const zone of ['America/New_York', 'Asia/Kolkata', 'Pacific/Apia']) expect(await rowsIn(zone)).toEqual(inUtc);
  });

  test('an instant without a zone is in UTC, wherever the machine stands', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const asked = (at: string) => run(['snapshot', '--db', db, '--at', at], { env: { TZ: 'America/New_York' } });
    expect((await asked('2026-05-01T05:59')).code).toBe(2);
    expect((await asked('2026-05-01T06:00')).stdout).toBe(readFileSync(sample(1), 'utf8'));
  });
});

describe('wrong usage', () => {
  test.each<[string, string[], Record<string, string>?]>([
    ['an unknown flag', ['sync', '--frobnicate']],
    ['an unknown command', ['frobnicate']],
    ['a source of another scheme', ['sync', '--source', 'ftp://example.invalid/list']],
    ['a source that is no address', ['sync', '--source', 'http://']],
    ['credentials in the address', ['sync', '--source', 'http://me:canary@127.0.0.1/list']],
    [
      'a scope that the URL contradicts',
      ['sync', '--scope', 'a=b', '--source', 'http://127.0.0.1:9/?output_modalities=all'],
    ],
    ['a span that is none', ['sync', '--wait', 'soon']],
    ['an instant that is none', ['snapshot', '--at', 'noon']],
    ['a run that is none', ['snapshot', '--run', 'last']],
    ['--at that is no instant', ['import', 'files', '--at', 'noon', sample(1)]],
    [
      'a timeout that is none',
      ['sync', '--source', 'http://127.0.0.1:9/?output_modalities=all'],
      { MODEL_LEDGER_TIMEOUT_MS: 'x' },
    ],
  ])('%s is exit 2, with a sentence and without a stack', async (_, args, env) => {
    const db = await ledgerOf(newFolder(), 1);
    const before = checksums(db);
    const wrong = await call([...args, ...(args[0] === 'frobnicate' ? [] : ['--db', db])], { env: env ?? {} });
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/\S/);
    expect(wrong.stderr).not.toMatch(/should not happen|canary| at .*:\d+:\d+/);
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test('a reader that goes away is no error worth a stack', async () => {
    const db = join(newFolder(), 'ledger.db');
    await call(['sync', '--db', db, '--source', '-'], { input: modelList(3000) });
    const script = `"${process.execPath}" "${CLI}" snapshot --db "${db}" | head -c 1`;
    const cut = await startProcess('sh', ['-c', script]).exit;
    expect([cut.stdout, cut.stderr]).toEqual(['{', '']);
  });

  test('output that cannot be written is told', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const script = `"${process.execPath}" "${CLI}" snapshot --db "${db}" > /dev/full`;
    const lost = await startProcess('sh', ['-c', script]).exit;
    expect(lost).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^model-ledger: .*ENOSPC.*\n$/) });
  });

  test.each([
    ['what could not be told does not change', '2> /dev/full', [0, 4, 3, 2, 5]],
    ['output that cannot be written gives way to', '> /dev/full 2> /dev/full', [1, 4, 3, 2, 5]],
  ])('%s the exit code that timers rely on', async (_, redirection, expected) => {
    const folder = newFolder();
    const list = join(folder, 'list.json');
    writeFileSync(list, modelList(12));
    const runs = [
      ['sync', '--db', 'new.db', '--source', list],
      ['sync', '--db', 'new.db', '--source', '/dev/null'],
      ['sync', '--db', 'new.db', '--source', 'none.json'],
      ['show', '--db', 'new.db', 'nobody/nothing'],
      ['show', '--db', 'none.db', 'a/b'],
    ];
    const codes: (number | null)[] = [];
    for (const words of runs) {
      const script = `cd "${folder}" && "${process.execPath}" "${CLI}" ${words.join(' ')} ${redirection}`;
      codes.push((await startProcess('sh', ['-c', script]).exit).code);
    }
    expect(codes).toEqual(expected);
  });
});
