import { once } from 'node:events';
import { createTask, type ScheduledTask, type TaskOptions } from 'node-cron';
import { messageOf, withoutStop } from './core/errors.ts';
import { Deadline } from './http/deadline.ts';
import { checkExpression, checkTimezone } from './schedule/cronExpression.ts';
import { OneAtATime } from './schedule/oneAtATime.ts';

export interface DaemonPlan {
  /** A cron expression of five fields, or six with seconds first. */
  readonly expression: string;
  /** An IANA time zone; UTC has no hour that comes twice or not at all. */
  readonly timezone: string;
  /** A run that takes longer is stopped. */
  readonly deadlineMs: number;
}

/** What the schedule moves: everything that it does to the world. */
export interface DaemonWork {
  /** One run; a failure is told by the run itself and never ends the daemon. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** The instant of the last good run; null when there is none. */
  readonly lastGood: () => Date | null;
  readonly now: () => Date;
  /** Aborted when the daemon is asked to stop. */
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  readonly started: () => void;
}

/** How many coming runs are told. */
const TOLD = 3;
/** For how long a run that is stopped may finish what it is at: telling people of it, for instance. */
const GRACE_MS = 30_000;
const STUCK = 'it does not end, although it was stopped; the schedule goes on without it';
/** How often the clock is looked at. */
const HEARTBEAT_MS = 30_000;

/**
 * Runs on a schedule until it is stopped: never two runs at once, what was missed while the machine slept is caught up
 * once, and a run at the start where the last good one is older than the schedule allows.
 * @throws UsageError when the expression or the time zone is none
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
  /** Begins a run for a slot that has passed, unless one has begun since. */
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
    const coming = task.getNextRuns(TOLD);
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

/** Timers stand still while a machine sleeps; the clock does not. */
function watchClock(task: ScheduledTask, now: () => Date, catchUp: (slot: Date) => void): NodeJS.Timeout {
  let due = task.getNextRun();
  return setInterval(() => {
    if (due !== null && now().getTime() - due.getTime() > HEARTBEAT_MS) catchUp(due);
    due = task.getNextRun();
  }, HEARTBEAT_MS);
}

/** One run, which is told and never fails; stopped where it takes too long. */
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

/** What `work` comes to; an error when it does not end, although it was stopped some time ago. */
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

/** What it warns of are the events above, told in our words; its errors go the way of all messages. */
function quiet(log: DaemonWork['log']): NonNullable<TaskOptions['logger']> {
  const nothing = (): void => {};
  return {
    info: nothing,
    warn: nothing,
    debug: nothing,
    error: (error) => log(`The schedule: ${withoutStop(String(error))}.`),
  };
}

/** Whether a slot has passed since the last good run. */
function isOverdue(lastGood: Date | null, [next, afterNext]: readonly Date[], now: Date): boolean {
  if (lastGood === null || next === undefined || afterNext === undefined) return true;
  return now.getTime() - lastGood.getTime() > afterNext.getTime() - next.getTime();
}
