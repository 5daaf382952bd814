import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { listen } from '../loopback.ts';
import { beforePercent } from '../schedule/cronRules.ts';
import { answer, LIST } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { CLI, lastRun, newFolder, run, serve, startProcess } from './program.ts';

const CERTIFICATES = join(import.meta.dirname, '../http/certificates');
const certificate = (name: string): string => join(CERTIFICATES, name);
const SETTINGS = 'MODEL_LEDGER_DB=mine.db\nMODEL_LEDGER_SOURCE=list.json\n';

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries({ 'list.json': LIST, ...files }))
    writeFileSync(join(folder, name), content);
  return folder;
}

const newFiles = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.db'));

describe('a file of variables', () => {
  const utf16 = Buffer.from(`\ufeff${SETTINGS}`, 'utf16le');

  test.each([
    ['.env', {}],
    ['my.env', { MODEL_LEDGER_ENV_FILE: 'my.env' }],
  ])('%s is read behind a byte order mark', async (name, env) => {
    const folder = folderWith({ [name]: `\ufeff${SETTINGS}` });
    const { code, stderr } = await call(['sync'], { cwd: folder, env });
    expect([code, stderr]).toEqual([0, 'Began a new ledger in mine.db.\n']);
  });

  test.each<[string, Buffer, string]>([
    ['UTF-16', utf16, 'it is UTF-16'],
    ['UTF-16, big end first', Buffer.from(utf16).swap16(), 'it is UTF-16'],
    ['UTF-16 without a mark', utf16.subarray(2), 'it is UTF-16'],
    [
      'bytes that are no UTF-8',
      Buffer.from(`# f\xfcr mich\n${SETTINGS}`, 'latin1'),
      'it is not UTF-8 at byte 3 (0xfc), perhaps Latin-1 or Windows-1252',
    ],
    ['a NUL', Buffer.from(`${SETTINGS}\0`), 'it holds a zero byte'],
  ])('in %s stops the run, because its lines would be lost', async (_, content, why) => {
    const folder = folderWith({ '.env': content });
    const { code, stdout, stderr } = await call(['sync'], { cwd: folder });
    expect([code, stdout, newFiles(folder)]).toEqual([2, '', []]);
    expect(stderr.split('\n')).toEqual([
      `model-ledger: The file .env is not UTF-8 text: ${why}; nothing was done.`,
      '  Save it as UTF-8, for instance with iconv -f ENCODING -t UTF-8.',
      '',
    ]);
  });

  test('is told the lines that set nothing, by their numbers alone', async () => {
    const lines = [
      '# a comment',
      '',
      'export OTHER="two',
      'lines"',
      'MODEL_LEDGER_DB: no.db',
      'sk-or-v1-secret',
      SETTINGS,
    ];
    const folder = folderWith({ '.env': lines.join('\r\n') });
    const { code, stderr } = await call(['sync'], { cwd: folder });
    expect([code, stderr.split('\n')]).toEqual([
      0,
      [
        'model-ledger: .env: line 5 is no NAME=value and was passed over.',
        'model-ledger: .env: line 6 is no NAME=value and was passed over.',
        'Began a new ledger in mine.db.',
        '',
      ],
    ]);
  });

  test.each([
    ['by carriage returns alone', SETTINGS.replaceAll('\n', '\r')],
    ['by line separators', SETTINGS.replaceAll('\n', '\u2028')],
    ['after two marks', `\ufeff\ufeff${SETTINGS}`],
    ['after a blank of no width', `\u200b${SETTINGS}`],
  ])('is read with its lines ended %s', async (_, content) => {
    const folder = folderWith({ '.env': content });
    expect(await call(['sync'], { cwd: folder })).toMatchObject({
      code: 0,
      stderr: 'Began a new ledger in mine.db.\n',
    });
  });

  test('is told a name in small letters, and refused a value in typographic quotes', async () => {
    const small = folderWith({ '.env': `model_ledger_feed_dir=feeds\n${SETTINGS}` });
    expect((await call(['sync'], { cwd: small })).stderr.split('\n')[0]).toBe(
      'model-ledger: .env: model_ledger_feed_dir is not a setting (did you mean MODEL_LEDGER_FEED_DIR?).',
    );
    const quoted = folderWith({ '.env': 'MODEL_LEDGER_DB=“mine.db”\n' });
    const { code, stderr } = await call(['sync', '--source', 'list.json'], { cwd: quoted });
    expect([code, stderr.split('\n')[0], newFiles(quoted)]).toEqual([
      2,
      'model-ledger: .env: the value of MODEL_LEDGER_DB stands in typographic quotes, which would be a part of it; nothing was done.',
      [],
    ]);
  });

  test('that is named and missing stops the run', async () => {
    const { code, stderr } = await call(['status'], { env: { MODEL_LEDGER_ENV_FILE: '/nowhere/my.env' } });
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'model-ledger: The file /nowhere/my.env does not exist; nothing was done.',
    ]);
  });

  test('stands above .env and below the environment', async () => {
    const folder = folderWith({ '.env': 'MODEL_LEDGER_DB=c.db\n', 'my.env': 'MODEL_LEDGER_DB=b.db\n' });
    const args = ['sync', '--source', 'list.json'];
    const env = { MODEL_LEDGER_ENV_FILE: 'my.env' };
    await call(args, { cwd: folder, env });
    expect(newFiles(folder)).toEqual(['b.db', 'b.lock.db']);
    await call(args, { cwd: folder, env: { ...env, MODEL_LEDGER_DB: 'a.db' } });
    expect(newFiles(folder)).toEqual(['a.db', 'a.lock.db', 'b.db', 'b.lock.db']);
  });

  test('that a schedule names is not obeyed by Node itself, and may be made later', async () => {
    const folder = folderWith({ 'my.env': 'NODE_OPTIONS=--require ./evil.cjs\n', 'evil.cjs': 'process.exit(99)' });
    for (const file of ['my.env', 'later.env']) {
      const { code, stdout } = await run(['schedule', 'cron', '--db', 'l.db', '--variables', file], { cwd: folder });
      expect([code, stdout.includes(`MODEL_LEDGER_ENV_FILE=${join(folder, file)} `)]).toEqual([0, true]);
    }
  });

  test('sets nothing but this program’s own names, for itself and for what it starts', async () => {
    const folder = folderWith({});
    const repository = join(folder, 'repository');
    mkdirSync(repository);
    writeFileSync(
      join(folder, 'evil.cjs'),
      `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`,
    );
    // The loader complains of a library that is not there, which shows that it was asked for it.
    const foreign = `NODE_OPTIONS=--require ${folder}/evil.cjs\nLD_PRELOAD=/nowhere/evil.so\nGIT_TRACE=1\nPATH=/nowhere\n`;
    writeFileSync(join(folder, '.env'), `${foreign}MODEL_LEDGER_DB=mine.db\n`);
    const git = (...args: string[]): Buffer =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: repository });
    git('init', '-q');
    writeFileSync(join(repository, 'list.json'), LIST);
    git('add', '.');
    git('commit', '-q', '-m', 'list');
    const imported = await run(['import', 'git', 'repository', '--path', 'list.json'], { cwd: folder });
    const asked = await run(['sql', '--json', 'SELECT count(*) AS n FROM sync_runs'], { cwd: folder });
    expect([imported.code, asked]).toEqual([0, { code: 0, stdout: '{"n":1}\n', stderr: '' }]);
    expect(imported.stderr + asked.stderr).not.toMatch(/evil|trace/);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

describe('a variable that is empty or blank', () => {
  test.each(['', ' ', '\t'])('is as one that is not set: %j', async (blank) => {
    const folder = folderWith({ 'model-ledger.config.json': '\ufeff{"db":"from-file.db"}' });
    const names = ['DB', 'CONFIG', 'NOW', 'TIMEOUT_MS', 'LOG_FORMAT', 'WEBHOOK_URL', 'PING_URL_FILE', 'ENV_FILE'];
    const env = Object.fromEntries(names.map((name) => [`MODEL_LEDGER_${name}`, blank]));
    const others = { OPENROUTER_API_KEY: blank, HTTPS_PROXY: blank, http_proxy: blank };
    const upstream = await serve(answer());
    const { code, stderr } = await call(['sync', '--source', upstream.url.href], {
      cwd: folder,
      env: { ...env, ...others },
    });
    expect([code, stderr]).toEqual([0, 'Began a new ledger in from-file.db.\n']);
    expect(upstream.requests[0]?.headers.authorization).toBeUndefined();
  });
});

/** Any certificate that did not sign the server's. */
const OTHER_AUTHORITY = rootCertificates[0] ?? '';

/** A list over https, signed by an authority that nobody knows. */
async function serveSecurely(): Promise<string> {
  const files = { key: readFileSync(certificate('server.key')), cert: readFileSync(certificate('server.pem')) };
  const server: Server = createServer(files, (_, response) =>
    response.setHeader('content-type', 'application/json').end(LIST),
  );
  const { port } = await listen(server);
  return `https://127.0.0.1:${port}/models`;
}

describe('an authority of one’s own', () => {
  const AUTHORITY = `NODE_EXTRA_CA_CERTS=${certificate('ca.pem')}\n`;

  test('is what the hint names where a certificate is not trusted', async () => {
    const { code, stderr } = await call(['sync', '--db', join(newFolder(), 'l.db'), '--source', await serveSecurely()]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('NODE_EXTRA_CA_CERTS=/path/ca.pem')]);
  });

  test.each(['.env', 'the configuration file', 'the environment'])('is trusted when %s names it', async (place) => {
    const folder = folderWith(
      place === '.env'
        ? { '.env': AUTHORITY }
        : { 'model-ledger.config.json': JSON.stringify({ caFile: certificate('ca.pem') }) },
    );
    const env = place === 'the environment' ? { NODE_EXTRA_CA_CERTS: certificate('ca.pem') } : {};
    const args = ['sync', '--db', 'l.db', '--source', await serveSecurely()];
    expect((await run(args, { cwd: folder, env })).code).toBe(0);
  });

  test('is trusted beside the one that the machine names for all', async () => {
    const folder = folderWith({ '.env': AUTHORITY, 'other.pem': OTHER_AUTHORITY });
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'other.pem') };
    const args = ['sync', '--db', 'l.db', '--source', await serveSecurely()];
    expect((await run(args, { cwd: folder, env })).code).toBe(0);
  });

  test('is trusted by the line of a crontab whose variables name it', async () => {
    const folder = folderWith({ 'my.env': `\ufeff${AUTHORITY}` });
    const db = join(folder, 'l.db');
    await run(['sync', '--db', db, '--source', 'list.json', '--scope', 'output_modalities=text'], { cwd: folder });
    const args = ['schedule', 'cron', '--every', '@daily', '--db', db, '--variables', 'my.env'];
    const { stdout } = await run([...args, '--source', await serveSecurely()], { cwd: folder });
    const line = beforePercent(stdout.trimEnd().slice('@daily '.length));
    const mail = await startProcess('/bin/sh', ['-c', line], { env: { MODEL_LEDGER_RETRY_DELAY_MS: '1' } }).exit;
    expect(mail).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(lastRun(db)).toMatchObject({ trigger: 'cron', http_status: 200 });
  });

  test.each([
    ['/nowhere/ca.pem', 'cannot be read'],
    [certificate('server.key'), 'holds no certificate in PEM form'],
  ])('in a file that is none is told: %s', async (file, fault) => {
    const folder = folderWith({ '.env': `NODE_EXTRA_CA_CERTS=${file}\n` });
    const { code, stderr } = await call(['sync', '--source', await serveSecurely(), '--db', 'l.db'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`The file of NODE_EXTRA_CA_CERTS, ${file}, ${fault}; nothing was sent.`),
    ]);
  });
});

test('the data file is a file: what SQLite keeps in memory alone is refused', async () => {
  const folder = folderWith({});
  for (const env of [{}, { MODEL_LEDGER_DB: ':memory:' }]) {
    const args = ['sync', '--source', 'list.json', ...('MODEL_LEDGER_DB' in env ? [] : ['--db', ':memory:'])];
    const { code, stdout, stderr } = await call(args, { cwd: folder, env });
    expect([code, stdout, stderr.includes(':memory:')]).toEqual([2, '', true]);
  }
  expect(newFiles(folder)).toEqual([]);
});

test.each([
  ['', 'expected the name of a file.'],
  [' ', 'expected the name of a file.'],
  ['l.db ', 'expected a name without a blank at its beginning or end'],
  [' l.db', 'expected a name without a blank at its beginning or end'],
  ['folder/', 'expected the name of a file, not of a folder.'],
])('a name that a database cannot have, %j, is refused and leaves no file', async (name, fault) => {
  const folder = folderWith({});
  expect((await call(['sync', '--source', 'list.json', '--db', 'whole.db'], { cwd: folder })).code).toBe(0);
  const before = newFiles(folder);
  for (const args of [
    ['sync', '--source', 'list.json', '--db', name],
    ['prices', '--db', name],
    ['backup', '--force', name, '--db', 'whole.db'],
    ['restore', name, '--db', 'whole.db'],
    ['demo', '--db', name],
  ]) {
    const { code, stdout, stderr } = await call(args, { cwd: folder });
    expect([args, code, stdout, stderr.includes(fault)]).toEqual([args, 2, '', true]);
  }
  expect(newFiles(folder)).toEqual(before);
});

test('a folder that is gone is none in the way of absolute paths, and no stack', async () => {
  const folder = folderWith({});
  const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';
  const there = (...args: string[]) =>
    startProcess('sh', ['-c', script, 'sh', process.execPath, CLI, ...args], { cwd: folder }).exit;
  const db = join(folder, 'ledger.db');
  expect(await there('sync', '--db', db, '--source', join(folder, 'list.json'))).toMatchObject({
    ...{ code: 0, stderr: `Began a new ledger in ${db}.\n` },
  });
  expect(await there('status')).toMatchObject({
    ...{ code: 5, stderr: expect.stringMatching(/^model-ledger: The data file data\/ledger.db does not exist.\n/) },
  });
});
