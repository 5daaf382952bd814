import { DYNAMIC, readAmount } from '../reading/price.ts';
import { type Circumstances, compareConditions, judge, readConditions } from './conditions.ts';

/** One price in force, as `pricing_history` stores it. */
export interface PriceRow {
  readonly component: string;
  /** `''` for the base price, else the sorted conditions of an entry of `overrides`. */
  readonly condition: string;
  /** Exact decimal USD per unit; null when dynamic. */
  readonly price: string | null;
  readonly dynamic: boolean;
  /** The position in upstream's list, where it is known: of several entries that apply, the last one wins. */
  readonly order?: number;
}

/** Why a line has no amount: no price is listed, upstream decides per request, or images have a price per token. */
export type Problem = 'no_price' | 'dynamic' | 'per_image_token';

/** The price that applies (exact decimal), or why there is none, and the condition it comes from. */
export interface ApplicablePrice {
  readonly condition: string;
  readonly price: string | Problem;
}

/** Of the entries that apply, the last in upstream's list; those with conditions not known here are skipped. */
export function applicablePrice(rows: readonly PriceRow[], component: string, at: Circumstances): ApplicablePrice {
  let applicable: ApplicablePrice = { condition: '', price: 'no_price' };
  for (const row of rows) {
    if (row.component !== component || judge(readConditions(row.condition), at) !== 'holds') continue;
    applicable = { condition: row.condition, price: readPrice(row) };
  }
  return applicable;
}

/** The conditions of a component's entries that are skipped, as they are not known here. */
export function skippedConditions(rows: readonly PriceRow[], component: string, at: Circumstances): readonly string[] {
  return rows
    .filter((row) => row.component === component && judge(readConditions(row.condition), at) === 'unknown')
    .map(({ condition }) => condition);
}

function readPrice({ price, dynamic }: PriceRow): string | Problem {
  if (dynamic) return 'dynamic';
  const amount = price === null ? undefined : readAmount(price);
  if (amount === DYNAMIC) return 'dynamic';
  return amount ?? 'no_price';
}

export function isProblem(price: string | Problem): price is Problem {
  return price === 'no_price' || price === 'dynamic' || price === 'per_image_token';
}

/** No price, or a listed zero. */
export function isNothing({ price }: ApplicablePrice): boolean {
  return price === 'no_price' || price === '0';
}

/** Base prices first, then the entries as upstream lists them; see `order`. */
export function sortByPrecedence(prices: readonly PriceRow[]): readonly PriceRow[] {
  const listed = prices.every(({ condition, order }) => condition === '' || order !== undefined);
  return [...prices].sort((a, b) => {
    if (a.condition === '' || b.condition === '') return Number(a.condition !== '') - Number(b.condition !== '');
    const byList = listed ? (a.order ?? 0) - (b.order ?? 0) : 0;
    return byList === 0 ? compareConditions(a.condition, b.condition) : byList;
  });
}
