import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { typedCommands } from '../readme/typed.ts';
import { newFolder, sample } from './program.ts';

const ROOT = join(import.meta.dirname, '../..');
const isOld = Number.parseInt(process.versions.node, 10) < 22;
const DRIVER = isOld ? 'better-sqlite3' : 'better-sqlite3-napi';
const MODEL = 'qwen/qwen3.6-plus';

/** Where the packed program is installed, and nothing else is. */
let home: string;
let tarball: string;
/** Why it could not be: the registry is not to be reached. */
let missing: string | undefined;

beforeAll(() => {
  const packed = newFolder(afterAll);
  home = newFolder(afterAll);
  // What stands in dist/ is built already, and other tests are using it.
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', packed], { cwd: ROOT });
  tarball = join(packed, readdirSync(packed)[0] ?? '');
  const args = ['install', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball];
  const { status, stderr } = spawnSync('npm', args, { cwd: home, encoding: 'utf8' });
  if (status !== 0) {
    missing = stderr.trim().split('\n')[0];
    console.info(`the package cannot be installed here (${missing}): it is left out of this run`);
    return;
  }
  // Compiled for this Node when the checkout was installed, which need not be done twice.
  const built = join('node_modules', DRIVER, 'build');
  if (existsSync(join(ROOT, built))) cpSync(join(ROOT, built), join(home, built), { recursive: true });
});

function packageOf(): string {
  return join(home, 'node_modules/model-ledger');
}

/** Runs the installed command in the folder where it is installed. */
function ask(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(join(home, 'node_modules/.bin/model-ledger'), args, {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', TZ: 'UTC', MODEL_LEDGER_NOW: '2026-06-06T00:00:00Z' },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

test('the package holds what it needs and nothing of an earlier build', (context) => {
  if (missing !== undefined) context.skip();
  const installed = packageOf();
  expect(readdirSync(installed).sort()).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'data',
    'dist',
    'docs',
    'migrations',
    'package.json',
  ]);
  expect(readdirSync(join(installed, 'dist'))).toEqual(readdirSync(join(ROOT, 'dist')));
  expect(readFileSync(join(installed, 'dist/cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(join(installed, 'dist/cli.js')).mode & 0o111).toBe(0o111);
});

test('every command runs where it is installed, in the folder one stands in', (context) => {
  if (missing !== undefined) context.skip();
  const version: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(version).toMatchObject({ version: ask('--version').stdout.trim() });

  expect(ask('demo')).toMatchObject({ code: 0, stdout: expect.stringContaining('The ledger is demo.db.') });
  expect(readdirSync(home).filter((name) => name.startsWith('demo'))).toEqual([
    'demo.db',
    'demo.db-shm',
    'demo.db-wal',
    'demo.lock.db',
  ]);
  expect(readdirSync(join(home, 'node_modules/model-ledger/data'))).toEqual(['sample']);

  mkdirSync(join(home, 'data'));
  expect(ask('sync', '--source', sample(5))).toMatchObject({ code: 0 });
  expect(ask('import', 'files', sample(1), sample(3))).toMatchObject({ code: 0 });
  const calls: readonly (readonly [RegExp, ...string[]])[] = [
    [/^All is as the archive tells it/, 'verify'],
    [/repriced/, 'changes', '--json'],
    [/qwen\/qwen3\.6-plus/, 'show', MODEL],
    [/^\{"model":/, 'prices', '--json'],
    [/added/, 'diff', '2026-05-01T07:00', '2026-05-14'],
    [/\$/, 'cost', MODEL, '--prompt-tokens', '1000', '--completion-tokens', '1000'],
    [/^n\r?\n3/, 'sql', '--csv', 'SELECT count(*) AS n FROM sync_runs'],
    [/^\{"data"/, 'snapshot', '--run', '1'],
    [/run/, 'status'],
    [/MODEL_LEDGER_DB/, 'config'],
    [/copy\.db/, 'backup', 'copy.db'],
    [/./, 'rebuild'],
    [/ExecStart=/, 'schedule', 'systemd'],
    [/sync/, 'schedule', 'cron'],
    [/copy\.db/, 'restore', 'copy.db'],
  ];
  for (const [pattern, ...args] of calls) {
    const { code, stdout, stderr } = ask(...args);
    expect({ args, code, stderr, isRight: pattern.test(stdout) }).toEqual({
      ...{ args, code: 0, isRight: true },
      stderr: expect.not.stringContaining('should not happen'),
    });
  }
});

test('what the README says to type works as it stands, in an empty folder', (context) => {
  if (missing !== undefined) context.skip();
  const empty = newFolder();
  const path = [join(home, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const env = { PATH: path, HOME: empty, HTTPS_PROXY: 'http://127.0.0.1:9' };
  for (const command of typedCommands()) {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: empty, env, encoding: 'utf8' });
    expect({ command, status, stderr, isSaid: stdout !== '' }).toMatchObject({ status: 0, isSaid: true });
  }
});

test('it brings only the driver, and publint has nothing to say', (context) => {
  if (missing !== undefined) context.skip();
  const names = readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(names).toContain(DRIVER);
  expect(names.filter((name) => existsSync(join(ROOT, 'src', name)))).toEqual([]);
  const { optionalDependencies, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect([dependencies, Object.keys(optionalDependencies)]).toEqual([
    undefined,
    ['better-sqlite3', 'better-sqlite3-napi'],
  ]);
  const publint = spawnSync('npx', ['publint', 'run', '--strict', '--pack', 'false', packageOf()], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(publint.stdout + publint.stderr).toContain('All good!');
});

/** A program as a user writes it, with every function of the library in it. */
const USER_PROGRAM = `
import { type Bill, type Change, openLedger, UsageError } from 'model-ledger';

const ledger = openLedger('library.db', { now: () => new Date('2026-06-06T00:00:00Z') });
const run = await ledger.sync({ source: process.argv[2] ?? '' });
const price: string | null | undefined = (await ledger.priceAt('qwen/qwen3.6-plus', new Date('2026-07-01')))?.prompt;
const { limits } = await ledger.modelAt('qwen/qwen3.6-plus');
const list = await ledger.listAt(undefined, { author: 'openai' });
const changes: Change[] = [];
for await (const change of ledger.changes({ firstRun: true, types: ['added'], limit: 2 })) changes.push(change);
const bill: Bill = await ledger.bill('qwen/qwen3.6-plus', { promptTokens: 1000, completionTokens: 10 });
const failure = await ledger.priceAt('qwen/qwen3.6').catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  return [error.code, error.exitCode, error.hint];
});
ledger.close();
// @ts-expect-error a name that nobody knows
const refused = await ledger.bill('qwen/qwen3.6-plus', { prompt_tokens: 1 }).catch(({ code }: UsageError) => code);
console.log(
  JSON.stringify([run.status, run.models, price, limits?.contextLength, list.length, changes.length, bill.total, failure, refused]),
);
`;

test('a program of a user is compiled against it and runs, with only the driver beside it', (context) => {
  if (missing !== undefined) context.skip();
  writeFileSync(join(home, 'user.mts'), USER_PROGRAM);
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2023', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
    ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.mts'] }));
  const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], {
    cwd: home,
    encoding: 'utf8',
  });
  expect([tsc.status, tsc.stdout, tsc.stderr]).toEqual([0, '', '']);

  const { stdout, stderr } = spawnSync(process.execPath, ['user.mjs', sample(5)], { cwd: home, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([
    ...['changed', 42, '0.00000026', 1000000, 6, 2, '0.0002756'],
    ['unknown_model', 2, 'Did you mean qwen/qwen3.6-plus?'],
    'invalid_quantity',
  ]);
  const required = spawnSync(process.execPath, ['-p', "typeof require('model-ledger').openLedger"], {
    cwd: home,
    encoding: 'utf8',
  });
  expect(required.stdout).toBe('function\n');
});

test('its types are found however a program is built', (context) => {
  if (missing !== undefined) context.skip();
  const attw = spawnSync('npx', ['attw', tarball, '--no-emoji', '--no-color'], { cwd: ROOT, encoding: 'utf8' });
  // npm itself may warn of settings of the account.
  const said = attw.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm warn '));
  expect([attw.status, said]).toEqual([0, []]);
  expect(attw.stdout).toContain('No problems found');
});
