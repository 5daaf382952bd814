import { once } from 'node:events';
import { createTask, type ScheduledTask, type TaskOptions } from 'node-cron';
import { messageOf, withoutStop } from './core/errors.ts';
import { Deadline } from './http/deadline.ts';
import { checkExpression, checkTimezone } from './schedule/cronExpression.ts';
import { OneAtATime } from './schedule/oneAtATime.ts';

export interface DaemonPlan {
  /** A cron expression of five fields, or six with seconds first. */
  readonly expression: string;
  /** An IANA time zone. Unlike others, UTC has no hour that occurs twice or not at all. */
  readonly timezone: string;
  /** A run that takes longer is stopped. */
  readonly deadlineMs: number;
}

/** Everything that the daemon does to the world. */
export interface DaemonWork {
  /** One run. It reports its own failures, and none of them ends the daemon. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** The instant of the last good run; null if there is none. */
  readonly lastGood: () => Date | null;
  readonly now: () => Date;
  /** Aborted when the daemon is asked to stop. */
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  readonly started: () => void;
}

/** How many of the next runs are logged at the start. */
const ANNOUNCED = 3;
/** How long a run that was stopped may take to finish, for instance to tell people. */
const GRACE_MS = 30_000;
const STUCK = 'it does not end, although it was stopped; the schedule goes on without it';
/** How often the clock is checked for a sleep of the machine. */
const HEARTBEAT_MS = 30_000;

/**
 * Runs on a schedule until it is stopped. There are never two runs at once. Runs that were missed while the machine slept
 * are made up for by one, and the daemon starts with a run if the last good one is older than the schedule allows.
 * @throws UsageError when the expression or the time zone is not valid
 */
export async function daemon({ expression, timezone, deadlineMs }: DaemonPlan, work: DaemonWork): Promise<void> {
  const { now, signal, log } = work;
  const runs = new OneAtATime();
  let begun: Date | undefined;
  const start = (why: string): Promise<void> =>
    runs.begin(async () => {
      if (signal.aborted) return;
      begun = now();
      log(`A run begins (${why}).`);
      await runWithin(deadlineMs, work);
    });
  /** Starts a run for a slot that was missed, unless a run has started since. */
  const catchUp = (slot: Date): void => {
    if (begun === undefined || begun < slot) void start('missed, caught up');
  };
  const task = createTask(checkExpression(expression), () => start('on schedule'), {
    timezone: checkTimezone(timezone),
    noOverlap: true,
    suppressMissedWarning: true,
    logger: quiet(log),
  });
  task.on('execution:missed', ({ date }) => catchUp(date));
  task.on('execution:overlap', () => log('The run before is still under way; this one is left out.'));
  await task.start();
  const heartbeat = watchClock(task, now, catchUp);
  try {
    const coming = task.getNextRuns(ANNOUNCED);
    log(`Next runs: ${coming.map((date) => date.toISOString()).join(', ')}.`);
    work.started();
    if (isOverdue(work.lastGood(), coming, now())) await start('the last good run is too old');
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    clearInterval(heartbeat);
    await task.destroy();
    await runs.idle();
  }
}

/** Notices slots that passed while the machine slept: timers stop then, but the clock goes on. */
function watchClock(task: ScheduledTask, now: () => Date, catchUp: (slot: Date) => void): NodeJS.Timeout {
  let due = task.getNextRun();
  return setInterval(() => {
    if (due !== null && now().getTime() - due.getTime() > HEARTBEAT_MS) catchUp(due);
    due = task.getNextRun();
  }, HEARTBEAT_MS);
}

/** One run, stopped if it takes too long. Failures are logged and not thrown. */
async function runWithin(deadlineMs: number, { signal, run, log }: DaemonWork): Promise<void> {
  const late = new Error(`The run took longer than ${deadlineMs / 1000} s and is stopped.`);
  const deadline = new Deadline(deadlineMs, signal, late);
  deadline.signal.addEventListener('abort', () => {
    if (deadline.signal.reason === late) log(late.message);
  });
  try {
    await endsAfter(deadline.signal, run(deadline.signal));
  } catch (error) {
    log(`The run failed: ${withoutStop(messageOf(error))}.`);
  } finally {
    deadline.end();
  }
}

/** Waits for `work`, and throws if it has not ended some time after it was stopped. */
function endsAfter(stopped: AbortSignal, work: Promise<void>): Promise<void> {
  return new Promise((settle, fail) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      timer = setTimeout(() => fail(new Error(STUCK)), GRACE_MS);
    };
    stopped.addEventListener('abort', wait, { once: true });
    work.then(settle, fail).finally(() => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', wait);
    });
  });
}

/** The library's warnings repeat the events that are handled above; only its errors are logged. */
function quiet(log: DaemonWork['log']): NonNullable<TaskOptions['logger']> {
  const nothing = (): void => {};
  return {
    info: nothing,
    warn: nothing,
    debug: nothing,
    error: (error) => log(`The schedule: ${withoutStop(String(error))}.`),
  };
}

/** Whether the last good run is older than the time between two runs. */
function isOverdue(lastGood: Date | null, [next, afterNext]: readonly Date[], now: Date): boolean {
  if (lastGood === null || next === undefined || afterNext === undefined) return true;
  return now.getTime() - lastGood.getTime() > afterNext.getTime() - next.getTime();
}
