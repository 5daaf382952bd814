import Big from 'big.js';
import { placeOf, unitOf } from '../reading/components.ts';
import {
  applicablePrice,
  isNothing,
  isProblem,
  type PriceRow,
  type Problem,
  skippedConditions,
  sortByPrecedence,
} from './applicablePrice.ts';
import { type Circumstances, circumstancesAt } from './conditions.ts';
import { type ComponentUsage, promptSize, readQuantities } from './usage.ts';

export interface RequestBillLine {
  readonly component: string;
  /** The component whose price was taken: mostly the same; see {@link bill} for those that are billed as another. */
  readonly pricedAs: string;
  readonly quantity: bigint;
  readonly unitPrice: string | null;
  /** The condition that gave the price; `''`: the base price. */
  readonly condition: string;
  /** Exact decimal USD, never rounded. */
  readonly amount: string | null;
  readonly problem: Problem | null;
}

export interface RequestBill {
  readonly lines: readonly RequestBillLine[];
  /** Exact USD, or null when any line has a problem. */
  readonly total: string | null;
  /** Exact USD of the lines that have an amount; less than the request cost where `total` is null. */
  readonly subtotal: string;
  /** The size of the prompt that tiers were judged by. */
  readonly promptTokens: bigint;
  /** The distinct conditions that gave a line its price, in the order of the lines. */
  readonly conditions: readonly string[];
  /** Conditions that are not known here. Their entries are skipped, as upstream asks of its readers. */
  readonly skipped: readonly string[];
  /** Components that every request pays for and whose price is not zero, but whose quantity was not given. */
  readonly unbilled: readonly string[];
  /** The listed `discount`, a fraction of 1; for show, see {@link bill}. */
  readonly discount: string | null;
}

/**
 * What a request costs at the prices given.
 *
 * - Every quantity stands for itself: `prompt` counts the tokens billed at the prompt price, and cached, audio and
 *   image tokens are not contained in it. A tier's threshold, however, is about the size of the prompt, so it is
 *   compared with the sum of all of them; images counted by the piece have no size in tokens and are left out.
 * - Upstream bills reasoning tokens as completion tokens unless it lists `internal_reasoning`, and a listed zero of
 *   that key only comes and goes, so both cases take the price of `completion`. They too are not contained in
 *   `completion`.
 * - Image tokens take the price of `image` where that is a price per image token and `image_token` has none; images by
 *   the piece then have no amount, for nobody knows how many tokens an image is.
 * - A component without a listed price is a problem, never zero; a listed `0` is a price. A quantity of zero makes no
 *   line.
 * - `discount` is not applied: upstream lists prices net of it.
 *
 * @param prices the rows in force of one model. Where any of them lacks `order`, tiers are sorted by their threshold,
 *   and days and windows come after them.
 * @param usage non-negative integers by component
 * @param at the instant of the request, by which days and windows are judged, in UTC
 * @throws UsageError for a quantity that is not a count, for `discount` as a quantity, or for an invalid date
 */
export function bill(prices: readonly PriceRow[], usage: ComponentUsage, at: Date): RequestBill {
  const quantities = readQuantities(usage);
  const circumstances = circumstancesAt(at, promptSize(quantities));
  const inOrder = sortByPrecedence(prices);
  const used = [...quantities].filter(([, quantity]) => quantity > 0n).sort(([a], [b]) => placeOf(a) - placeOf(b));
  const lines = used.map(([component, quantity]) => billLine(inOrder, component, quantity, circumstances));
  const request = applicablePrice(inOrder, 'request', circumstances);
  const skipped = lines.flatMap(({ component, pricedAs }) =>
    [component, pricedAs].flatMap((one) => skippedConditions(inOrder, one, circumstances)),
  );
  const priced = lines.filter(({ problem }) => problem === null);
  const subtotal = sum(priced);
  return {
    lines,
    total: priced.length === lines.length ? subtotal : null,
    subtotal,
    promptTokens: circumstances.promptTokens,
    conditions: [...new Set(priced.map(({ condition }) => condition))].filter((condition) => condition !== ''),
    skipped: [...new Set(skipped)],
    unbilled: quantities.has('request') || isNothing(request) ? [] : ['request'],
    discount: prices.find(({ component, condition }) => component === 'discount' && condition === '')?.price ?? null,
  };
}

function billLine(rows: readonly PriceRow[], component: string, quantity: bigint, at: Circumstances): RequestBillLine {
  let pricedAs = component;
  let applicable = applicablePrice(rows, component, at);
  const substitute = isNothing(applicable) ? substituteFor(component, rows) : undefined;
  if (substitute !== undefined) {
    pricedAs = substitute;
    applicable = applicablePrice(rows, substitute, at);
  }
  const isPiece = component === 'image' && unitOf(component, rows) === 'image token' && !isNothing(applicable);
  const { condition } = applicable;
  const price = isPiece ? 'per_image_token' : applicable.price;
  const line = { component, pricedAs, quantity, condition };
  if (isProblem(price)) return { ...line, unitPrice: null, amount: null, problem: price };
  const amount = new Big(quantity.toString()).times(price).toFixed();
  return { ...line, unitPrice: price, amount, problem: null };
}

/** The component whose price is taken where a component has none of its own. */
function substituteFor(component: string, rows: readonly PriceRow[]): string | undefined {
  if (component === 'internal_reasoning') return 'completion';
  return component === 'image_token' && unitOf('image', rows) === 'image token' ? 'image' : undefined;
}

function sum(lines: readonly RequestBillLine[]): string {
  return lines.reduce((total, { amount }) => total.plus(amount ?? '0'), new Big(0)).toFixed();
}
