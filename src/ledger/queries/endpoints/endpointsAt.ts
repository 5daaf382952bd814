import { sql } from 'drizzle-orm';
import { compareText, groupBy } from '../../../core/collections.ts';
import type { EndpointLimits, Label } from '../../../core/endpoints/endpoint.ts';
import type { PriceRow } from '../../../core/pricing/applicablePrice.ts';
import { basePrice } from '../../../core/pricing/offers.ts';
import { type Amount, comparePrices, isAmount } from '../../../core/reading/price.ts';
import { END_OF_TIME } from '../../../core/time/instant.ts';
import { EndpointTexts } from '../../endpoints/texts.ts';
import { answerAt, answeredBy } from '../../endpoints/timeline.ts';
import type { Ledger } from '../../store/open.ts';
import { inForce, type StoredPriceRow, toPriceRow } from '../listing.ts';

export interface ServedEndpoint extends Label, EndpointLimits {
  readonly id: number;
  readonly twin: number;
  readonly firstSeenAt: string;
  readonly prices: readonly PriceRow[];
}

/**
 * The endpoints of a model at an instant, the cheapest prompt first; none where none are known.
 * @param at null: now
 */
export function listEndpointsAt({ orm }: Ledger, model: string, at: string | null): ServedEndpoint[] {
  const rows = orm.all<Omit<ServedEndpoint, 'prices'>>(sql`
    SELECT e.id, e.provider, e.tag, e.quantization, e.twin, e.first_seen_at AS firstSeenAt, l.context_length AS contextLength,
      l.max_prompt_tokens AS maxPromptTokens, l.max_completion_tokens AS maxCompletionTokens
    FROM endpoints AS e JOIN endpoint_limits AS l ON l.endpoint_id = e.id AND ${inForce(sql`l`, at)} WHERE e.model_id = ${model}`);
  const prices = orm.all<StoredPriceRow & { endpoint: number }>(sql`
    SELECT p.endpoint_id AS endpoint, p.component, p.condition, p.price, p.dynamic
    FROM endpoints AS e JOIN endpoint_prices AS p ON p.endpoint_id = e.id AND ${inForce(sql`p`, at)} WHERE e.model_id = ${model}`);
  const byEndpoint = groupBy(prices, ({ endpoint }) => endpoint);
  return rows.map((row) => ({ ...row, prices: (byEndpoint.get(row.id) ?? []).map(toPriceRow) })).sort(byPrice);
}

function byPrice(a: ServedEndpoint, b: ServedEndpoint): number {
  const compareBy = (component: string): number => comparePrices(basePrice(a, component), basePrice(b, component));
  const nameOf = ({ provider, tag, twin }: ServedEndpoint): string => `${provider} ${tag} ${twin}`;
  return compareBy('prompt') || compareBy('completion') || compareText(nameOf(a), nameOf(b));
}

/** When a model last answered by an instant (null: now). */
export function endpointsAnsweredBy(ledger: Ledger, model: string, at: string | null): string | null {
  return answeredBy(ledger, model, at ?? END_OF_TIME);
}

/** How many providers and endpoints serve a model, and the range of their prompt prices. */
export interface ServedRange {
  readonly providers: number;
  readonly endpoints: number;
  /** Null where no price is a number. */
  readonly lowest: Amount | null;
  readonly highest: Amount | null;
}

/** Null where no endpoints are known. */
export function servedRange(ledger: Ledger, model: string, at: string | null): ServedRange | null {
  const endpoints = listEndpointsAt(ledger, model, at);
  if (endpoints.length === 0) return null;
  const amounts = endpoints.map((one) => basePrice(one, 'prompt')).filter(isAmount);
  return {
    providers: new Set(endpoints.map(({ provider }) => provider)).size,
    endpoints: endpoints.length,
    lowest: amounts[0] ?? null,
    highest: amounts.at(-1) ?? null,
  };
}

/**
 * The newest answer about a model at an instant, in upstream's shape, `null` for all telemetry; `none`: it had no
 * endpoints then. Undefined where nothing is known by then.
 */
export function endpointsAnswerAt(ledger: Ledger, model: string, at: string | null): Buffer | 'none' | undefined {
  const answer = answerAt(ledger, model, at ?? END_OF_TIME);
  if (answer === undefined) return undefined;
  if (answer.textId === null) return 'none';
  const text = new EndpointTexts(ledger).get(answer.textId);
  // A recording may have only the content of `data`.
  const isWhole = /^\s*\{\s*"data"\s*:/.test(text.toString('utf8', 0, 64));
  return isWhole ? text : Buffer.concat([Buffer.from('{"data":'), text, Buffer.from('}')]);
}

/** The models that one of these providers serves, by name, tag or the first part of the tag, in any case. */
export function modelsServedBy({ orm }: Ledger, providers: readonly string[], at: string | null): Set<string> {
  const wanted = JSON.stringify(providers.map((name) => name.trim().toLowerCase()));
  const rows = orm.all<{ id: string }>(sql`
    SELECT DISTINCT e.model_id AS id FROM endpoints AS e JOIN endpoint_limits AS l ON l.endpoint_id = e.id
    WHERE ${inForce(sql`l`, at)} AND (
      lower(e.provider) IN (SELECT value FROM json_each(${wanted})) OR lower(e.tag) IN (SELECT value FROM json_each(${wanted}))
      OR substr(lower(e.tag), 1, instr(e.tag || '/', '/') - 1) IN (SELECT value FROM json_each(${wanted})))`);
  return new Set(rows.map(({ id }) => id));
}
