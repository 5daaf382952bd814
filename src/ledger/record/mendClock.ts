import { eq, sql } from 'drizzle-orm';
import { UsageError } from '../../core/errors.ts';
import { type Instant, justAfter, toInstant } from '../../core/time/instant.ts';
import { countFutureSweeps, datedAhead, leaveOutFutureSweeps } from '../endpoints/future.ts';
import { unwritten } from '../store/failure.ts';
import type { Ledger } from '../store/open.ts';
import { syncRuns } from '../store/schema/runs.ts';
import type { Steps } from '../store/steps.ts';
import { transactInTurns } from '../store/transaction.ts';
import { noCounts } from './listWriter.ts';
import { takeAsItIs } from './rebuild.ts';
import { replayAll } from './replay.ts';

export interface FutureRun {
  readonly id: number;
  readonly trigger: string;
  readonly source: string;
  readonly status: string;
  readonly observedAt: Instant;
  readonly finishedAt: Instant;
}

export interface Mended {
  /** Runs that ended when the clock was right again: they are dated by that now. */
  readonly redated: readonly FutureRun[];
  /** Runs whose true instant is not known: they are left out of the tables, and their answers kept. */
  readonly leftOut: readonly FutureRun[];
  /** How many lists were left out because they would narrow the scope at their new instant. */
  readonly dropped: number;
  /** How many sweeps over endpoints were left out. */
  readonly sweeps: number;
  /** Rows that cannot be made from the archive and were not as written, in words; they are sealed as they are now. */
  readonly taken: readonly string[];
}

/** With more runs than this in the future, and more than half of all, it is the clock that is wrong. */
const MOST_DOUBTFUL = 10;

/** The runs that observed something, or ended, later than now. */
export function findFuture({ orm }: Ledger, now: Date): FutureRun[] {
  const at = toInstant(now);
  return orm.all<FutureRun>(sql`SELECT id, "trigger", source, status, observed_at AS observedAt,
    finished_at AS finishedAt FROM sync_runs
    WHERE observed_at IS NOT NULL AND (observed_at > ${at} OR finished_at > ${at}) ORDER BY id`);
}

/**
 * Corrects what a wrong clock, file name or commit has dated in the future, and rebuilds the tables, in one
 * transaction.
 * @throws UsageError when the clock seems to be wrong now; the signal's reason: then nothing is written
 */
export async function mendClock(
  ledger: Ledger,
  runs: readonly FutureRun[],
  now: Date,
  signal: AbortSignal,
): Promise<Mended> {
  const at = toInstant(now);
  refuseWrongClock(ledger, runs, at);
  const isObservedAhead = (run: FutureRun): boolean => run.observedAt > at;
  const redated = runs.filter((run) => isObservedAhead(run) && run.trigger !== 'import' && run.finishedAt <= at);
  const leftOut = runs.filter((run) => isObservedAhead(run) && !redated.includes(run));
  const steps = function* (): Steps<Mended> {
    redate(ledger, redated, leftOut, at);
    const sweeps = leaveOutFutureSweeps(ledger, at);
    const dropped = yield* replayAll(ledger);
    return { redated, leftOut, dropped, sweeps, taken: takeAsItIs(ledger) };
  };
  return await transactInTurns(ledger, unwritten(ledger), steps(), signal);
}

function redate(ledger: Ledger, redated: readonly FutureRun[], leftOut: readonly FutureRun[], at: Instant): void {
  const { orm } = ledger;
  const known = orm.all<{ at: string }>(sql`SELECT observed_at AS at FROM sync_runs WHERE observed_at <= ${at}`);
  const taken = new Set(known.map((row) => row.at));
  for (const { id, finishedAt } of redated) {
    let free = finishedAt;
    while (taken.has(free)) free = justAfter(free);
    taken.add(free);
    orm.run(sql`UPDATE sync_runs SET observed_at = ${free} WHERE id = ${id}`);
  }
  for (const run of leftOut) setAside(ledger, run, at);
  orm.run(sql`UPDATE sync_runs SET finished_at = ${at}, started_at = min(started_at, ${at}) WHERE finished_at > ${at}`);
}

/** Makes it a rejected run, which keeps its answer. */
function setAside({ orm }: Ledger, { id, status, observedAt }: FutureRun, at: Instant): void {
  orm.run(sql`DELETE FROM acceptances WHERE run_id = ${id}`);
  orm.run(sql`UPDATE sync_runs SET observed_at = min(finished_at, ${at}) WHERE id = ${id}`);
  if (status === 'rejected') return;
  const rejected = { status: 'rejected', modelCount: null, ...noCounts(), quarantined: 0 } as const;
  orm
    .update(syncRuns)
    .set({ ...rejected, ...datedAhead(observedAt) })
    .where(eq(syncRuns.id, id))
    .run();
}

function refuseWrongClock(ledger: Ledger, runs: readonly FutureRun[], at: Instant): void {
  const ended = runs.filter((run) => run.finishedAt > at).length;
  const { n } = ledger.orm.get<{ n: number }>(sql`SELECT count(*) AS n FROM sync_runs`);
  const sweeps = countFutureSweeps(ledger, at);
  if (!isClockAtFault(sweeps.future, sweeps.all) && !isClockAtFault(ended, n)) return;
  const words = isClockAtFault(ended, n) ? `${ended} of ${n} runs` : `${sweeps.future} of ${sweeps.all} sweeps`;
  throw new UsageError('clock_behind', `${words} ended later than ${at}; ${unwritten(ledger)}.`, {
    hint: 'Set the clock, which seems to be behind, then look at model-ledger status again.',
  });
}

function isClockAtFault(future: number, all: number): boolean {
  return future > MOST_DOUBTFUL && future * 2 > all;
}
