import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { CLI } from '../program/program.ts';
import { type Scene, setScene } from './scheduled.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});

/** A crontab that keeps one user's table in a file, byte for byte, and says what Debian's says where there is none. */
const CRONTAB = `table="$HOME/table"
case "$1" in
-l) if [ -e "$table" ]; then cat "$table"; else echo "no crontab for ann" >&2; exit 1; fi ;;
-) cat > "$table.new"; if grep -q refuse "$table.new"; then echo '"-":2: bad minute' >&2; exit 1; fi; mv "$table.new" "$table" ;;
esac`;

function lineOf({ db, folder }: Scene): string {
  return (
    `20 4 * * * cd ${folder} && out=$(${process.execPath} ${CLI} sync --must-exist --db ${db} --trigger cron 2>&1) ` +
    `|| [ $? -eq 75 ] || printf '\\%s\\n' "$out" # model-ledger: ${db}\n`
  );
}

const EVERY = ['--every', '20 4 * * *'];
const table = () => readFileSync(join(scene.folder, 'table'), 'latin1');

test('the line is only printed unless --install is given', async () => {
  expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db', ...EVERY])).toEqual({
    code: 0,
    stdout: lineOf(scene),
    stderr: 'Nothing was installed; --install puts this line into your crontab.\n',
  });
});

test('without --every it is hourly, at the same minute each time', async () => {
  const first = await scene.run(['schedule', 'cron', '--db', 'ledger.db']);
  expect(first.stdout).toMatch(/^[1-5]?\d \* \* \* \* cd /);
  expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db'])).toEqual(first);
});

test('--json gives one document', async () => {
  expect(JSON.parse((await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--json', ...EVERY])).stdout)).toEqual({
    action: 'print',
    changed: false,
    db: scene.db,
    line: lineOf(scene).trimEnd(),
  });
});

describe('with cron installed', () => {
  beforeEach(() => scene.addTool('crontab', CRONTAB));

  test('a first install begins the crontab and a second changes nothing', async () => {
    const install = ['schedule', 'cron', '--db', 'ledger.db', ...EVERY, '--install'];
    expect(await scene.run(install)).toEqual({
      code: 0,
      stdout: lineOf(scene),
      stderr: 'This line is in your crontab.\n',
    });
    expect(table()).toBe(lineOf(scene));
    expect(await scene.run(install)).toEqual({
      code: 0,
      stdout: lineOf(scene),
      stderr: 'This line was in your crontab already.\n',
    });
    expect(table()).toBe(lineOf(scene));
  });

  test('other lines stay as they were, to the byte, through install and remove', async () => {
    const mine = '# f\xfcr mich\n0 0 * * * date\n';
    writeFileSync(join(scene.folder, 'table'), mine, 'latin1');
    await scene.run(['schedule', 'cron', '--db', 'ledger.db', ...EVERY, '--install']);
    expect(table()).toBe(mine + lineOf(scene));
    expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--remove'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'The line is out of your crontab.\n',
    });
    expect(table()).toBe(mine);
  });

  test('a remove where nothing was installed says so', async () => {
    expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--remove'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'There was no line for this data file.\n',
    });
  });

  test('a crontab that is refused stays as it was', async () => {
    writeFileSync(join(scene.folder, 'table'), 'refuse me\n');
    expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--install'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'model-ledger: crontab refused: "-":2: bad minute; the crontab is as before.\n  Try crontab -e by hand.\n',
    });
    expect(table()).toBe('refuse me\n');
  });

  test('an unreadable crontab is not taken for an empty one', async () => {
    scene.addTool('crontab', 'echo "must be privileged" >&2; exit 1');
    expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--install'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'model-ledger: The crontab could not be read: must be privileged; nothing was changed.\n' +
        '  Try crontab -l by hand.\n',
    });
  });
});

test('without cron the person is told what else there is', async () => {
  expect(await scene.run(['schedule', 'cron', '--db', 'ledger.db', '--install'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'model-ledger: crontab is not installed; nothing was changed.\n' +
      '  Install cron, or use schedule systemd or daemon.\n',
  });
});

test.each([
  ['--variables'],
  // Its former name.
  ['--env-file'],
])('what stands in the file of %s and is no setting is told, because the run will not have it', async (option) => {
  writeFileSync(join(scene.folder, 'my.env'), 'PGHOST=db\nMODEL_LEDGER_TIMEOUT_MS=9000\nTZ=UTC\n', {
    mode: 0o600,
  });
  const { code, stderr } = await scene.run(['schedule', 'cron', '--db', 'ledger.db', option, 'my.env']);
  expect([code, stderr.split('\n')[0]]).toEqual([
    0,
    `No settings of this program, and not set for its run: PGHOST, TZ (${scene.folder}/my.env).`,
  ]);
});
