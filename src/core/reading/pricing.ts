import { weekdaysText } from '../time/weekdays.ts';
import { KNOWN_COMPONENTS } from './components.ts';
import { isObject, type JsonObject, jsonText, numberText } from './json.ts';
import { collect, LONGEST_NAME, pathStep, storable, TooManyLeaves } from './leaves.ts';
import { type Amount, readAmount } from './price.ts';
import { quote } from './quote.ts';

/** One price: what for, under which condition, how much. */
interface ParsedPrice {
  /** Upstream's key, known or not. */
  readonly component: string;
  /** `''` for the base price, else the sorted conditions of its `overrides` entry: `min_prompt_tokens=128000`. */
  readonly condition: string;
  readonly amount: Amount;
}

/** Prices by {@link priceKey}, in upstream's order. */
export type Prices = ReadonlyMap<string, ParsedPrice>;

export interface Issue {
  readonly path: string;
  readonly reason: string;
}

/** Bounds for one model; real ones have some dozens of prices, with conditions of up to sixty characters. */
const MOST_PRICES = 1000;
const LONGEST_CONDITION = 1000;
const MOST_ISSUES = 20;

export interface PricingRead {
  readonly prices: Prices;
  /** Unknown keys under `pricing` whose values are no amounts; they are kept as leaves. */
  readonly rest: ReadonlyMap<string, unknown>;
  readonly issues: readonly Issue[];
}

/** Component and condition as one key, which begins with the component's length so that no two pairs share it. */
export function priceKey(component: string, condition: string): string {
  return `${component.length} ${component}${condition}`;
}

/** The amount of a base price; null where none is listed. */
export function baseAmount(prices: Prices, component: string): Amount | null {
  return prices.get(priceKey(component, ''))?.amount ?? null;
}

/** The name of a price in events: `pricing.prompt`, `pricing.prompt[min_prompt_tokens=128000]`. */
export function priceField(component: string, condition: string): string {
  return condition === '' ? `pricing.${component}` : `pricing.${component}[${condition}]`;
}

/**
 * Reads a model's `pricing`.
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */
export function readPricing(pricing: JsonObject): PricingRead {
  const prices = new Map<string, ParsedPrice>();
  const rest = new Map<string, unknown>();
  const issues: Issue[] = [];
  const add = (name: string, condition: string, value: unknown): boolean => {
    const amount = amountOf(value);
    if (amount === undefined) return false;
    if (prices.size > MOST_PRICES) return true;
    if (name.length > LONGEST_NAME) throw new TooManyLeaves(`a price's name has more than ${LONGEST_NAME} characters`);
    const component = storable(name);
    const key = priceKey(component, condition);
    prices.delete(key);
    prices.set(key, { component, condition, amount });
    return true;
  };
  for (const [component, value] of Object.entries(pricing)) {
    if (component === 'overrides' || value === null) continue;
    if (add(component, '', value)) continue;
    if (KNOWN_COMPONENTS.has(component)) issues.push(notAnAmount(`pricing.${component}`, value));
    else collect(rest, `pricing.${pathStep(component)}`, value);
  }
  readOverrides(pricing.overrides, { add, rest, issues });
  if (prices.size > MOST_PRICES) issues.push({ path: 'pricing', reason: `more than ${MOST_PRICES} prices` });
  return { prices, rest, issues: issues.slice(0, MOST_ISSUES) };
}

/** An amount, as text or as a number; undefined for any other value. */
export function amountOf(value: unknown): Amount | undefined {
  const text = typeof value === 'string' ? value : numberText(value);
  return text === undefined ? undefined : readAmount(text);
}

interface Sink {
  readonly add: (component: string, condition: string, value: unknown) => boolean;
  readonly rest: Map<string, unknown>;
  readonly issues: Issue[];
}

/** In an entry of `overrides`, strings are prices and all other values are conditions. */
function readOverrides(overrides: unknown, sink: Sink): void {
  if (overrides === null || overrides === undefined) return;
  if (!Array.isArray(overrides)) {
    sink.issues.push({ path: 'pricing.overrides', reason: 'expected an array' });
    return;
  }
  overrides.forEach((entry: unknown, index) => {
    if (sink.issues.length > MOST_ISSUES) return;
    const path = `pricing.overrides[${index}]`;
    if (!isObject(entry)) {
      sink.issues.push({ path, reason: 'expected an object' });
      return;
    }
    const condition = conditionOf(entry);
    if (condition.length > LONGEST_CONDITION) {
      sink.issues.push({ path, reason: `its conditions have more than ${LONGEST_CONDITION} characters` });
      return;
    }
    for (const [key, value] of Object.entries(entry)) {
      if (typeof value !== 'string' || sink.add(key, condition, value)) continue;
      if (KNOWN_COMPONENTS.has(key)) sink.issues.push(notAnAmount(`${path}.${key}`, value));
      else collect(sink.rest, priceField(pathStep(key), condition), value);
    }
  });
}

function conditionOf(entry: JsonObject): string {
  return Object.keys(entry)
    .filter((key) => typeof entry[key] !== 'string' && entry[key] !== null)
    .sort()
    .map((key) => `${/[=,"]/.test(key) ? JSON.stringify(key) : storable(key)}=${conditionText(key, entry[key])}`)
    .join(',');
}

/** Weekdays are sorted, as their order upstream means nothing. */
function conditionText(key: string, value: unknown): string {
  return (key === 'utc_days' ? weekdaysText(value) : undefined) ?? jsonText(value, true);
}

function notAnAmount(path: string, value: unknown): Issue {
  return { path, reason: `not a decimal amount: ${quote(jsonText(value), 80)}` };
}
