import { sql } from 'drizzle-orm';
import { usualGapMs } from '../../core/time/usualGap.ts';
import { lastObserved } from '../record/timeline.ts';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES, LIST_STATUSES } from '../store/schema/runs.ts';

export interface RunRow {
  readonly run: number;
  readonly trigger: string;
  readonly status: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly observedAt: string | null;
  readonly modelCount: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export interface Quarantined {
  readonly run: number;
  readonly position: number;
  readonly model: string | null;
  /** JSON: path and reason. */
  readonly issues: string;
}

export interface DriftRow {
  readonly run: number;
  readonly observedAt: string;
  readonly keyPath: string;
  readonly kind: string;
  readonly models: number;
  readonly compared: number;
}

/** Whether the record is being kept, and what stands in its way. */
export interface Health {
  readonly lastGood: RunRow | null;
  readonly lastRun: RunRow | null;
  /** Milliseconds between runs as they have been lately; null for too few of them. */
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
  readonly quarantined: readonly Quarantined[];
  /** The newest first. */
  readonly drift: readonly DriftRow[];
}

const FEW = 5;
const RHYTHM_RUNS = 25;
const RUN = sql`id AS run, trigger, status, started_at AS startedAt, finished_at AS finishedAt,
  observed_at AS observedAt, model_count AS modelCount, error_code AS errorCode, error_message AS errorMessage`;

export function healthOf(ledger: Ledger): Health {
  const { orm } = ledger;
  const lastGood = orm.get<RunRow | undefined>(sql`SELECT ${RUN} FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL ORDER BY observed_at DESC, id DESC LIMIT 1`);
  const first = orm.get<{ at: string } | undefined>(sql`SELECT observed_at AS at FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL ORDER BY observed_at LIMIT 1`);
  const recent = orm.all<{ at: string }>(sql`SELECT observed_at AS at FROM sync_runs
    WHERE status IN ${LIST_STATUSES} AND observed_at IS NOT NULL
    ORDER BY observed_at DESC LIMIT ${RHYTHM_RUNS}`);
  const counts = orm.get<{ runs: number; listed: number; known: number }>(sql`SELECT
    (SELECT count(*) FROM sync_runs) AS runs, count(*) FILTER (WHERE removed_at IS NULL) AS listed, count(*) AS known
    FROM models`);
  return {
    lastGood: lastGood ?? null,
    lastRun: orm.get<RunRow | undefined>(sql`SELECT ${RUN} FROM sync_runs ORDER BY id DESC LIMIT 1`) ?? null,
    usualGapMs: usualGapMs(recent.map(({ at }) => at)),
    ...{ runs: counts.runs, firstObservedAt: first?.at ?? null, newestObservedAt: lastObserved(ledger) },
    ...{ modelsListed: counts.listed, modelsKnown: counts.known },
    failures: orm.all<RunRow>(sql`SELECT ${RUN} FROM sync_runs WHERE status IN ('failed', 'rejected', 'held')
      ORDER BY id DESC LIMIT ${FEW}`),
    held: orm.all<RunRow>(sql`SELECT ${RUN} FROM sync_runs
      WHERE status = 'held' AND observed_at > ${lastGood?.observedAt ?? ''} ORDER BY observed_at DESC`),
    quarantined: orm.all<Quarantined>(sql`SELECT q.run_id AS run, q.position, q.model_id AS model, q.issues
      FROM quarantine AS q WHERE q.run_id = (SELECT q2.run_id FROM quarantine AS q2
        JOIN sync_runs AS r ON r.id = q2.run_id WHERE r.body_sha256 = (SELECT body_sha256 FROM sync_runs
          WHERE id = ${lastGood?.run ?? 0}) ORDER BY r.observed_at DESC LIMIT 1) ORDER BY q.position`),
    drift:
      orm.all<DriftRow>(sql`SELECT run_id AS run, observed_at AS observedAt, key_path AS keyPath, kind, models, compared
      FROM schema_drift ORDER BY observed_at DESC, id DESC LIMIT ${FEW}`),
  };
}
