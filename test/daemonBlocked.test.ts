import { expect, test } from 'vitest';
import { daemon } from '../src/daemon.ts';

const SECOND = 1000;

test('slots missed while the event loop was blocked are caught up once, and the schedule goes on', async () => {
  const stop = new AbortController();
  const runs: { why: string; at: number }[] = [];
  let why = '';
  await daemon(
    { expression: '* * * * * *', timezone: 'UTC', deadlineMs: 60 * SECOND },
    {
      run: async () => {
        runs.push({ why, at: Date.now() });
        if (runs.length === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3.5 * SECOND);
        if (runs.length === 4) stop.abort();
      },
      lastGood: () => new Date(),
      now: () => new Date(),
      signal: stop.signal,
      log: (message) => {
        why = /^A run begins \((.*)\)\.$/.exec(message)?.[1] ?? why;
      },
      started: () => {},
    },
  );
  const [blocked, caughtUp, next] = runs;
  expect([blocked?.why, caughtUp?.why]).toEqual(['on schedule', 'missed, caught up']);
  // Three slots had passed: they are one run, and what follows belongs to a slot of its own.
  const slotOf = (run: { at: number } | undefined): number => Math.floor((run?.at ?? 0) / SECOND);
  expect(slotOf(next)).toBeGreaterThan(slotOf(caughtUp));
});
