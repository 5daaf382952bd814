/**
 * The rules of the tables a second time, as plainly as they can be said: every body parsed whole, every model compared
 * with every other, nothing shared with `src`. Slow and short; what the ledger says is checked against this.
 */

export interface Observation {
  readonly at: string;
  readonly text: string;
  readonly scope: string;
  readonly isAccepted: boolean;
}

type Json = Readonly<Record<string, unknown>>;
type Row = readonly (string | number | null)[];

/** Each row as it would be selected from the table of its name. */
export interface Tables {
  readonly runs: Row[];
  readonly events: Row[];
  readonly prices: Row[];
  readonly limits: Row[];
  readonly models: Row[];
  readonly quarantine: Row[];
  readonly drift: Row[];
}

/** What a good entry says: its prices by name, its leaves by path, its limits in the order of the columns. */
export interface Said {
  readonly prices: ReadonlyMap<string, { component: string; condition: string; amount: string }>;
  readonly leaves: ReadonlyMap<string, unknown>;
  readonly limits: readonly (number | null)[];
  readonly document: Json;
}

const KNOWN = `prompt completion request image image_token image_output audio audio_output input_audio_cache
  input_cache_read input_cache_write input_cache_write_1h internal_reasoning web_search discount`.split(/\s+/);

/** Canonical decimal text, `dynamic`, or undefined for what is no decimal. */
export function canonical(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(String(value));
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, -scale));
  if (digits === 0n) return '0';
  if (sign === '-') return 'dynamic';
  const places = Math.max(0, scale);
  const text = digits.toString().padStart(places + 1, '0');
  const cut = text.length - places;
  return places === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`.replace(/\.?0+$/, '');
}

/** The percentage from exact fractions, a hundred digits long. */
function percent(before: string | null, after: string | null): number | null {
  if (before === null || after === null || [before, after].some((one) => one === '0' || one === 'dynamic')) return null;
  const scaled = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(60, '0'));
  };
  const quotient = ((scaled(after) - scaled(before)) * 10n ** 102n) / scaled(before);
  return Number(`${quotient}e-100`);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function open(leaves: Map<string, unknown>, path: string, value: unknown): void {
  if (isJson(value)) for (const key of Object.keys(value)) open(leaves, `${path}.${key}`, value[key]);
  else if (value !== null && value !== undefined) leaves.set(path, value);
}

/** `saturday+sunday`, whatever their order; what is no list of weekdays stays as it is. */
function daysOf(value: unknown): string {
  const week = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
  const days: unknown[] = Array.isArray(value) ? value : [];
  if (days.length === 0 || days.some((day) => !week.some((name) => name === day))) return JSON.stringify(value);
  return week.filter((name) => days.some((day) => day === name)).join('+');
}

/** Reads a good entry; undefined for a broken one. */
export function readDocument(document: unknown): Said | undefined {
  if (!isJson(document) || typeof document.id !== 'string' || document.id === '') return undefined;
  if (!isJson(document.pricing)) return undefined;
  const prices = new Map<string, { component: string; condition: string; amount: string }>();
  const leaves = new Map<string, unknown>();
  const add = (component: string, condition: string, value: unknown): boolean => {
    const amount = canonical(value);
    const name = condition === '' ? `pricing.${component}` : `pricing.${component}[${condition}]`;
    if (amount !== undefined) prices.set(name, { component, condition, amount });
    else if (KNOWN.includes(component)) return false;
    else open(leaves, name, value);
    return true;
  };
  for (const [key, value] of Object.entries(document.pricing)) {
    if (key !== 'overrides' && value !== null && !add(key, '', value)) return undefined;
  }
  const overrides: unknown = document.pricing.overrides ?? [];
  if (!Array.isArray(overrides)) return undefined;
  for (const entry of overrides) {
    if (!isJson(entry)) return undefined;
    const conditions = Object.keys(entry).filter((key) => typeof entry[key] !== 'string' && entry[key] !== null);
    const condition = conditions
      .sort()
      .map((key) => `${key}=${key === 'utc_days' ? daysOf(entry[key]) : JSON.stringify(entry[key])}`)
      .join(',');
    for (const [key, value] of Object.entries(entry)) {
      if (typeof value === 'string' && !add(key, condition, value)) return undefined;
    }
  }
  for (const key of Object.keys(document)) {
    if (!['id', 'pricing', 'benchmarks'].includes(key)) open(leaves, key, document[key]);
  }
  const limit = (path: string): number | null => {
    const value = leaves.get(path);
    if (path.endsWith('is_moderated')) return typeof value === 'boolean' ? Number(value) : null;
    if (typeof value === 'string') return /^[0-9]{1,15}$/.test(value) ? Number(value) : null;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  const limits = [
    ...['context_length', 'top_provider.context_length', 'top_provider.max_completion_tokens'].map(limit),
    ...['top_provider.is_moderated', 'per_request_limits.prompt_tokens', 'per_request_limits.completion_tokens'].map(
      limit,
    ),
  ];
  return { prices, leaves, limits, document };
}

/** Key order does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJson(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key])]);
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** A leaf as events write it. */
export function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Difference {
  readonly type: string;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  cause: string | null;
  readonly pct: number | null;
  readonly shift: string | null;
}

/** The amounts of a component under conditions about the time, each once. */
function scheduled(said: Said, component: string): string[] {
  const ofComponent = [...said.prices.values()].filter((price) => price.component === component);
  const isTimed = (condition: string): boolean => /(^|,)utc_\w*=/.test(condition);
  return [...new Set(ofComponent.filter((price) => isTimed(price.condition)).map((price) => price.amount))].sort();
}

/** The newest base price that was not scheduled when it was seen. */
function defaultOf(seen: readonly Said[], component: string): string | undefined {
  for (const said of [...seen].reverse()) {
    const base = said.prices.get(`pricing.${component}`)?.amount;
    if (base !== undefined && !scheduled(said, component).includes(base)) return base;
  }
  return undefined;
}

/** @param seen all that was said of the model before, oldest first */
export function differences(before: Said, after: Said, seen: readonly Said[] = [before]): Difference[] {
  const found: Difference[] = [];
  for (const name of new Set([...before.prices.keys(), ...after.prices.keys()])) {
    const [old, now] = [before.prices.get(name)?.amount ?? null, after.prices.get(name)?.amount ?? null];
    if (old === now) continue;
    const { component, condition } = before.prices.get(name) ??
      after.prices.get(name) ?? { component: '', condition: '' };
    const [was, is] = [scheduled(before, component), scheduled(after, component)];
    const isThere = condition === '' && old !== null && now !== null && is.length > 0 && same(was, is);
    const isClock = isThere && (is.includes(now) || now === defaultOf(seen, component));
    const isZero = (old === '0' && now === null) || (old === null && now === '0');
    const isAlias = String(after.document.id).startsWith('~');
    const cause = isZero ? 'zero' : isClock ? 'clock' : isAlias ? 'alias' : null;
    const type = isZero || isClock ? 'updated' : 'repriced';
    found.push({ type, field: name, before: old, after: now, cause, pct: percent(old, now), shift: null });
  }
  for (const field of new Set([...before.leaves.keys(), ...after.leaves.keys()])) {
    const [old, now] = [before.leaves.get(field), after.leaves.get(field)];
    if (same(old, now)) continue;
    const isLimit = /^(context_length|top_provider|per_request_limits)(\.|$)/.test(field);
    const kind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);
    const retyped = kind(old) === kind(now) ? null : 'retyped';
    const shift = old === undefined ? 'appeared' : now === undefined ? 'vanished' : retyped;
    const type = isLimit ? 'limits_changed' : 'updated';
    found.push({ type, field, before: textOf(old), after: textOf(now), cause: null, pct: null, shift });
  }
  return found;
}

/** The elements of all pages, or undefined where the body is not a whole list. */
function elementsOf(text: string): unknown[] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const data: unknown = isJson(body) ? body.data : body;
    if (!Array.isArray(data) || data.length === 0) return undefined;
    const total = isJson(body) ? body.total_count : undefined;
    return typeof total === 'number' && total !== data.length ? undefined : data;
  } catch {
    return undefined;
  }
}

interface Interval {
  readonly row: Row;
  readonly from: string;
  to: string | null;
}

/** Everything that the tables must hold after these observations, which stand in the order of time. */
export function replayNaively(observations: readonly Observation[]): Tables {
  const tables: Tables = { runs: [], events: [], prices: [], limits: [], models: [], quarantine: [], drift: [] };
  const prices: Interval[] = [];
  const limits: Interval[] = [];
  const known = new Map<string, { said: Said; first: string; seen: string | null; removed: string | null }>();
  const saids = new Map<string, Said[]>();
  const listed = (): string[] => [...known].filter(([, life]) => life.removed === null).map(([id]) => id);
  let previous: Observation | undefined;
  let absences = new Map<string, number>();

  for (const now of observations) {
    const { at } = now;
    const elements = elementsOf(now.text);
    const good = new Map<string, Said>();
    const bad: { position: number; id: string | null; text: string }[] = [];
    elements?.forEach((element, position) => {
      const said = readDocument(element);
      const id = isJson(element) && typeof element.id === 'string' && element.id !== '' ? element.id : null;
      const twin = id === null ? undefined : good.get(id);
      if (said === undefined || id === null || (twin && !same(twin.document, element))) {
        bad.push({ position, id, text: JSON.stringify(element) });
      } else if (!twin) good.set(id, said);
    });
    const counts = { added: 0, removed: 0, restored: 0, repriced: 0, limits_changed: 0, updated: 0 };
    const settle = (status: string, size: number | null, quarantined: number): void => {
      tables.runs.push([at, now.scope, status, size, ...Object.values(counts), quarantined]);
    };
    if (elements === undefined || bad.length * 5 > elements.length) {
      settle('rejected', null, 0);
      continue;
    }
    const size = good.size + bad.length;
    if (previous?.text === now.text) {
      settle('unchanged', size, 0);
      [previous, absences] = [now, new Map()];
      continue;
    }
    const missing = listed().filter((id) => !good.has(id) && !bad.some((entry) => entry.id === id));
    let gone = missing;
    for (const { id, text } of bad) {
      if (id !== null) continue;
      const owners = missing.filter((one) => {
        const { canonical_slug: slug, name } = known.get(one)?.said.document ?? {};
        return [slug, name].some((mark) => typeof mark === 'string' && text.includes(JSON.stringify(mark)));
      });
      gone = owners.length === 0 ? [] : gone.filter((one) => !owners.includes(one));
    }
    const doubted = gone.filter((id) => (absences.get(id) ?? 0) < 2).length;
    if (!now.isAccepted && doubted > 10 && doubted / listed().length > 0.15) {
      absences = new Map(gone.map((id) => [id, (absences.get(id) ?? 0) + 1]));
      settle('held', size, 0);
      continue;
    }
    absences = new Map();

    const both = [...good.keys()].filter((id) => known.get(id)?.removed === null);
    const found = new Map(
      [...good].flatMap(([id, said]): [string, Difference[]][] => {
        const before = known.get(id)?.said;
        return before ? [[id, differences(before, said, saids.get(id))]] : [];
      }),
    );
    const shifts = new Map<string, number>();
    const shiftKey = ({ field, shift }: Difference): string => JSON.stringify([field, shift]);
    const canDrift = (one: Difference): boolean => one.type === 'updated' && one.cause === null && one.shift !== null;
    for (const one of both.flatMap((id) => found.get(id) ?? []).filter(canDrift)) {
      shifts.set(shiftKey(one), (shifts.get(shiftKey(one)) ?? 0) + 1);
    }
    for (const [key, count] of shifts) {
      if (count < 10 || count / both.length < 0.5) continue;
      const [field, shift]: string[] = JSON.parse(key);
      tables.drift.push([at, field ?? '', shift ?? '', count, both.length]);
      for (const one of [...found.values()].flat()) if (canDrift(one) && shiftKey(one) === key) one.cause = 'drift';
    }

    const since = previous?.at ?? null;
    const isWider = previous?.scope === 'output_modalities=text' && now.scope === 'output_modalities=all';
    const live = (id: string, type: 'added' | 'removed' | 'restored', before: string | null): void => {
      tables.events.push([at, id, type, null, null, null, null, null, at, before]);
      counts[type] += 1;
    };
    const tell = (id: string): void => {
      for (const { type, field, before, after, cause, pct } of found.get(id) ?? []) {
        tables.events.push([at, id, type, field, before, after, cause, pct, at, since]);
        if (type === 'repriced' || type === 'limits_changed' || type === 'updated') counts[type] += 1;
      }
    };
    for (const [id, said] of good) {
      const life = known.get(id);
      if (life === undefined) {
        live(id, 'added', isWider ? null : since);
        known.set(id, { said, first: at, seen: null, removed: null });
      } else {
        if (life.removed !== null) live(id, 'restored', since);
        tell(id);
        Object.assign(life, { said, seen: null, removed: null });
      }
    }
    for (const id of gone) {
      live(id, 'removed', since);
      Object.assign(known.get(id) ?? fail(), { removed: at, seen: since });
    }
    bad.forEach(({ position, id, text }) => {
      tables.quarantine.push([at, position, id, text]);
    });
    const events = Object.values(counts).reduce((sum, count) => sum + count, 0);
    settle(events > 0 ? 'changed' : 'unchanged', size, bad.length);
    previous = now;

    for (const [id, said] of good) saids.set(id, [...(saids.get(id) ?? []), said]);
    const listedNow = [...known].filter(([, life]) => life.removed === null);
    const inForce = listedNow.flatMap(([id, { said }]) =>
      [...said.prices.values()].map(({ component, condition, amount }): Row => {
        const isDynamic = amount === 'dynamic';
        return [id, component, condition, isDynamic ? null : amount, isDynamic ? 1 : 0];
      }),
    );
    keepInForce(prices, inForce, at);
    keepInForce(
      limits,
      listedNow.map(([id, { said }]): Row => [id, ...said.limits]),
      at,
    );
  }
  for (const [id, { said, first, seen, removed }] of known) {
    tables.models.push([id, first, seen, removed, JSON.stringify(said.document)]);
  }
  tables.prices.push(...prices.map(({ row, from, to }): Row => [...row, from, to, from, to]));
  tables.limits.push(...limits.map(({ row, from, to }): Row => [...row, from, to, from, to]));
  return tables;
}

/** Closes what is not in force any more and opens what was not before; a model that left has nothing in force. */
function keepInForce(intervals: Interval[], inForce: readonly Row[], at: string): void {
  const now = new Map(inForce.map((row) => [row.join('\n'), row]));
  for (const interval of intervals) {
    if (interval.to === null && !now.delete(interval.row.join('\n'))) interval.to = at;
  }
  for (const row of now.values()) intervals.push({ row, from: at, to: null });
}

function fail(): never {
  throw new Error('unreachable');
}
