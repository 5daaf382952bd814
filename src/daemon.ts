import { once } from 'node:events';
import { createTask, type TaskOptions } from 'node-cron';
import { messageOf, withoutStop } from './core/errors.ts';
import { Deadline } from './http/deadline.ts';
import { checkExpression, checkTimezone } from './schedule/cronExpression.ts';

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
export async function daemon(plan: DaemonPlan, work: DaemonWork): Promise<void> {
  const runner = new Runner(plan, work);
  const task = createTask(checkExpression(plan.expression), () => runner.start('on schedule'), {
    timezone: checkTimezone(plan.timezone),
    noOverlap: true,
    suppressMissedWarning: true,
    logger: quiet(work.log),
  });
  task.on('execution:missed', ({ date }) => runner.catchUp(date));
  task.on('execution:overlap', () => work.log('The run before is still under way; this one is left out.'));
  await task.start();
  let due = task.getNextRun();
  // Timers stand still while a machine sleeps; the clock does not.
  const heartbeat = setInterval(() => {
    if (due !== null && work.now().getTime() - due.getTime() > HEARTBEAT_MS) runner.catchUp(due);
    due = task.getNextRun();
  }, HEARTBEAT_MS);
  try {
    const coming = task.getNextRuns(TOLD);
    work.log(`Next runs: ${coming.map((date) => date.toISOString()).join(', ')}.`);
    work.started();
    if (isOverdue(work.lastGood(), coming, work.now())) await runner.start('the last good run is too old');
    if (!work.signal.aborted) await once(work.signal, 'abort');
  } finally {
    clearInterval(heartbeat);
    await task.destroy();
    await runner.idle();
  }
}

/** One run at a time, each with a deadline of its own. */
class Runner {
  readonly #plan: DaemonPlan;
  readonly #work: DaemonWork;
  #current: Promise<void> | undefined;
  #begun: Date | undefined;

  constructor(plan: DaemonPlan, work: DaemonWork) {
    this.#plan = plan;
    this.#work = work;
  }

  /** Joins the run that is under way, or begins one. */
  start(why: string): Promise<void> {
    this.#current ??= this.#run(why).finally(() => {
      this.#current = undefined;
    });
    return this.#current;
  }

  /** Begins a run for a slot that has passed, unless one has begun since. */
  catchUp(slot: Date): void {
    if (this.#begun === undefined || this.#begun < slot) void this.start('missed, caught up');
  }

  /** Settles when no run is under way. */
  async idle(): Promise<void> {
    await this.#current;
  }

  async #run(why: string): Promise<void> {
    const { signal, run, log } = this.#work;
    if (signal.aborted) return;
    this.#begun = this.#work.now();
    log(`A run begins (${why}).`);
    const { deadlineMs } = this.#plan;
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
