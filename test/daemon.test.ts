import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { daemon } from '../src/daemon.ts';
import { checkExpression } from '../src/schedule/cronExpression.ts';

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Diary {
  readonly runs: string[];
  readonly said: string[];
  readonly end: () => Promise<void>;
}

/** A daemon that keeps a diary of its runs on a clock that the test moves. */
async function start(
  from: string,
  expression: string,
  options: { timezone?: string; takesMs?: number; lastGood?: string | null; deadlineMs?: number } = {},
): Promise<Diary> {
  vi.setSystemTime(new Date(from));
  const stop = new AbortController();
  const runs: string[] = [];
  const said: string[] = [];
  const lastGood = options.lastGood === undefined ? from : options.lastGood;
  const ended = daemon(
    { expression, timezone: options.timezone ?? 'UTC', deadlineMs: options.deadlineMs ?? HOUR },
    {
      run: (signal) => {
        runs.push(new Date().toISOString().slice(0, 16));
        return new Promise((settle) => {
          setTimeout(settle, options.takesMs ?? 0);
          signal.addEventListener('abort', () => settle());
        });
      },
      lastGood: () => (lastGood === null ? null : new Date(lastGood)),
      now: () => new Date(),
      signal: stop.signal,
      log: (message) => said.push(message),
      started: () => {},
    },
  );
  await vi.advanceTimersByTimeAsync(0);
  const end = async (): Promise<void> => {
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    await ended;
  };
  return { runs, said, end };
}

function hours(from: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => new Date(Date.parse(from) + i * HOUR).toISOString().slice(0, 16));
}

test('the next three runs are told at the start', async () => {
  const { said, end } = await start('2026-05-01T06:00:00Z', '7 * * * *');
  await end();
  expect(said).toEqual(['Next runs: 2026-05-01T06:07:00.000Z, 2026-05-01T07:07:00.000Z, 2026-05-01T08:07:00.000Z.']);
});

test.each([
  ['spring', '2026-03-28T12:00:00Z'],
  ['autumn', '2026-10-24T12:00:00Z'],
])('an hourly run in UTC has no gap and no double when the clocks change in %s', async (_, from) => {
  const { runs, end } = await start(from, '7 * * * *');
  await vi.advanceTimersByTimeAsync(48 * HOUR);
  await end();
  expect(runs).toEqual(hours(from.replace('12:00:00Z', '12:07:00Z'), 48));
});

test('a run that takes longer than the interval is not overlapped', async () => {
  const { runs, said, end } = await start('2026-05-01T06:00:00Z', '*/10 * * * *', { takesMs: 25 * 60_000 });
  await vi.advanceTimersByTimeAsync(HOUR);
  await end();
  expect(runs).toEqual(['2026-05-01T06:10', '2026-05-01T06:40']);
  expect(said.filter((line) => line.includes('left out'))).toHaveLength(4);
});

test('slots missed while the machine slept are caught up once', async () => {
  const { runs, end } = await start('2026-05-01T06:00:00Z', '*/10 * * * *');
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  vi.setSystemTime(new Date('2026-05-01T07:15:30Z'));
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  await end();
  expect(runs).toEqual(['2026-05-01T06:10', '2026-05-01T07:16', '2026-05-01T07:20']);
});

test('there is a run at the start when the last good one is older than the schedule allows', async () => {
  const late = await start('2026-05-01T06:00:00Z', '7 * * * *', { lastGood: '2026-05-01T04:00:00Z' });
  await late.end();
  const fresh = await start('2026-05-01T06:00:00Z', '7 * * * *', { lastGood: '2026-05-01T05:30:00Z' });
  await fresh.end();
  const first = await start('2026-05-01T06:00:00Z', '7 * * * *', { lastGood: null });
  await first.end();
  expect([late.runs, fresh.runs, first.runs]).toEqual([['2026-05-01T06:00'], [], ['2026-05-01T06:00']]);
});

test('a run over its deadline is stopped and said', async () => {
  const { said, end } = await start('2026-05-01T06:00:00Z', '0 7 * * *', {
    lastGood: null,
    takesMs: 5 * HOUR,
    deadlineMs: 60_000,
  });
  await vi.advanceTimersByTimeAsync(60_000);
  await end();
  expect(said.at(-1)).toBe('The run took longer than 60 s and is stopped.');
});

test('a wrong expression is refused with the field that is wrong', () => {
  expect(() => checkExpression('99 * * * *')).toThrow(/^"99 \* \* \* \*" is not a cron expression \(minute: /);
  expect(() => checkExpression('every hour')).toThrow(/not a cron expression/);
});

test('a wrong time zone is refused before anything runs', async () => {
  const work = {
    run: () => Promise.reject(new Error('ran')),
    lastGood: () => null,
    now: () => new Date(),
    signal: new AbortController().signal,
    log: () => {},
    started: () => {},
  };
  const plan = { expression: '7 * * * *', timezone: 'Europe/Atlantis', deadlineMs: HOUR };
  await expect(daemon(plan, work)).rejects.toThrow('"Europe/Atlantis" is not a time zone.');
});

test('a run that never ends, though it is stopped, is left behind with an alarm, and the schedule goes on', async () => {
  vi.setSystemTime(new Date('2026-05-01T06:00:00Z'));
  const stop = new AbortController();
  const [runs, said]: [string[], string[]] = [[], []];
  const ended = daemon(
    { expression: '*/10 * * * *', timezone: 'UTC', deadlineMs: 12 * 60_000 },
    {
      run: () => {
        runs.push(new Date().toISOString().slice(11, 16));
        return new Promise(() => {});
      },
      lastGood: () => new Date(),
      now: () => new Date(),
      signal: stop.signal,
      log: (message) => said.push(message),
      started: () => {},
    },
  );
  await vi.advanceTimersByTimeAsync(45 * 60_000);
  expect(runs).toEqual(['06:10', '06:30']);
  expect(said.slice(1)).toEqual([
    'A run begins (on schedule).',
    'The run before is still under way; this one is left out.',
    'The run took longer than 720 s and is stopped.',
    'The run failed: it does not end, although it was stopped; the schedule goes on without it.',
    'A run begins (on schedule).',
    'The run before is still under way; this one is left out.',
    'The run took longer than 720 s and is stopped.',
    'The run failed: it does not end, although it was stopped; the schedule goes on without it.',
  ]);
  await vi.advanceTimersByTimeAsync(6 * 60_000);
  stop.abort();
  // Nor does it hold up the end for longer than a run may take to finish.
  await vi.advanceTimersByTimeAsync(30_000);
  await ended;
});
