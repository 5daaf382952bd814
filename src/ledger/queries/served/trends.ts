import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';
import { ACCEPTED_STATUSES } from '../../store/schema/runs.ts';

/** How many models the last list of each day had, by an instant. */
export function listedByDay({ orm }: Ledger, by: string): { day: string; models: number }[] {
  return orm.all(sql`SELECT date(observed_at) AS day, model_count AS models, max(observed_at) AS at FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at <= ${by} AND model_count IS NOT NULL
    GROUP BY date(observed_at) ORDER BY day`);
}

export interface Week {
  /** Its Monday. */
  readonly week: string;
  readonly came: number;
  readonly back: number;
  readonly went: number;
}

/** How many models came, came back and went in each week in which any did, without the first list. */
export function movesByWeek({ orm }: Ledger, by: string): Week[] {
  return orm.all(sql`SELECT date(observed_at, 'weekday 0', '-6 days') AS week, sum(type = 'added') AS came,
      sum(type = 'restored') AS back, sum(type = 'removed') AS went
    FROM change_events WHERE type IN ('added', 'restored', 'removed') AND previous_observed_at IS NOT NULL
      AND observed_at <= ${by} GROUP BY week ORDER BY week`);
}

/** The period of a base price; the model's abilities are those it has now, or had when it was removed. */
export interface OfferPeriod {
  readonly model: string;
  readonly name: string | null;
  readonly price: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly contextLength: number | null;
  /** JSON arrays. */
  readonly parameters: string | null;
  readonly inputs: string | null;
  readonly outputs: string | null;
  readonly modality: string | null;
}

/** Every base price of a component that was above zero. */
export function offerPeriods({ orm }: Ledger, component: string, by: string): OfferPeriod[] {
  return orm.all(sql`SELECT m.id AS model, m.name, p.price, p.valid_from AS validFrom,
      CASE WHEN p.valid_to > ${by} THEN NULL ELSE p.valid_to END AS validTo,
      m.supported_parameters AS parameters, m.input_modalities AS inputs, m.output_modalities AS outputs, m.modality,
      m.document ->> '$.context_length' AS contextLength
    FROM pricing_history AS p JOIN models AS m ON m.id = p.model_id
    WHERE p.component = ${component} AND p.condition = '' AND p.dynamic = 0 AND p.price <> '0' AND p.valid_from <= ${by}`);
}
