import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type CronPlan, cronLine, cronMarker, installInto, removeFrom } from '../../src/schedule/crontab.ts';
import { newFolder } from '../program/program.ts';
import { beforePercent } from './cronRules.ts';

const PLAN: CronPlan = {
  node: '/usr/bin/node',
  cli: '/opt/model-ledger/dist/cli.js',
  db: '/srv/ledger.db',
  directory: '/opt/model-ledger',
  every: '7 * * * *',
};
const LINE =
  '7 * * * * cd /opt/model-ledger && out=$(/usr/bin/node /opt/model-ledger/dist/cli.js sync --must-exist --db ' +
  '/srv/ledger.db --trigger cron 2>&1) || [ $? -eq 75 ] || printf \'\\%s\\n\' "$out" # model-ledger: /srv/ledger.db';

describe('the line', () => {
  test('runs the sync in its folder, says nothing of a good run, and ends in its marker', () => {
    expect(cronLine(PLAN)).toEqual({ line: LINE, marker: ' # model-ledger: /srv/ledger.db' });
  });

  test('names the files of secrets, and quotes for the shell and then for cron', () => {
    const files = { environmentFile: '/home/ann/my env', keyFile: '/home/ann/50%' };
    const { line } = cronLine({ ...PLAN, ...files, every: '@daily', source: '/tmp/a\\%b', directory: "/ann's" });
    expect(line).toBe(
      `@daily cd '/ann'\\''s' && out=$(MODEL_LEDGER_ENV_FILE='/home/ann/my env' OPENROUTER_API_KEY_FILE=/home/ann/50\\% /usr/bin/node ` +
        "/opt/model-ledger/dist/cli.js sync --must-exist --db /srv/ledger.db --source '/tmp/a\\''\\%b' --trigger cron 2>&1) " +
        '|| [ $? -eq 75 ] || printf \'\\%s\\n\' "$out" # model-ledger: /srv/ledger.db',
    );
  });

  test.each(['', '7 * * *', '7 * * * * *', '@reboot', '* * * * *\n* * * * * rm', '7 * * * % x', '#7 * * * *'])(
    'is refused for %j, which is no time of a crontab',
    (every) => {
      expect(() => cronLine({ ...PLAN, every })).toThrow(expect.objectContaining({ exitCode: 2, code: 'schedule' }));
    },
  );

  test('names the files of all secrets, never what is in them', () => {
    const files = { webhookUrlFile: '/a/url', webhookSecretFile: '/a/my secret', pingUrlFile: '/a/ping' };
    expect(cronLine({ ...PLAN, ...files }).line).toContain(
      "$(MODEL_LEDGER_WEBHOOK_URL_FILE=/a/url MODEL_LEDGER_WEBHOOK_SECRET_FILE='/a/my secret' " +
        'MODEL_LEDGER_PING_URL_FILE=/a/ping /',
    );
  });

  test('is refused where cron has no room for it', () => {
    const named = (length: number) => () => cronLine({ ...PLAN, db: `/${'d'.repeat(length)}` });
    expect(named(409)).not.toThrow();
    expect(named(410)).toThrow('cron has no room for a command of 999 bytes; nothing was scheduled.');
  });

  test('is refused for a path with a line break', () => {
    expect(() => cronLine({ ...PLAN, db: '/a\n* * * * * rm' })).toThrow(
      '"/a\\n* * * * * rm" holds a control character; nothing was scheduled.',
    );
  });
});

describe('a crontab', () => {
  const entry = cronLine(PLAN);
  const other = cronLine({ ...PLAN, db: '/srv/other.db' });
  const later = cronLine({ ...PLAN, every: '9 * * * *' });

  test('that is empty becomes the line', () => {
    expect(installInto('', entry)).toBe(`${LINE}\n`);
  });

  test('keeps what it has, also a last line without an end', () => {
    expect(installInto('# mine\nMAILTO=ann\n\n5 4 * * * backup', entry)).toBe(
      `# mine\nMAILTO=ann\n\n5 4 * * * backup\n${LINE}\n`,
    );
  });

  test('is the same after a second install', () => {
    const once = installInto('# mine\n', entry);
    expect(installInto(once, entry)).toBe(once);
  });

  test('has the new line in the place of the old ones of that data file, disabled or not', () => {
    const crontab = `# top\n#${entry.line}\n# middle\n${entry.line}\n${other.line}\n`;
    expect(installInto(crontab, later)).toBe(`# top\n${later.line}\n# middle\n${other.line}\n`);
  });

  test('loses the line of one data file only', () => {
    expect(removeFrom(`# top\n${entry.line}\n${other.line}\n`, cronMarker('/srv/ledger.db'))).toBe(
      `# top\n${other.line}\n`,
    );
  });

  test('without a line of ours stays as it is when one is removed', () => {
    expect(removeFrom('# mine\n\n', cronMarker('/srv/ledger.db'))).toBe('# mine\n\n');
  });

  test('tells a data file from one whose name imitates its marker', () => {
    const imitation = cronLine({ ...PLAN, db: '/x # model-ledger: /srv/ledger.db' });
    expect(removeFrom(`${imitation.line}\n`, entry.marker)).toBe(`${imitation.line}\n`);
  });
});

const home = newFolder(afterAll);

const name = fc
  .array(fc.constantFrom(...' %%\\\\$"\'`;#&|(){}*?[]!~=<>aé'), { minLength: 1, maxLength: 10 })
  .map((parts) => `${parts.join('')}x`);

test('odd paths reach the program as they are, through the rules of cron and a real shell', () => {
  fc.assert(
    fc.property(name, name, (folder, file) => {
      const directory = join(home, folder);
      mkdirSync(directory, { recursive: true });
      const node = join(directory, 'node');
      writeFileSync(node, '#!/bin/sh\nprintf "<%s>" "$PWD" "$OPENROUTER_API_KEY_FILE" "$@"\nexit 1\n');
      chmodSync(node, 0o755);
      const db = `/${file}`;
      const { line } = cronLine({ ...PLAN, directory, node, cli: `/${folder}`, db, keyFile: db });
      const command = beforePercent(line.slice('7 * * * * '.length));
      expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(
        `<${directory}><${db}></${folder}><sync><--must-exist><--db><${db}><--trigger><cron>\n`,
      );
      rmSync(directory, { recursive: true });
    }),
    { numRuns: 100 },
  );
});

test.each([
  [0, ''],
  [75, ''],
  [3, 'told\nwhy\n'],
])('a run that ends with %i makes cron mail %j', (code, mail) => {
  const node = join(home, `exit${code}`);
  writeFileSync(node, `#!/bin/sh\necho told\necho why >&2\nexit ${code}\n`);
  chmodSync(node, 0o755);
  const command = beforePercent(cronLine({ ...PLAN, directory: home, node }).line.slice('7 * * * * '.length));
  expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(mail);
});
