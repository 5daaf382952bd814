import { LedgerError } from '../../core/errors.ts';
import type { Ledger } from '../store/open.ts';
import { endpointTexts } from './schema/sweeps.ts';
import { EndpointTexts } from './texts.ts';

/** What the kept answers tell of endpoints, but for the ids of rows that nothing refers to. */
export const ENDPOINT_TABLES: Readonly<Record<string, string>> = {
  endpoint_sweeps: 'id, started_at, added, removed, restored, repriced, limits_changed, updated',
  endpoints: `id, model_id, provider, tag, quantization, twin, first_seen_at, last_seen_at, missing_since, removed_at,
    continues, document`,
  endpoint_prices: 'endpoint_id, component, condition, price, dynamic, valid_from, valid_to, opened_by, closed_by',
  endpoint_limits: `endpoint_id, context_length, max_prompt_tokens, max_completion_tokens, valid_from, valid_to, opened_by,
    closed_by`,
  endpoint_events: `sweep_id, endpoint_id, model_id, type, field, old_value, new_value, cause, change_pct, observed_at,
    previous_observed_at`,
  endpoint_quarantine: 'sweep_id, model_id, position, issues, document',
};

/** Every kept answer comes back with its own hash. */
export function checkTexts(ledger: Ledger): string[] {
  const texts = new EndpointTexts(ledger);
  const problems: string[] = [];
  for (const { id } of ledger.orm.select({ id: endpointTexts.id }).from(endpointTexts).all()) {
    try {
      texts.get(id);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      problems.push(`endpoint_texts: row ${id} does not come back as it was (${error.message})`);
    }
  }
  return problems;
}
