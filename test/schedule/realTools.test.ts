import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { UnitPlan } from '../../src/schedule/plan.ts';
import { unitsFor } from '../../src/schedule/systemd.ts';
import { newFolder } from '../program/program.ts';

const folder = newFolder(afterAll);

const PLAN: UnitPlan = {
  node: process.execPath,
  cli: '/opt/model-ledger/dist/cli.js',
  db: '/srv/ledger.db',
  directory: '/opt',
  name: 'model-ledger',
  scope: 'system',
  account: 'daemon',
  isolate: true,
  every: '*:07',
  randomDelay: 300,
};

function analyze(plan: UnitPlan, scope: string, ...args: string[]) {
  const files = Object.entries(unitsFor(plan)).map(([kind, text]) => {
    const file = join(folder, `${plan.name}.${kind}`);
    writeFileSync(file, text);
    return file;
  });
  const chosen = args[0] === 'security' ? files.slice(0, 1) : files;
  const env = { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: folder, LC_ALL: 'C.UTF-8' };
  const options = { encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [scope, ...args, ...chosen], options);
  return { status, stdout, stderr };
}

if (spawnSync('systemd-analyze', ['--version']).status === 0) describeAnalyze();
else console.info('systemd-analyze is not installed: what systemd thinks of the units is not tested here');

function describeAnalyze(): void {
  describe('systemd-analyze', () => {
    test('verifies both units of the machine and of a user', () => {
      expect(analyze(PLAN, '--system', 'verify')).toEqual({ status: 0, stdout: '', stderr: '' });
      expect(analyze({ ...PLAN, scope: 'user' }, '--user', 'verify')).toEqual({ status: 0, stdout: '', stderr: '' });
    });

    test('verifies a service with credentials and further folders to write in', () => {
      const secrets = {
        keyFile: '/etc/key',
        webhookUrlFile: '/etc/url',
        webhookSecretFile: '/etc/a b',
        pingUrlFile: '/p',
      };
      const plan = { ...PLAN, ...secrets, writable: ['/var/www/my feeds', '/var/lib/metrics'] };
      expect(analyze(plan, '--system', 'verify')).toEqual({ status: 0, stdout: '', stderr: '' });
    });

    test('finds the program under a path of spaces, variables and specifiers', () => {
      const odd = join(folder, 'a 50%h $HOME #;é');
      mkdirSync(odd);
      const node = join(odd, 'node');
      copyFileSync('/bin/true', node);
      chmodSync(node, 0o755);
      const plan = { ...PLAN, node, db: join(odd, 'ledger.db'), directory: odd };
      expect(analyze(plan, '--system', 'verify')).toEqual({ status: 0, stdout: '', stderr: '' });
      rmSync(node);
      expect(analyze(plan, '--system', 'verify').stderr).toContain(`Command ${node} is not executable`);
    });

    test('rates the exposure of the service below 2 of 10, and of a user who may not make namespaces below 7', () => {
      const exposure = (plan: UnitPlan, scope: string) => {
        const { stdout } = analyze(plan, scope, 'security', '--offline=true', '--no-pager');
        return Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1]);
      };
      expect(exposure(PLAN, '--system')).toBeLessThan(2);
      expect(exposure({ ...PLAN, scope: 'user' }, '--user')).toBeLessThan(2);
      expect(exposure({ ...PLAN, scope: 'user', isolate: false }, '--user')).toBeLessThan(7);
    });
  });
}

if (process.env.MODEL_LEDGER_SLOW_TESTS === '1') describeCron();
else console.info('MODEL_LEDGER_SLOW_TESTS=1 (as root, with cron installed) also has the real cron run the line');

function describeCron(): void {
  test("Debian's cron runs the installed line within a minute or so, and mails nothing", () => {
    const script = join(import.meta.dirname, 'realCron.sh');
    const cli = join(import.meta.dirname, '../../dist/cli.js');
    const out = execFileSync('unshare', ['--mount', 'bash', script, process.execPath, cli, folder], {
      encoding: 'utf8',
    });
    expect(out.split('\n')).toEqual([
      'runs before cron: manual changed',
      'runs after cron: manual changed, cron unchanged',
      'mail: none',
      'mail of a failure: the source cannot be read',
      '',
    ]);
  });
}
