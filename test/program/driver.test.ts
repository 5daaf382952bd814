import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exit, newFolder, run, sample, startProcess } from './program.ts';

const ROOT = join(import.meta.dirname, '../..');
const isOld = Number.parseInt(process.versions.node, 10) < 22;
const DRIVER = isOld ? 'better-sqlite3' : 'better-sqlite3-napi';
const BINARY = isOld ? 'build/Release/better_sqlite3.node' : `prebuilds/${process.platform}-${process.arch}.node`;
const REBUILD = isOld
  ? '  Run npm rebuild better-sqlite3 with this Node where model-ledger is installed.\n'
  : '  Install model-ledger anew with this Node (in a checkout: npm ci).\n';
const INSTALL = '  Install model-ledger anew with this Node (in a checkout: npm ci).\n';
const WHERE = `this is Node ${process.versions.node} on ${process.platform}-${process.arch}`;

/** A native module of a Node that never was, as one is left behind when Node is upgraded. */
const FOREIGN = `
struct module { int version; unsigned flags; void *handle; const char *file; void *init; void *context; const char *name; void *priv; void *link; };
extern void node_module_register(void *);
static void init(void) {}
static struct module mod = { 1, 0, 0, "foreign.c", init, 0, "better_sqlite3", 0, 0 };
__attribute__((constructor)) static void start(void) { node_module_register(&mod); }
`;

/** The built program beside a driver without its binary, in a folder of its own. */
let home: string;
let ledger: string;
beforeAll(async () => {
  home = newFolder(afterAll);
  ledger = join(home, 'ledger.db');
  const { code } = await run(['sync', '--db', ledger, '--source', sample(1)]);
  expect(code).toBe(0);
  cpSync(join(ROOT, 'dist'), join(home, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(home, 'package.json'));
  const require = createRequire(join(ROOT, 'package.json'));
  const driver = dirname(require.resolve(`${DRIVER}/package.json`));
  for (const part of ['lib', 'package.json'])
    cpSync(join(driver, part), join(driverFolder(), part), { recursive: true });
  if (!isOld) return;
  for (const name of ['bindings', 'file-uri-to-path']) {
    cpSync(join(ROOT, 'node_modules', name), join(home, 'node_modules', name), { recursive: true });
  }
});

function driverFolder(): string {
  return join(home, 'node_modules', DRIVER);
}

function putBinary(bytes: Buffer | string): void {
  const path = join(driverFolder(), BINARY);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

async function runThere(args: readonly string[]): Promise<Exit> {
  return await startProcess(process.execPath, [join(home, 'dist/cli.js'), ...args], { cwd: home, input: '' }).exit;
}

const COMMANDS: readonly (readonly string[])[] = [
  ['sync', '--source', sample(2)],
  ['import', 'files', sample(2)],
  ['verify'],
  ['rebuild'],
  ['backup', 'copy.db'],
  ['changes'],
  ['show', 'qwen/qwen3.6-plus'],
  ['prices'],
  ['diff', '2026-05-01', '2026-05-02'],
  ['cost', 'qwen/qwen3.6-plus', '--prompt-tokens', '1'],
  ['sql', 'SELECT 1'],
  ['sql', '--timeout', '0s', 'SELECT 1'],
  ['snapshot', '--run', '1'],
  ['status'],
  ['status', '--max-age', '3h'],
];

describe('a driver that was never built', () => {
  test.each(COMMANDS.map((args) => [args.join(' ').replaceAll(ROOT, ''), args] as const))(
    '%s says so in a line and exits 5',
    async (_, args) => {
      expect(await runThere([...args, '--db', ledger])).toEqual({
        code: 5,
        stdout: '',
        stderr: `model-ledger: The native module ${DRIVER} was never built; ${WHERE}.\n${REBUILD}`,
      });
    },
  );

  test('stands in the log of the daemon', async () => {
    const { child, exit } = startProcess(
      process.execPath,
      [join(home, 'dist/cli.js'), 'daemon', '--db', ledger, '--source', sample(2), '--log-format', 'text'],
      { cwd: home, input: '' },
    );
    child.stderr.on('data', (text) => {
      if (String(text).includes('native module')) child.kill('SIGTERM');
    });
    const { stderr, code } = await exit;
    expect(code).toBe(143);
    expect(stderr).toContain(`The native module ${DRIVER} was never built; ${WHERE}.`);
    expect(stderr).not.toContain('should not happen');
  });
});

test.runIf(process.platform === 'linux')('a driver of another Node is named with the remedy', async () => {
  const source = join(home, 'foreign.c');
  writeFileSync(source, FOREIGN);
  execFileSync('cc', ['-shared', '-fPIC', '-o', join(home, 'foreign.node'), source]);
  putBinary(readFileSync(join(home, 'foreign.node')));
  expect(await runThere(['status', '--max-age', '3h', '--db', ledger])).toEqual({
    code: 5,
    stdout: '',
    stderr: `model-ledger: The native module ${DRIVER} was built for another Node; ${WHERE}.\n${REBUILD}`,
  });
});

test('a driver whose binary is no program is quoted', async () => {
  putBinary('cut off');
  const { code, stderr } = await runThere(['prices', '--db', ledger]);
  expect(code).toBe(5);
  expect(stderr.split('\n').slice(1)).toEqual([INSTALL.trimEnd(), '']);
  expect(stderr).toMatch(
    new RegExp(`^model-ledger: The native module ${DRIVER} cannot be loaded \\(.+\\); ${WHERE}.\n`),
  );
});

test('a driver that is missing is named with the remedy', async () => {
  rmSync(driverFolder(), { recursive: true });
  expect(await runThere(['status', '--max-age', '3h', '--db', ledger])).toEqual({
    code: 5,
    stdout: '',
    stderr: `model-ledger: The native module ${DRIVER} is not installed; ${WHERE}.\n${INSTALL}`,
  });
});
