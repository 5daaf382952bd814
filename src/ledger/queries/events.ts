import { and, type SQL, sql } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { fieldGlob } from '../../core/format/glob.ts';
import type { Ledger } from '../store/open.ts';
import type { changeEvents } from '../store/schema/events.ts';
import { isAskedFor, isNews } from './filters.ts';

type Stored = typeof changeEvents.$inferSelect;

/** A row of `change_events`; times are UTC instants, percent is null where it has no meaning. */
export interface EventRow
  extends Readonly<Pick<Stored, 'observedAt' | 'previousObservedAt' | 'type' | 'field' | 'cause' | 'changePct'>> {
  readonly run: Stored['runId'];
  readonly model: Stored['modelId'];
  readonly before: Stored['oldValue'];
  readonly after: Stored['newValue'];
}

/** Its keys in the order in which they are printed. */
export const EVENT_KEYS = [
  ...(['observedAt', 'previousObservedAt', 'run', 'model', 'type'] as const),
  ...(['field', 'before', 'after', 'cause', 'changePct'] as const),
] satisfies readonly (keyof EventRow)[];

export interface EventFilter {
  readonly since?: string | undefined;
  /** The first instant that is not asked for. */
  readonly until?: string | undefined;
  /** Patterns of ids, one of which must match; see `modelGlob`. */
  readonly models?: readonly string[] | undefined;
  readonly author?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** A pattern of fields; `pricing.` and conditions may be left out. */
  readonly field?: string | undefined;
  /** The least change of a price in percent, whatever its direction. */
  readonly minPercent?: number | undefined;
  /** Include changes that are no news (`zero`, `clock`, `drift`). */
  readonly noise?: boolean | undefined;
  /** Include the first run, and the models that were new in the run that widened the scope. */
  readonly firstRun?: boolean | undefined;
}

const COLUMNS = sql`e.run_id AS run, e.observed_at AS observedAt, e.previous_observed_at AS previousObservedAt,
  e.model_id AS model, e.type, e.field, e.old_value AS before, e.new_value AS after, e.cause, e.change_pct AS changePct`;
/** A row of these columns as an array. */
type RawEvent = readonly [
  ...[Stored['runId'], Stored['observedAt'], Stored['previousObservedAt'], Stored['modelId'], Stored['type']],
  ...[Stored['field'], Stored['oldValue'], Stored['newValue'], Stored['cause'], Stored['changePct']],
];
const DIALECT = new SQLiteSyncDialect();

/** Reads runs in the order of time and then their events, both by index, so that a limit can end it early. */
const EVENTS = sql`sync_runs AS r CROSS JOIN change_events AS e ON e.run_id = r.id`;

/** Matching events, newest run first, within a run in the order of recording; read lazily. */
export function* findEvents(ledger: Ledger, filter: EventFilter): Iterable<EventRow> {
  const query = DIALECT.sqlToQuery(sql`SELECT ${COLUMNS} FROM ${EVENTS} WHERE ${conditions(ledger, filter)}
    ORDER BY r.observed_at DESC, r.id DESC, e.id`);
  const rows = ledger.sqlite
    .prepare<unknown[], RawEvent>(query.sql)
    .raw()
    .iterate(...query.params);
  const isWanted = filter.field === undefined ? undefined : fieldGlob(filter.field);
  // Making objects of arrays here is several times faster than having SQLite return objects.
  for (const [run, observedAt, previousObservedAt, model, type, field, before, after, cause, changePct] of rows) {
    if (field !== null && isWanted?.(field) === false) continue;
    yield { run, observedAt, previousObservedAt, model, type, field, before, after, cause, changePct };
  }
}

export function countEvents(ledger: Ledger, filter: EventFilter): number {
  if (filter.field !== undefined) return [...findEvents(ledger, filter)].length;
  return ledger.orm.get<{ n: number }>(sql`SELECT count(*) AS n FROM ${EVENTS} WHERE ${conditions(ledger, filter)}`).n;
}

/** All events of one model, oldest first. */
export function eventsOf({ orm }: Ledger, model: string): EventRow[] {
  return orm.all<EventRow>(
    sql`SELECT ${COLUMNS} FROM change_events AS e WHERE e.model_id = ${model} ORDER BY e.observed_at, e.id`,
  );
}

export interface Turn {
  readonly observedAt: string;
  readonly previousObservedAt: string | null;
}

/** Prepares lookups of when a model was last added or restored, or last removed, before an instant. */
export function prepareTurns({ sqlite }: Ledger) {
  const last = (types: string) =>
    sqlite.prepare<[{ model: string; before: string }], Turn>(
      `SELECT observed_at AS observedAt, previous_observed_at AS previousObservedAt FROM change_events
        WHERE model_id = @model AND type IN (${types}) AND observed_at < @before ORDER BY observed_at DESC LIMIT 1`,
    );
  return { came: last("'added', 'restored'"), went: last("'removed'") };
}

function conditions(ledger: Ledger, filter: EventFilter): SQL | undefined {
  const { since, until, types, field, minPercent } = filter;
  return and(
    sql`r.status = 'changed'`,
    since === undefined ? undefined : sql`r.observed_at >= ${since}`,
    until === undefined ? undefined : sql`r.observed_at < ${until}`,
    isAskedFor(ledger, sql`e.model_id`, filter),
    types && sql`e.type IN ${types}`,
    field === undefined ? undefined : sql`e.field IS NOT NULL`,
    minPercent === undefined ? undefined : sql`abs(e.change_pct) >= ${minPercent}`,
    filter.noise ? undefined : isNews(sql`e.cause`),
    filter.firstRun ? undefined : sql`e.previous_observed_at IS NOT NULL`,
  );
}
