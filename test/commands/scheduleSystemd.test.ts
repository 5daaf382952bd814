import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { sample } from '../program/program.ts';
import { type Scene, setScene } from './scheduled.ts';

let scene: Scene;
let units: string;
beforeEach(async () => {
  scene = await setScene();
  units = join(scene.folder, '.config/systemd/user');
});

const schedule = (...args: string[]) => scene.run(['schedule', 'systemd', '--user', '--db', 'ledger.db', ...args]);
const calls = () => readFileSync(join(scene.folder, 'calls'), 'utf8');
const addSystemd = () => {
  scene.addTool('systemctl', 'echo "systemctl $*" >> "$HOME/calls"');
  scene.addTool('systemd-analyze', 'echo "systemd-analyze $*" >> "$HOME/calls"');
};

test('the units are only printed unless --install is given', async () => {
  const { code, stdout, stderr } = await schedule('--every', 'daily', '--random-delay', '90s');
  const [service = '', timer = ''] = stdout.split(/(?=^# \/.*\.timer$)/m);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'Nothing was installed; --install writes these files and starts the timer.\n',
  });
  expect(service.split('\n').filter((line) => /^(?:# \/|Exec|Working)/.test(line))).toEqual([
    `# ${units}/model-ledger.service`,
    `ExecStart=${process.execPath} ${join(import.meta.dirname, '../../dist/cli.js')} sync --must-exist --db ${scene.db} --trigger cron`,
    `WorkingDirectory=-${scene.folder}`,
  ]);
  expect(timer.split('\n').filter((line) => /^(?:# \/|On|Rand)/.test(line))).toEqual([
    `# ${units}/model-ledger.timer`,
    'OnCalendar=daily',
    'RandomizedDelaySec=90',
  ]);
  expect(existsSync(units)).toBe(false);
});

test.each([
  ['a byte order mark', '\ufeffMODEL_LEDGER_SOURCE=x\n', 'begins with a byte order mark'],
  ['UTF-16', Buffer.from('\ufeffA=1\n', 'utf16le'), 'is not UTF-8 text'],
])('a file of variables of which systemd would lose lines is refused: %s', async (_, content, fault) => {
  writeFileSync(join(scene.folder, 'my.env'), content);
  const { code, stdout, stderr } = await schedule('--variables', 'my.env');
  expect([code, stdout, stderr.includes(fault)]).toEqual([2, '', true]);
});

test('a time that is none is wrong usage, also where nothing is installed and there is no systemd', async () => {
  const { code, stdout, stderr } = await schedule('--every', 'garbage');
  expect([code, stdout, stderr.split('\n')[0]]).toEqual([
    2,
    '',
    'model-ledger: systemd does not understand --every "garbage"; nothing was scheduled.',
  ]);
});

describe('with systemd installed', () => {
  beforeEach(addSystemd);

  test('--install writes both units and starts the timer; --remove undoes it', async () => {
    const printed = JSON.parse((await schedule('--json')).stdout).files;
    const installed = await schedule('--install');
    expect({ ...installed, stderr: installed.stderr.split('\n').slice(0, 2) }).toEqual({
      code: 0,
      stdout: `wrote ${units}/model-ledger.service\nwrote ${units}/model-ledger.timer\n`,
      stderr: [
        'The timer is running; systemctl --user list-timers model-ledger.timer tells when next.',
        'journalctl --user -u model-ledger.service shows what the last run said.',
      ],
    });
    expect(readdirSync(units)).toEqual(['model-ledger.service', 'model-ledger.timer']);
    for (const { path, text } of printed) expect(readFileSync(path, 'utf8')).toBe(text);
    expect(await schedule('--remove')).toEqual({
      code: 0,
      stdout: `removed ${units}/model-ledger.service\nremoved ${units}/model-ledger.timer\n`,
      stderr: '',
    });
    expect(readdirSync(units)).toEqual([]);
    expect(await schedule('--remove')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'There were no units named model-ledger.\n',
    });
    expect(calls()).toBe(
      'systemd-analyze calendar -- *:07\nsystemd-analyze calendar -- *:07\nsystemctl --user daemon-reload\n' +
        'systemctl --user enable --now model-ledger.timer\n' +
        'systemctl --user disable --now model-ledger.timer\nsystemctl --user daemon-reload\n',
    );
  });

  test("units of another data file, or not of this program's writing, are left alone", async () => {
    expect((await schedule('--install')).code).toBe(0);
    const other = join(scene.folder, 'other.db');
    await scene.run(['sync', '--db', other, '--source', sample(1)]);
    const taken = {
      code: 2,
      stdout: '',
      stderr:
        `model-ledger: ${units}/model-ledger.service is for another data file, ${scene.db}; nothing was changed.\n` +
        '  Give that one with --db, or --name model-ledger-2 for this one.\n',
    };
    expect(await schedule('--db', other, '--install')).toEqual(taken);
    expect(await schedule('--db', other, '--remove')).toEqual(taken);
    writeFileSync(join(units, 'mine.timer'), '[Timer]\n');
    expect(await schedule('--name', 'mine', '--install')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `model-ledger: ${units}/mine.timer was not written by model-ledger; nothing was changed.\n` +
        '  Look at it, or give another --name.\n',
    });
  });

  test('what systemctl refuses is told, with what is there and what to do', async () => {
    scene.addTool('systemctl', 'echo "Failed to connect to bus: No medium found" >&2; exit 1');
    expect(await schedule('--install')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'model-ledger: systemctl --user daemon-reload failed: Failed to connect to bus: No medium found; ' +
        'the units are written, but the timer is not started.\n' +
        '  Run systemctl --user daemon-reload by hand.\n',
    });
    expect(readdirSync(units)).toEqual(['model-ledger.service', 'model-ledger.timer']);
  });

  test('a time that systemd does not understand stops the install before anything is written', async () => {
    scene.addTool('systemd-analyze', 'echo "Failed to parse calendar expression" >&2; exit 1');
    expect(await schedule('--every', 'sometimes', '--install')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'model-ledger: systemd does not understand --every "sometimes": Failed to parse calendar expression; ' +
        "nothing was scheduled.\n  Give a calendar event, as in --every hourly or --every '*:07' " +
        '(systemd-analyze calendar EXPRESSION tries it).\n',
    });
    expect(existsSync(units)).toBe(false);
  });

  test('a folder that cannot be made is told', async () => {
    symlinkSync('/nowhere/at/all', join(scene.folder, '.config'));
    expect(await schedule('--install')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `model-ledger: The units could not be written to ${units}; nothing was scheduled ` +
        `(ENOENT: no such file or directory, mkdir '${units}').\n  Look at the permissions of that folder.\n`,
    });
  });
});

test('without systemd the person is told what is there and what else to use', async () => {
  expect(await schedule('--install')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'model-ledger: systemctl is not installed; the units are written, but the timer is not started.\n' +
      '  Use schedule cron or daemon, or install systemd.\n',
  });
});

describe('before anything is scheduled', () => {
  test('the data file must be there', async () => {
    expect(await schedule('--db', 'none.db', '--install')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `model-ledger: There is no data file ${scene.folder}/none.db yet; nothing was scheduled.\n` +
        `  Run model-ledger sync --db ${scene.folder}/none.db first.\n`,
    });
  });

  test('the files of secrets must be there, and a warning tells when others can read them', async () => {
    expect((await schedule('--key-file', 'key', '--install')).stderr).toBe(
      `model-ledger: There is no file ${scene.folder}/key; nothing was scheduled.\n  Write it, readable for you alone.\n`,
    );
    writeFileSync(join(scene.folder, 'key'), 'sk\n');
    chmodSync(join(scene.folder, 'key'), 0o644);
    expect((await schedule('--key-file', 'key')).stderr).toContain(
      `Other users can read ${scene.folder}/key; chmod 600 ${scene.folder}/key keeps them out.\n`,
    );
    chmodSync(join(scene.folder, 'key'), 0o600);
    expect((await schedule('--key-file', 'key')).stderr).not.toContain('other users');
  });

  test.each(['https://ann:word@mirror.test/models', 'https://mirror.test/models?api_key=word'])(
    'the source must show no secret: %s',
    async (source) => {
      const { code, stdout, stderr } = await schedule('--source', source);
      expect({ code, stdout, leaks: stderr.includes('word') }).toEqual({ code: 2, stdout: '', leaks: false });
    },
  );

  test('the variables that a timer will not see are named', async () => {
    const set = {
      OPENROUTER_API_KEY: 'sk-word',
      HTTPS_PROXY: 'http://proxy.test',
      MODEL_LEDGER_PING_URL: 'http://x.test',
    };
    writeFileSync(join(scene.folder, 'env'), 'HTTPS_PROXY=http://proxy.test\n', { mode: 0o600 });
    const { stdout, stderr } = await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--variables', 'env'], set);
    expect(stderr.split('\n')[0]).toBe(
      'Set here, but not seen by the scheduled sync: OPENROUTER_API_KEY, MODEL_LEDGER_PING_URL ' +
        '(give --variables, or write .env).',
    );
    expect(stdout).not.toContain('sk-word');
  });

  test('what stands in the configuration file of the folder is seen, what stands in another is not', async () => {
    const text = JSON.stringify({ webhook: { format: 'slack' }, source: 'https://mirror.test/models' });
    writeFileSync(join(scene.folder, 'model-ledger.config.json'), text);
    expect((await schedule()).stderr).not.toContain('not seen');
    writeFileSync(join(scene.folder, 'other.json'), text);
    rmSync(join(scene.folder, 'model-ledger.config.json'));
    expect((await schedule('--config', 'other.json')).stderr).toContain(
      'Set here, but not seen by the scheduled sync: MODEL_LEDGER_SOURCE, MODEL_LEDGER_WEBHOOK_FORMAT ',
    );
  });

  test('the files of the webhook and of the ping are credentials, and what they stand for is seen', async () => {
    writeFileSync(join(scene.folder, 'url'), 'https://hook.test/word\n', { mode: 0o644 });
    const { stdout, stderr } = await scene.run(
      ['schedule', 'systemd', '--user', '--db', 'ledger.db', '--webhook-url-file', 'url', '--ping-url-file', 'ping'],
      { MODEL_LEDGER_WEBHOOK_URL: 'https://hook.test/word' },
    );
    expect(stdout.split('\n').filter((line) => line.startsWith('LoadCredential='))).toEqual([
      `LoadCredential=webhook_url:${scene.folder}/url`,
      `LoadCredential=ping_url:${scene.folder}/ping`,
    ]);
    expect(stderr).toContain(`Other users can read ${scene.folder}/url`);
    expect(stderr).not.toContain('not seen');
    expect((await schedule('--ping-url-file', 'ping', '--install')).stderr).toContain(
      `There is no file ${scene.folder}/ping`,
    );
  });

  test('the folders of the feeds and of the metrics are writable, wherever they are set; a missing one is told', async () => {
    mkdirSync(join(scene.folder, 'metrics'));
    writeFileSync(join(scene.folder, 'env'), 'MODEL_LEDGER_FEED_DIR=feeds\n', { mode: 0o600 });
    writeFileSync(join(scene.folder, '.env'), 'MODEL_LEDGER_METRICS_FILE=metrics/ledger.prom\n', { mode: 0o600 });
    const system = await scene.run(['schedule', 'systemd', '--system', '--db', 'ledger.db', '--variables', 'env']);
    expect(system.stdout.split('\n').filter((line) => line.startsWith('ReadWritePaths='))).toEqual([
      `ReadWritePaths=-${scene.folder} -${scene.folder}/feeds -${scene.folder}/metrics`,
    ]);
    expect(system.stderr.split('\n')[0]).toBe(
      `${scene.folder}/feeds is not there, and the service may not make it; mkdir -p ${scene.folder}/feeds does.`,
    );
    expect(system.stderr).not.toContain('not seen');
  });

  test('the data file is named by where it really lies, and a standard input is refused', async () => {
    mkdirSync(join(scene.folder, 'a'));
    expect(JSON.parse((await schedule('--db', 'a/../ledger.db', '--json')).stdout).files[0].text).toContain(
      `--db ${scene.db} --trigger`,
    );
    expect((await schedule('--source', '-')).stderr).toBe(
      'model-ledger: A timer has no standard input; nothing was scheduled.\n  Give a URL or a file.\n',
    );
  });

  test('an account is only for the units of the machine', async () => {
    expect((await schedule('--run-as', userInfo().username)).stderr).toBe(
      'model-ledger: --run-as goes with --system; nothing was scheduled.\n  Leave it out: your own units always run as you.\n',
    );
  });
});
