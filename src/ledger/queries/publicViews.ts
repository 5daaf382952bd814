import { sql } from 'drizzle-orm';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES, LIST_STATUSES } from '../store/schema/runs.ts';
import { kindOf, type PublicRelation } from './publicTables.ts';

/** The views that are exported, and what their rows are sorted by. */
const VIEWS = [
  { name: 'price_periods', order: ['model_id', 'component', 'condition', 'valid_from'] },
  { name: 'current_offers', order: ['model_id'] },
  { name: 'daily_prices', order: ['day', 'model_id', 'component', 'condition'] },
] as const;

/** Computed columns of views, for which SQLite has no type, that are texts. */
const TEXTS = ['name', 'author', 'unit', 'day', 'tokenizer', 'modality'];

/** In a view `price` is a number for people; an export has the exact text in its place, as in tables. */
const NUMBER = 'price';
const EXACT = 'price_exact';

export function publicViews({ sqlite }: Ledger): PublicRelation[] {
  const columnsOf = sqlite.prepare<[string], { name: string; type: string }>(
    'SELECT name, type FROM pragma_table_info(?)',
  );
  return VIEWS.map(({ name, order }) => ({
    name,
    order,
    columns: columnsOf
      .all(name)
      .filter((column) => column.name !== NUMBER)
      .map((column) => ({
        ...(column.name === EXACT ? { name: NUMBER, source: EXACT } : { name: column.name }),
        kind: kindOf(column.name, column.type || (TEXTS.includes(column.name) ? 'text' : 'real')),
        isNullable: true,
      })),
  }));
}

/** The months from the first to the newest accepted list, `2026-08`. */
export function monthsOfPrices({ orm }: Ledger): string[] {
  const rows = orm.all<{ month: string }>(sql`
    WITH RECURSIVE span AS (
      SELECT min(valid_from) AS first, (SELECT max(observed_at) FROM sync_runs WHERE status IN ${ACCEPTED_STATUSES}) AS last
      FROM pricing_history
    ), months(month) AS (
      SELECT date(first, 'start of month') FROM span WHERE first IS NOT NULL
      UNION ALL SELECT date(month, '+1 month') FROM months, span WHERE date(month, '+1 month') <= last
    ) SELECT substr(month, 1, 7) AS month FROM months ORDER BY month`);
  return rows.map(({ month }) => month);
}

export interface Changes {
  /** Whether the run asked about is in the ledger (0, before the first, always is). */
  readonly isKnown: boolean;
  readonly lastRun: number;
  /** The first month that later lists have changed, `2026-08`; null: there are none. */
  readonly from: string | null;
}

/** From which month on an export is out of date after later runs, which may be imports of older snapshots. */
export function changesSince({ orm }: Ledger, run: number): Changes {
  // In the month of the list before them, the days after it had no prices yet.
  const row = orm.get<{ known: number; last: number | null; from: string | null }>(sql`
    WITH later AS (SELECT min(observed_at) AS first FROM sync_runs WHERE id > ${run} AND status IN ${LIST_STATUSES})
    SELECT (SELECT count(*) FROM sync_runs WHERE id = ${run}) AS known, (SELECT max(id) FROM sync_runs) AS last,
      coalesce((SELECT max(observed_at) FROM sync_runs WHERE status IN ${ACCEPTED_STATUSES} AND observed_at < first),
        first) AS "from" FROM later`);
  return {
    isKnown: run === 0 || row.known > 0,
    lastRun: row.last ?? 0,
    from: row.from?.slice(0, 7) ?? null,
  };
}
