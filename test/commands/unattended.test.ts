import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openForReading } from '../../src/ledger/store/open.ts';
import { select } from '../ledger/ledgers.ts';
import { type Receiver, receive } from '../notify/receiver.ts';
import { call } from '../program/call.ts';
import { jsonLines, newFolder, start } from '../program/program.ts';

/** A folder with a list in it in which one model costs so much. */
function priceAt(folder: string, prompt: string): void {
  const data = [{ id: 'a/a', name: 'A', pricing: { prompt, completion: '0' } }];
  writeFileSync(join(folder, 'models.json'), JSON.stringify({ data }));
}

function environment(receiver: Receiver, now: string): Record<string, string> {
  return {
    MODEL_LEDGER_WEBHOOK_URL: `${receiver.url}/canary-of-the-hook`,
    MODEL_LEDGER_WEBHOOK_SECRET: 'canary-of-the-secret',
    MODEL_LEDGER_WEBHOOK_ALLOW: '127.0.0.1',
    MODEL_LEDGER_NOW: now,
  };
}

const ARGS = ['sync', '--source', 'models.json', '--db', 'ledger.db'];

test('a run killed between commit and sending loses nothing: its message comes again under the same id', async () => {
  const folder = newFolder();
  let arrived: () => void = () => {};
  const sending = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let isUp = false;
  const receiver = await receive((response) => {
    arrived();
    if (isUp) response.writeHead(204).end();
  });
  priceAt(folder, '1');
  await call(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T00:00:00Z') });
  priceAt(folder, '2');
  const { child, exit } = start(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T01:00:00Z') });
  await sending;
  child.kill('SIGKILL');
  expect((await exit).code).toBeNull();
  isUp = true;
  // Within the lease nobody else sends it; the next hour's run does, and no run after that.
  await call(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T01:00:30Z') });
  expect(receiver.received.length).toBe(1);
  await call(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T02:00:00Z') });
  await call(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T03:00:00Z') });
  const [first, second] = receiver.received;
  expect(receiver.received.length).toBe(2);
  expect(second?.headers['webhook-id']).toMatch(/^msg_[0-9a-f-]{36}$/);
  expect([second?.headers['webhook-id'], second?.body]).toEqual([first?.headers['webhook-id'], first?.body]);
  expect((await call(['verify', '--db', 'ledger.db'], { cwd: folder })).code).toBe(0);
});

test('a run shows what it did before it tells others, and its exit code is its own', async () => {
  const folder = newFolder();
  let show: (text: string) => void = () => {};
  const shown = new Promise<string>((resolve) => {
    show = resolve;
  });
  // No answer comes before the result is there.
  const receiver = await receive((response) => void shown.then(() => response.writeHead(500).end()));
  priceAt(folder, '1');
  await call(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T00:00:00Z') });
  priceAt(folder, '2');
  const { child, exit } = start(ARGS, { cwd: folder, env: environment(receiver, '2026-03-01T01:00:00Z') });
  child.stdout?.once('data', (chunk: Buffer) => show(chunk.toString()));
  expect(await shown).toContain('$ a/a');
  const { code, stderr } = await exit;
  expect(code).toBe(0);
  expect(stderr).toBe('The webhook: the receiver answered 500; 1 message waits.\n');
});

test('no secret reaches the data file, the output or a log', async () => {
  const folder = newFolder();
  const receiver = await receive((response) => response.writeHead(302, { location: '/elsewhere' }).end());
  const outputs: string[] = [];
  for (const [index, format] of ['text', 'json', 'json'].entries()) {
    priceAt(folder, String(index + 1));
    const env = environment(receiver, `2026-03-01T0${index}:00:00Z`);
    const { stdout, stderr, code } = await call([...ARGS, '--log-format', format], { cwd: folder, env });
    expect(code).toBe(0);
    outputs.push(stdout, stderr);
  }
  expect(receiver.received.length).toBe(2);
  const ledger = openForReading(join(folder, 'ledger.db'));
  const rows = JSON.stringify(select(ledger, 'SELECT * FROM outbox'));
  ledger.close();
  expect(rows).toContain('a redirect, which is not followed');
  expect(`${outputs.join('\n')}${rows}`).not.toMatch(/canary/);
});

describe('the log', () => {
  test('of a timer is JSON lines with the run’s id, and one of them sums it up', async () => {
    const folder = newFolder();
    const receiver = await receive((response) => response.writeHead(404).end());
    priceAt(folder, '1');
    const args = [...ARGS, '--trigger', 'cron'];
    const first = await call(args, { cwd: folder, env: environment(receiver, '2026-03-01T00:00:00Z') });
    expect(first.stderr.trimEnd().split('\n')).toEqual([
      '{"level":"info","time":"2026-03-01T00:00:00.000Z","run":1,"msg":"Began a new ledger in ledger.db."}',
      '{"level":"info","time":"2026-03-01T00:00:00.000Z","run":1,"status":"changed","observedAt":"2026-03-01T00:00:00.000Z",' +
        '"models":1,"added":1,"removed":0,"restored":0,"repriced":0,"limitsChanged":0,"updated":0,"quarantined":0,' +
        '"msg":"run 1: first run, 1 model"}',
    ]);
    priceAt(folder, '2');
    const second = await call(args, { cwd: folder, env: environment(receiver, '2026-03-01T01:00:00Z') });
    const lines = second.stderr.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'info', run: 2, status: 'changed', repriced: 1, msg: 'run 2: 1 model, 1 model repriced' },
      { level: 'warn', run: 2, msg: 'The webhook: the receiver answered 404; 1 message waits.' },
    ]);
    // What it found is said once: a journal keeps standard output too.
    expect(second.stdout).toBe('');
  });

  test('of a failure has its code and its hint, and no line that upstream wrote', async () => {
    const folder = newFolder();
    const env = { MODEL_LEDGER_NOW: '2026-03-01T00:00:00Z' };
    const args = ['sync', '--source', 'no\nsuch\u202efile', '--db', 'ledger.db', '--trigger', 'cron'];
    const { code, stderr, stdout } = await call(args, { cwd: folder, env });
    expect([code, stdout]).toEqual([3, '']);
    expect(jsonLines(stderr)).toEqual([
      {
        level: 'error',
        time: '2026-03-01T00:00:00.000Z',
        run: 1,
        code: 'unreadable',
        hint: 'Check its path.',
        exitCode: 3,
        msg: "The source cannot be read: ENOENT: no such file or directory, open 'no\\u{a}such\\u{202e}file'.",
      },
    ]);
  });

  test('of a person is text', async () => {
    const folder = newFolder();
    priceAt(folder, '1');
    const { stderr } = await call(ARGS, { cwd: folder });
    expect(stderr).toBe('Began a new ledger in ledger.db.\n');
  });
});
