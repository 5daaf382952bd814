import { and, desc, eq, getTableColumns, gt, inArray, isNotNull, not, sql } from 'drizzle-orm';
import { usualGapMs } from '../../core/time/usualGap.ts';
import { newestObservedAt } from '../record/timeline.ts';
import type { Ledger } from '../store/open.ts';
import { type quarantine, schemaDrift } from '../store/schema/events.ts';
import { ACCEPTED_STATUSES, LIST_STATUSES, syncRuns } from '../store/schema/runs.ts';
import { coverageOf } from './coverage.ts';

const FEW = 5;
const RHYTHM_RUNS = 25;

const { id, trigger, status, startedAt, finishedAt, observedAt, modelCount, errorCode, errorMessage } = syncRuns;
const RUN = { run: id, trigger, status, startedAt, finishedAt, observedAt, modelCount, errorCode, errorMessage };

const runsOf = ({ orm }: Ledger) => orm.select(RUN).from(syncRuns);
export type RunRow = Readonly<ReturnType<ReturnType<typeof runsOf>['all']>[number]>;

const { id: driftId, runId, ...driftColumns } = getTableColumns(schemaDrift);
const DRIFT = { run: runId, ...driftColumns };

/** The newest first. */
const newestDrift = ({ orm }: Ledger) =>
  orm.select(DRIFT).from(schemaDrift).orderBy(desc(schemaDrift.observedAt), desc(driftId)).limit(FEW).all();

/** `issues` is JSON: path and reason. */
interface QuarantinedEntry extends Pick<typeof quarantine.$inferSelect, 'position' | 'issues'> {
  readonly run: number;
  readonly model: string | null;
}

/** Whether the ledger is being kept up to date, and what prevents that. */
export interface Health {
  readonly lastGood: RunRow | null;
  readonly lastRun: RunRow | null;
  /** The usual time between recent runs in milliseconds; null where there were too few. */
  readonly usualGapMs: number | null;
  readonly runs: number;
  readonly firstObservedAt: string | null;
  /** Of any answer, also a held or rejected one. */
  readonly newestObservedAt: string | null;
  readonly modelsListed: number;
  readonly modelsKnown: number;
  /** The newest runs that were not accepted, newest first. */
  readonly failures: readonly RunRow[];
  /** Held lists that are newer than the last accepted one, newest first. */
  readonly held: readonly RunRow[];
  /** Entries set aside from the newest accepted list. */
  readonly quarantined: readonly QuarantinedEntry[];
  /** The newest first. */
  readonly drift: Readonly<ReturnType<typeof newestDrift>>;
}

export function healthOf(ledger: Ledger): Health {
  const { orm } = ledger;
  const isGood = and(inArray(status, ACCEPTED_STATUSES), isNotNull(observedAt));
  const lastGood = runsOf(ledger).where(isGood).orderBy(desc(observedAt), desc(id)).limit(1).get();
  const recent = orm.all<{ at: string }>(sql`SELECT observed_at AS at FROM sync_runs
    WHERE status IN ${LIST_STATUSES} AND observed_at IS NOT NULL
    ORDER BY observed_at DESC LIMIT ${RHYTHM_RUNS}`);
  const counts = orm.get<{ runs: number; listed: number; known: number }>(sql`SELECT
    (SELECT count(*) FROM sync_runs) AS runs, count(*) FILTER (WHERE removed_at IS NULL) AS listed, count(*) AS known
    FROM models`);
  return {
    lastGood: lastGood ?? null,
    lastRun: runsOf(ledger).orderBy(desc(id)).limit(1).get() ?? null,
    usualGapMs: usualGapMs(recent.map(({ at }) => at)),
    runs: counts.runs,
    firstObservedAt: coverageOf(ledger)?.first ?? null,
    newestObservedAt: newestObservedAt(ledger),
    modelsListed: counts.listed,
    modelsKnown: counts.known,
    failures: runsOf(ledger)
      .where(not(inArray(status, ACCEPTED_STATUSES)))
      .orderBy(desc(id))
      .limit(FEW)
      .all(),
    held: runsOf(ledger)
      .where(and(eq(status, 'held'), gt(observedAt, lastGood?.observedAt ?? '')))
      .orderBy(desc(observedAt))
      .all(),
    quarantined: orm.all<QuarantinedEntry>(sql`SELECT q.run_id AS run, q.position, q.model_id AS model, q.issues
      FROM quarantine AS q WHERE q.run_id = (SELECT q2.run_id FROM quarantine AS q2
        JOIN sync_runs AS r ON r.id = q2.run_id WHERE r.body_sha256 = (SELECT body_sha256 FROM sync_runs
          WHERE id = ${lastGood?.run ?? 0}) ORDER BY r.observed_at DESC LIMIT 1) ORDER BY q.position`),
    drift: newestDrift(ledger),
  };
}
