import { and, desc, eq, isNull, max, ne, sql } from 'drizzle-orm';
import { NOTHING_YET, type SweepCounts } from '../../core/endpoints/tally.ts';
import { HOUR_MS, nextInstant } from '../../core/time/instant.ts';
import { makeSweepIndexes } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { answeredModels, lastInstantOf, sweepRow } from './answerTimes.ts';
import { endpointSweeps } from './schema/sweeps.ts';

/** What a sweep is about. */
export interface SweepPlan {
  readonly trigger: (typeof endpointSweeps.$inferInsert)['trigger'];
  readonly source: string;
  /** The pattern that narrows it; null: all models. */
  readonly narrowedTo: string | null;
}

/** A sweep under way. */
export interface OpenSweep {
  readonly id: number;
  readonly startedAt: string;
  /** Whether it was stopped before its end, and is being resumed. */
  readonly isResumed: boolean;
  /** The models that have answered already. */
  readonly answered: ReadonlySet<string>;
  readonly counts: SweepCounts;
}

/** An older stopped sweep is not resumed: its answers would be from very different times. */
const RESUMED_WITHIN_MS = HOUR_MS;

/** Resumes the newest sweep if it was stopped recently and has the same plan; else begins a new one. */
export function openSweep(ledger: Ledger, plan: SweepPlan, now: Date): OpenSweep {
  const last = lastOpen(ledger, plan);
  if (last !== undefined && Math.abs(now.getTime() - Date.parse(lastInstantOf(last))) <= RESUMED_WITHIN_MS) {
    const { id, startedAt } = last;
    return { id, startedAt, isResumed: true, answered: answeredModels(ledger, last), counts: countsOf(last) };
  }
  closeStopped(ledger);
  makeSweepIndexes(ledger.sqlite);
  const startedAt = nextInstant(now, newestInstant(ledger));
  const row = { ...plan, startedAt, status: 'partial' as const };
  const { id } = ledger.orm.insert(endpointSweeps).values(row).returning({ id: endpointSweeps.id }).get();
  return { id, startedAt, isResumed: false, answered: new Set(), counts: NOTHING_YET };
}

export interface SweepEnd extends SweepCounts {
  readonly finishedAt: string;
  readonly status: (typeof endpointSweeps.$inferSelect)['status'];
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export function closeSweep(ledger: Ledger, id: number, end: SweepEnd): void {
  // Even if the clock was set back, a sweep does not end before its last answer.
  const finishedAt = [end.finishedAt, lastInstantOf(sweepRow(ledger, id))].sort().at(-1);
  const row = { ...end, finishedAt };
  ledger.orm.update(endpointSweeps).set(row).where(eq(endpointSweeps.id, id)).run();
}

/** The sweep of the imported answers of an instant, which is created if there is none yet. */
export function importedSweep(ledger: Ledger, startedAt: string, source: string, isWhole: boolean) {
  const { orm, sqlite } = ledger;
  const { id } = endpointSweeps;
  const isSame = and(eq(endpointSweeps.trigger, 'import'), eq(endpointSweeps.startedAt, startedAt));
  const known = orm.select({ id }).from(endpointSweeps).where(isSame).get();
  if (known !== undefined) {
    if (isWhole) orm.update(endpointSweeps).set({ isWhole }).where(eq(id, known.id)).run();
    return { id: known.id, isNew: false };
  }
  makeSweepIndexes(sqlite);
  const row = { trigger: 'import', source, startedAt, finishedAt: startedAt, status: 'complete', isWhole } as const;
  return { ...orm.insert(endpointSweeps).values(row).returning({ id }).get(), isNew: true };
}

export function countAnswer({ orm }: Ledger, sweepId: number, size: number): void {
  orm.run(sql`UPDATE endpoint_sweeps SET models_asked = models_asked + 1, models_answered = models_answered + 1,
    models_without = models_without + ${size === 0 ? 1 : 0}, endpoints_seen = endpoints_seen + ${size}
    WHERE id = ${sweepId}`);
}

/** The newest sweep that no pattern narrowed. */
export function lastWholeSweep({ orm }: Ledger, { withImports = false } = {}) {
  const { narrowedTo, trigger, startedAt } = endpointSweeps;
  const isMeant = and(isNull(narrowedTo), withImports ? undefined : ne(trigger, 'import'));
  return orm.select().from(endpointSweeps).where(isMeant).orderBy(desc(startedAt)).limit(1).get();
}

/**
 * The newest instant of all sweeps, before which no later one is dated.
 * @param except the sweep under way; all others have ended
 */
export function newestInstant({ orm }: Ledger, except = 0): string | null {
  const { id, finishedAt } = endpointSweeps;
  const row = orm
    .select({ at: max(finishedAt) })
    .from(endpointSweeps)
    .where(ne(id, except))
    .get();
  return row?.at ?? null;
}

/** The newest sweep of this program itself, if it was stopped; answers imported since do not end it. */
function lastOpen({ orm }: Ledger, { source, narrowedTo }: SweepPlan) {
  const { trigger, startedAt } = endpointSweeps;
  const own = orm.select().from(endpointSweeps).where(ne(trigger, 'import'));
  const row = own.orderBy(desc(startedAt)).limit(1).get();
  return row?.finishedAt === null && row.source === source && row.narrowedTo === narrowedTo ? row : undefined;
}

/** Ends sweeps that were stopped and not resumed, as of their last answer. */
function closeStopped({ orm }: Ledger): void {
  const isStopped = and(isNull(endpointSweeps.finishedAt), ne(endpointSweeps.trigger, 'import'));
  for (const row of orm.select().from(endpointSweeps).where(isStopped).all()) {
    const end = { finishedAt: lastInstantOf(row), errorCode: 'stopped', errorMessage: 'it was stopped before its end' };
    orm.update(endpointSweeps).set(end).where(eq(endpointSweeps.id, row.id)).run();
  }
}

function countsOf(row: SweepCounts): SweepCounts {
  const { modelsAnswered, modelsWithout, endpointsSeen, requests } = row;
  // Models that failed are asked again.
  return { modelsAsked: modelsAnswered, modelsAnswered, modelsWithout, modelsFailed: 0, endpointsSeen, requests };
}
