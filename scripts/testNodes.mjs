/**
 * `npm run test:nodes [-- 24 26 -- FILE…]`: the suite and the installed package on other Nodes, which come from npm. Each
 * has an installation of its own, from the lock and with this Node's own npm, since the database driver differs. Without
 * numbers: 22, 24, 26.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const numbers = process.argv.slice(2).filter((word) => /^\d+$/.test(word));
const files = process.argv.slice(2).filter((word) => !/^(?:\d+|--)$/.test(word));

/**
 * Runs a command in sight; its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 */
function run(command, args, cwd, env = process.env) {
  return spawnSync(command, args, { cwd, env, stdio: 'inherit', shell: process.platform === 'win32' }).status;
}

/**
 * What is committed, staged or new in the checkout, without what is installed or built.
 * @param {string} target
 */
function copyCheckout(target) {
  const list = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const deleted = new Set(
    spawnSync('git', ['ls-files', '-z', '--deleted'], { cwd: ROOT, encoding: 'utf8' }).stdout.split('\0'),
  );
  for (const path of list.stdout.split('\0')) {
    if (path === '' || deleted.has(path)) continue;
    mkdirSync(join(target, dirname(path)), { recursive: true });
    cpSync(join(ROOT, path), join(target, path), { verbatimSymlinks: true });
  }
}

/**
 * The exit code of the suite on this Node; 0 where it could not be had, which is told.
 * @param {string} number
 */
function testOn(number) {
  const scratch = mkdtempSync(join(tmpdir(), `model-ledger-node${number}-`));
  // Tests of an account that may only read start this Node as that account.
  chmodSync(scratch, 0o755);
  try {
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
    if (run('npm', ['install', '--no-audit', '--no-fund', '--silent', `node@${number}`, 'npm@11'], scratch) !== 0) {
      console.log(`Node ${number} could not be had from npm: left out.`);
      return 0;
    }
    const checkout = join(scratch, 'checkout');
    copyCheckout(checkout);
    // The recordings that some tests read, where they lie beside this checkout.
    const recordings = join(ROOT, '../shared');
    if (existsSync(recordings)) symlinkSync(recordings, join(scratch, 'shared'));
    /** @type {NodeJS.ProcessEnv} */
    const env = { ...process.env, PATH: [join(scratch, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
    for (const name of Object.keys(env)) if (/^npm_/i.test(name)) delete env[name];
    const started = Date.now();
    if (run('npm', ['ci', '--no-audit', '--no-fund'], checkout, env) !== 0) return 1;
    console.log(`Node ${number}: npm ci took ${Math.round((Date.now() - started) / 1000)} s.`);
    const suite = run('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', ...files], checkout, env) ?? 1;
    // Then the program as it is installed from its package, and as an account that may only read has it.
    const slow = ['package', 'readingAccount'].map((name) => `test/program/${name}.test.ts`);
    const installed = run('npx', ['vitest', 'run', '--config', 'test/vitest.slow.config.ts', ...slow], checkout, env);
    return Math.max(suite, installed ?? 1);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

for (const number of numbers.length > 0 ? numbers : ['22', '24', '26']) {
  console.log(`\n== Node ${number}`);
  if (testOn(number) !== 0) process.exitCode = 1;
}
