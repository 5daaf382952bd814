import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { acquireLock } from '../../../src/ledger/store/lock.ts';
import { answer, refusal } from '../../upstream/misbehaving.ts';
import { CLI, type Exit, ledgerOf, newFolder, query, run, sample, serve, startProcess } from '../program.ts';

const EVERY_SECOND = '* * * * * *';
const ONCE_A_YEAR = '0 0 1 1 *';
/** Within which what is awaited has come, in milliseconds; many times what a busy machine takes. */
const WITHIN = 40_000;

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly code?: string;
}

interface Daemon {
  /** Settles when a line of the log has this in its message; fails, with the log, when the process ends or time is up. */
  readonly saying: (words: string | RegExp, from?: number) => Promise<void>;
  readonly lines: readonly Line[];
  /** Sends the signal and waits for the end. */
  readonly end: (signal: NodeJS.Signals) => Promise<Exit>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const isLine = (value: unknown): value is Line => typeof value === 'object' && value !== null && 'msg' in value;

function startDaemon(args: readonly string[], env: Record<string, string> = {}): Daemon {
  const { child, exit } = startProcess(process.execPath, [CLI, 'daemon', '--log-format', 'json', ...args], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end();
  const lines: Line[] = [];
  let look = (): void => {};
  createInterface({ input: child.stderr }).on('line', (text) => {
    const line: unknown = JSON.parse(text);
    if (isLine(line)) lines.push(line);
    look();
  });
  const saying = async (words: string | RegExp, from = 0): Promise<void> => {
    const over = Promise.race([
      exit.then(() => 'it ended'),
      delay(WITHIN, `${WITHIN / 1000} s passed`, { ref: false }),
    ]);
    while (!lines.slice(from).some(({ msg }) => (words instanceof RegExp ? words.test(msg) : msg.includes(words)))) {
      const more = new Promise<undefined>((settle) => {
        look = () => settle(undefined);
      });
      const why = await Promise.race([more, over]);
      if (why !== undefined) throw new Error(`${why} without "${words}": ${JSON.stringify(lines)}`);
    }
  };
  const end = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exit;
  };
  return { lines, saying, end, kill: (signal) => void child.kill(signal) };
}

const statusesOf = (db: string) => query(db, 'SELECT status FROM sync_runs ORDER BY id').map(({ status }) => status);

describe('a daemon', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'begins a ledger at its start, tells the next runs, outlives SIGHUP and leaves at %s: %i',
    async (signal, code) => {
      const db = join(newFolder(), 'ledger.db');
      const daemon = startDaemon(['--cron', ONCE_A_YEAR, '--db', db, '--source', sample(1)]);
      await daemon.saying('run 1: first run');
      daemon.kill('SIGHUP');
      await daemon.saying('SIGHUP: there is nothing to reload; SIGTERM ends the daemon.');
      expect((await daemon.end(signal)).code).toBe(code);
      expect(daemon.lines[0]?.msg).toMatch(/^Next runs: \d{4}-01-01T00:00:00.000Z, \d{4}-01-01T.*, \d{4}-01-01T/);
      expect(statusesOf(db)).toEqual(['changed']);
    },
  );

  test.each([
    ['70 * * * *', /minute: /],
    ['0 25 * * *', /hour: /],
    ['every hour', /"every hour" is not a cron expression/],
  ])('with the expression %j does not begin: exit 2, the field named', async (cron, words) => {
    const db = join(newFolder(), 'ledger.db');
    const { code, stderr } = await run(['daemon', '--cron', cron, '--db', db, '--source', sample(1)]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
    expect(stderr).toContain('Give five fields, minute hour day month weekday');
  });

  test('goes on when another run has the file, and records when it is free', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const lock = await acquireLock(db);
    const daemon = startDaemon(['--cron', EVERY_SECOND, '--db', db, '--source', sample(4)]);
    await daemon.saying('Another run is writing');
    expect(statusesOf(db)).toEqual(['changed']);
    lock.release();
    await daemon.saying('run 2:');
    expect((await daemon.end('SIGTERM')).code).toBe(143);
    expect(statusesOf(db).slice(0, 2)).toEqual(['changed', 'changed']);
  });

  test('goes on after a run that failed', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { url } = await serve([refusal(401, 'No auth credentials found'), answer()]);
    const daemon = startDaemon(['--cron', EVERY_SECOND, '--db', db, '--source', url.href]);
    await daemon.saying('401');
    await daemon.saying('run 3:');
    expect((await daemon.end('SIGTERM')).code).toBe(143);
    expect(statusesOf(db).slice(0, 2)).toEqual(['changed', 'failed']);
  });

  test('ends a run that never settles at its deadline, and goes on', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { url } = await serve([() => {}, answer()]);
    const daemon = startDaemon(['--cron', EVERY_SECOND, '--deadline', '1s', '--db', db, '--source', url.href]);
    await daemon.saying('The run took longer than 1 s and is stopped.');
    // The first that has the time: where the machine is busy, the next one may not.
    await daemon.saying(/^run (?!2:)\d+:/);
    expect((await daemon.end('SIGTERM')).code).toBe(143);
    expect(query(db, 'SELECT status, error_code FROM sync_runs WHERE id = 2')).toEqual([
      { status: 'failed', error_code: 'stopped' },
    ]);
  });

  test('leaves at once when told to amid a run that waits, whose row says so', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { url, requests } = await serve(() => {});
    const daemon = startDaemon(['--cron', EVERY_SECOND, '--db', db, '--source', url.href]);
    await vi.waitUntil(() => requests.length > 0, { timeout: WITHIN, interval: 20 });
    expect((await daemon.end('SIGTERM')).code).toBe(143);
    expect(query(db, 'SELECT status, error_code FROM sync_runs WHERE id = 2')).toEqual([
      { status: 'failed', error_code: 'stopped' },
    ]);
  });

  test('beside another one for the same file: one writes at a time, neither ends', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const { url } = await serve((...request) => void setTimeout(() => answer()(...request), 300));
    const args = ['--cron', EVERY_SECOND, '--db', db, '--source', url.href];
    const daemons = [startDaemon(args), startDaemon(args)];
    await Promise.race(daemons.map((daemon) => daemon.saying('Another run is writing')));
    const said = daemons.map(({ lines }) => lines.length);
    await Promise.all(daemons.map((daemon, i) => daemon.saying('A run begins (on schedule).', said[i])));
    const exits = await Promise.all(daemons.map((daemon) => daemon.end('SIGTERM')));
    expect(exits.map(({ code }) => code)).toEqual([143, 143]);
    const overlapping = 'SELECT a.id FROM sync_runs a JOIN sync_runs b ON a.id < b.id AND b.started_at < a.finished_at';
    expect(query(db, overlapping)).toEqual([]);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });
});

/** Prints what arrives at a socket as systemd has one, a line a message. */
const RECEIVER = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(receiver.recv(4096).decode(), flush=True)
`;

const missing = [
  ['python3', '--version'],
  ['systemd-notify', '--version'],
].filter(([tool = '', arg = '']) => spawnSync(tool, [arg]).status !== 0);
if (missing.length === 0) describeService();
else console.info(`${missing.map(([tool]) => tool).join(', ')} not installed: what systemd is told is not tested here`);

function describeService(): void {
  test('a daemon tells systemd when it is ready, that it is alive, and when it stops', async () => {
    const socket = join(newFolder(), 'notify');
    const receiver = spawn('python3', ['-c', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void receiver.kill());
    const told: string[] = [];
    createInterface({ input: receiver.stdout }).on('line', (line) => {
      if (line !== 'BARRIER=1') told.push(line);
    });
    const until = (state: string) => vi.waitUntil(() => told.includes(state), { timeout: WITHIN, interval: 20 });
    await until('bound');
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '400000' };
    const db = join(newFolder(), 'ledger.db');
    const daemon = startDaemon(['--cron', ONCE_A_YEAR, '--db', db, '--source', sample(1)], env);
    await until('READY=1');
    await until('WATCHDOG=1');
    await daemon.saying('run 1: first run');
    expect((await daemon.end('SIGTERM')).code).toBe(143);
    await until('STOPPING=1');
    expect([...new Set(told)].sort()).toEqual(['READY=1', 'STOPPING=1', 'WATCHDOG=1', 'bound']);
    expect(daemon.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
}
