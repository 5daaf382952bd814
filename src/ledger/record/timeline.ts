import { and, asc, desc, eq, gt, gte, inArray, lt, lte, max, type SQL } from 'drizzle-orm';
import { END_OF_TIME } from '../../core/time/instant.ts';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES, acceptances, LIST_STATUSES, syncRuns } from '../store/schema/runs.ts';

/** A run whose answer was a model list. The tables are made from these, in the order of `observedAt`. */
export interface TimelineRun {
  readonly id: number;
  readonly observedAt: string;
  readonly scope: string;
  readonly sha256: string;
  readonly source: string;
  readonly etag: string | null;
  /** Whether a person accepted it with `--accept`. */
  readonly isAccepted: boolean;
}

function select({ orm }: Ledger) {
  const { id, observedAt, scope, bodySha256, source, etag } = syncRuns;
  return orm
    .select({ id, observedAt, scope, source, etag, sha256: bodySha256, accepted: acceptances.runId })
    .from(syncRuns)
    .leftJoin(acceptances, eq(acceptances.runId, syncRuns.id));
}

type StoredRun = ReturnType<ReturnType<typeof select>['all']>[number];

function toRun({ accepted, observedAt, sha256, ...run }: StoredRun): TimelineRun {
  if (observedAt === null || sha256 === null) throw new TypeError(`run ${run.id} has no body`);
  return { ...run, observedAt, sha256, isAccepted: accepted !== null };
}

/** The lists from an instant on, oldest first. */
export function listsFrom(ledger: Ledger, from: string): TimelineRun[] {
  return runsWhere(ledger, and(inArray(syncRuns.status, LIST_STATUSES), gte(syncRuns.observedAt, from)));
}

/** The lists held between two instants, oldest first. */
export function heldSince(ledger: Ledger, after: string, before = END_OF_TIME): TimelineRun[] {
  const { status, observedAt } = syncRuns;
  return runsWhere(ledger, and(eq(status, 'held'), gt(observedAt, after), lt(observedAt, before)));
}

function runsWhere(ledger: Ledger, which: SQL | undefined): TimelineRun[] {
  return select(ledger).where(which).orderBy(asc(syncRuns.observedAt)).all().map(toRun);
}

/** The newest accepted list, or the newest before an instant. */
export function lastAccepted(ledger: Ledger, before = END_OF_TIME): TimelineRun | undefined {
  return newestAccepted(ledger, lt(syncRuns.observedAt, before));
}

/** The accepted list in force at an instant: the newest observed by then. */
export function acceptedAt(ledger: Ledger, at: string): TimelineRun | undefined {
  return newestAccepted(ledger, lte(syncRuns.observedAt, at));
}

function newestAccepted(ledger: Ledger, when: SQL): TimelineRun | undefined {
  const isAccepted = and(inArray(syncRuns.status, ACCEPTED_STATUSES), when);
  const row = select(ledger).where(isAccepted).orderBy(desc(syncRuns.observedAt)).limit(1).get();
  return row && toRun(row);
}

/** The instant of the newest list, accepted or held. */
export function newestListAt(ledger: Ledger): string | null {
  return newestInstant(ledger, inArray(syncRuns.status, LIST_STATUSES));
}

/** The instant of the newest answer of any kind, before which no later one is dated. */
export function newestObservedAt(ledger: Ledger): string | null {
  return newestInstant(ledger);
}

function newestInstant({ orm }: Ledger, which?: SQL): string | null {
  const at = max(syncRuns.observedAt);
  return orm.select({ at }).from(syncRuns).where(which).get()?.at ?? null;
}

/** The hash and the original length of the body that a run received. */
export function bodyOfRun({ orm }: Ledger, id: number): { sha256: string; bytes: number } | undefined {
  const { bodySha256, bodyBytes } = syncRuns;
  const row = orm.select({ bodySha256, bodyBytes }).from(syncRuns).where(eq(syncRuns.id, id)).get();
  return row?.bodySha256 ? { sha256: row.bodySha256, bytes: row.bodyBytes ?? 0 } : undefined;
}

/** The id of the next run; true as long as the caller holds the lock. */
export function nextRunId({ orm }: Ledger): number {
  const id = max(syncRuns.id);
  return (orm.select({ id }).from(syncRuns).get()?.id ?? 0) + 1;
}
