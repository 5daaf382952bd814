import { type SQL, sql } from 'drizzle-orm';
import { NOISE_CAUSES } from '../../core/diff/changes.ts';
import type { Verdict } from '../../core/endpoints/verdict.ts';
import type { PriceRow } from '../../core/pricing/applicablePrice.ts';
import { basePrice, isAmount } from '../../core/pricing/offers.ts';
import { type Amount, compareAmounts } from '../../core/reading/price.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { lastWholeSweep } from '../endpoints/sweeps.ts';
import { EndpointTexts } from '../endpoints/texts.ts';
import { saidAt } from '../endpoints/timeline.ts';
import type { Ledger } from '../store/open.ts';
import type { EventRow } from './events.ts';
import { all, matchesModel } from './filters.ts';
import type { ListingFilter } from './listing.ts';

/** Who serves a model, on what terms. */
export interface ServedEndpoint {
  readonly id: number;
  readonly provider: string;
  readonly tag: string;
  readonly quantization: string | null;
  /** The ordinal among those that share all of the above. */
  readonly twin: number;
  readonly firstSeenAt: string;
  /** Tokens; null where upstream names none. */
  readonly contextLength: number | null;
  readonly maxPromptTokens: number | null;
  readonly maxCompletionTokens: number | null;
  readonly prices: readonly PriceRow[];
}

/**
 * The endpoints of a model at an instant, the cheapest prompt first; none where nobody served it, or nobody asked.
 * @param at null: now
 */
export function listEndpointsAt({ orm }: Ledger, model: string, at: string | null): ServedEndpoint[] {
  const instant = at ?? END_OF_TIME;
  const inForce = (table: 'l' | 'p') =>
    at === null
      ? sql`${sql.raw(table)}.valid_to IS NULL`
      : sql`${sql.raw(table)}.valid_from <= ${instant} AND (${sql.raw(table)}.valid_to IS NULL OR ${sql.raw(table)}.valid_to > ${instant})`;
  const rows = orm.all<Omit<ServedEndpoint, 'prices'>>(sql`
    SELECT e.id, e.provider, e.tag, e.quantization, e.twin, e.first_seen_at AS firstSeenAt, l.context_length AS contextLength,
      l.max_prompt_tokens AS maxPromptTokens, l.max_completion_tokens AS maxCompletionTokens
    FROM endpoints AS e JOIN endpoint_limits AS l ON l.endpoint_id = e.id AND ${inForce('l')} WHERE e.model_id = ${model}`);
  const prices = orm.all<Omit<PriceRow, 'dynamic'> & { endpoint: number; dynamic: number }>(sql`
    SELECT p.endpoint_id AS endpoint, p.component, p.condition, p.price, p.dynamic
    FROM endpoints AS e JOIN endpoint_prices AS p ON p.endpoint_id = e.id AND ${inForce('p')} WHERE e.model_id = ${model}`);
  const byEndpoint = groupPrices(prices);
  return rows
    .map((row) => ({
      ...row,
      prices: (byEndpoint.get(row.id) ?? []).map(({ component, condition, price, dynamic }) => ({
        ...{ component, condition, price },
        dynamic: dynamic === 1,
      })),
    }))
    .sort(byPrice);
}

function groupPrices<T extends { readonly endpoint: number }>(prices: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const price of prices) groups.set(price.endpoint, [...(groups.get(price.endpoint) ?? []), price]);
  return groups;
}

function byPrice(a: ServedEndpoint, b: ServedEndpoint): number {
  for (const component of ['prompt', 'completion']) {
    const [left, right] = [basePrice(a, component), basePrice(b, component)];
    if (!isAmount(left) || !isAmount(right)) {
      if (isAmount(left) !== isAmount(right)) return isAmount(left) ? -1 : 1;
    } else if (compareAmounts(left, right) !== 0) return compareAmounts(left, right);
  }
  const [left, right] = [`${a.provider} ${a.tag} ${a.twin}`, `${b.provider} ${b.tag} ${b.twin}`];
  return left < right ? -1 : Number(left > right);
}

/** How many serve a model, and between which prices of a prompt token; null where nobody does, or nobody asked. */
export interface ServedRange {
  readonly providers: number;
  readonly endpoints: number;
  /** Null where no price is a number. */
  readonly lowest: Amount | null;
  readonly highest: Amount | null;
}

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
  const said = saidAt(ledger, model, at ?? END_OF_TIME);
  if (said === undefined) return undefined;
  if (said.textId === null) return 'none';
  const text = new EndpointTexts(ledger).get(said.textId);
  // A recording may have kept only what stands under it.
  const isWhole = /^\s*\{\s*"data"\s*:/.test(text.toString('utf8', 0, 64));
  return isWhole ? text : Buffer.concat([Buffer.from('{"data":'), text, Buffer.from('}')]);
}

/** The models that one of these providers serves, by its name or the first part of its tag, whatever the case. */
export function modelsServedBy({ orm }: Ledger, providers: readonly string[], at: string | null): Set<string> {
  const wanted = JSON.stringify(providers.map((name) => name.trim().toLowerCase()));
  const instant = at ?? END_OF_TIME;
  const rows = orm.all<{ id: string }>(sql`
    SELECT DISTINCT e.model_id AS id FROM endpoints AS e JOIN endpoint_limits AS l ON l.endpoint_id = e.id
    WHERE l.valid_from <= ${instant} AND (l.valid_to IS NULL OR l.valid_to > ${instant}) AND (
      lower(e.provider) IN (SELECT value FROM json_each(${wanted})) OR lower(e.tag) IN (SELECT value FROM json_each(${wanted}))
      OR substr(lower(e.tag), 1, instr(e.tag || '/', '/') - 1) IN (SELECT value FROM json_each(${wanted})))`);
  return new Set(rows.map(({ id }) => id));
}

/** Whether anybody ever asked who serves the models. */
export function hasEndpoints({ orm }: Ledger): boolean {
  return orm.get(sql`SELECT 1 FROM endpoint_sweeps LIMIT 1`) !== undefined;
}

/** The newest sweep over all models, and what it left open; undefined where there was none. */
export function lastSweep(ledger: Ledger) {
  const last = lastWholeSweep(ledger, { withImports: true });
  if (last === undefined) return undefined;
  const { answers: _, isWhole: __, ...sweep } = last;
  const open = ledger.orm.get<{ endpoints: number; models: number; aside: number }>(sql`SELECT
    (SELECT count(*) FROM endpoints WHERE missing_since IS NULL) AS endpoints,
    (SELECT count(DISTINCT model_id) FROM endpoints WHERE missing_since IS NULL) AS models,
    (SELECT count(*) FROM endpoint_quarantine WHERE sweep_id = ${last.id}) AS aside`);
  return { ...sweep, ...open };
}

export type LastSweep = NonNullable<ReturnType<typeof lastSweep>>;

/** Looks up what the endpoints say of a `repriced` event of the list; null where no endpoints were ever recorded. */
export function prepareVerdicts(ledger: Ledger): (run: number, model: string, field: string | null) => Verdict | null {
  if (!hasEndpoints(ledger)) return () => null;
  const verdictOf = ledger.sqlite
    .prepare<[number, string, string | null], Verdict>(
      'SELECT verdict FROM headline_changes WHERE run_id = ? AND model_id = ? AND field = ?',
    )
    .pluck();
  return (run, model, field) => verdictOf.get(run, model, field) ?? null;
}

/** An event with what the endpoints say of it. */
export interface JudgedEvent extends EventRow {
  /** Null where it is no repricing, or no endpoints were ever recorded. */
  readonly verdict: Verdict | null;
}

export function judgeEvents(ledger: Ledger, events: readonly EventRow[]): JudgedEvent[] {
  const verdictOf = prepareVerdicts(ledger);
  return events.map((event) => ({
    ...event,
    verdict: event.type === 'repriced' ? verdictOf(event.run, event.model, event.field) : null,
  }));
}

/** The same of a price between two instants: where what happened in between was all of one kind, that; else `unknown`. */
export function prepareNetVerdicts(
  ledger: Ledger,
  from: string,
  to: string,
): (model: string, field: string | null) => Verdict | null {
  if (!hasEndpoints(ledger)) return () => null;
  const verdictOf = ledger.sqlite
    .prepare<[string, string | null, string, string], Verdict | null>(
      `SELECT CASE WHEN min(verdict) = max(verdict) THEN min(verdict) ELSE 'unknown' END FROM headline_changes
        WHERE model_id = ? AND field = ? AND observed_at > ? AND observed_at <= ? HAVING count(*) > 0`,
    )
    .pluck();
  return (model, field) => verdictOf.get(model, field, from, to) ?? null;
}

/** How old a sweep may be to say what is shown now. */
const FRESH_MS = 26 * 3_600_000;

/**
 * What the newest sweep leads one to expect of a listed price that changes now: that another provider is shown, where one
 * endpoint has the new price already and one has the old price. The next sweep will know.
 */
export function prepareExpectedVerdicts(
  { sqlite }: Ledger,
  now: string,
): (model: string, field: string, before: string | null, after: string | null) => Verdict | null {
  const since = new Date(Date.parse(now) - FRESH_MS).toISOString();
  const offers = sqlite
    .prepare<[string, string, string | null, string], number>(
      `SELECT count(*) FROM endpoints AS e JOIN endpoint_prices AS p ON p.endpoint_id = e.id AND p.valid_to IS NULL
        WHERE e.model_id = ? AND 'pricing.' || p.component || CASE p.condition WHEN '' THEN '' ELSE '[' || p.condition || ']' END = ?
          AND coalesce(p.price, 'dynamic') = ? AND EXISTS (SELECT 1 FROM endpoint_sweeps WHERE finished_at >= ?)`,
    )
    .pluck();
  const isOffered = (model: string, field: string, price: string | null): boolean =>
    (offers.get(model, field, price, since) ?? 0) > 0;
  return (model, field, before, after) =>
    isOffered(model, field, after) && isOffered(model, field, before) ? 'other provider' : null;
}

/** How many endpoints came, went, came back, or changed a price or a limit in between; zeros where no sweep tells. */
export type EndpointChanges = Readonly<Record<'added' | 'removed' | 'restored' | 'repriced' | 'limits', number>>;

/** What sweeps observed after one instant, up to another; an endpoint's first sight in the first sweep is no change. */
export function countEndpointChanges(
  ledger: Ledger,
  { from, to }: { readonly from: string; readonly to: string },
  { models, author }: ListingFilter,
): EndpointChanges {
  const conditions = all([
    sql`e.observed_at > ${from} AND e.observed_at <= ${to} AND e.previous_observed_at IS NOT NULL`,
    sql`(e.cause IS NULL OR e.cause NOT IN ${NOISE_CAUSES})`,
    models === undefined ? undefined : matchesModel(ledger, sql`e.model_id`, models),
    author === undefined
      ? undefined
      : sql`e.model_id IN (SELECT id FROM models WHERE author = ${author} COLLATE NOCASE)`,
  ]);
  const count = (type: string): SQL => sql`count(DISTINCT CASE WHEN e.type = ${type} THEN e.endpoint_id END)`;
  return ledger.orm.get<EndpointChanges>(sql`SELECT ${count('added')} AS added, ${count('removed')} AS removed,
    ${count('restored')} AS restored, ${count('repriced')} AS repriced, ${count('limits_changed')} AS limits
    FROM endpoint_events AS e WHERE ${conditions}`);
}
