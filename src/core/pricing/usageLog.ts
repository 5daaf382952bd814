import { UsageError } from '../errors.ts';
import type { Instant } from '../time/instant.ts';
import type { Zone } from '../time/when.ts';
import { type Field, lastOf, looksLikeQuantity, openRecord, readQuantity, readTime, squeezePath } from './logFields.ts';
import { bad, readLogRecords } from './logRecords.ts';
import type { ComponentUsage } from './usage.ts';
import {
  MODEL_NAMES,
  PROVIDER_NAMES,
  squeeze,
  TIME_NAMES,
  UNBILLED_NAMES,
  USAGE_NAMES,
  type UsageName,
  VARIANT_NAME,
} from './usageNames.ts';

/** One line of a usage log: a request, or the sum of several. */
export interface LogEntry {
  /** Where it begins in the log, from 1. */
  readonly line: number;
  readonly model: string;
  /** Null where the log gives none. */
  readonly time: Instant | null;
  /** Who answered it, where the log says so. */
  readonly provider: string | undefined;
  /** Each quantity without its parts. */
  readonly usage: ComponentUsage;
  /** Components that the log counted within another one, and which. */
  readonly parts: ReadonlyMap<string, string>;
  /** How many requests the line sums up. */
  readonly requests: bigint;
}

export interface UsageLog {
  readonly entries: readonly LogEntry[];
  /** Columns that look like quantities but are not known, each once. */
  readonly passedOver: readonly string[];
}

export interface LogReading {
  /** Columns to leave out. */
  readonly ignored?: Iterable<string> | undefined;
  /** Whether an unknown column is an error. */
  readonly isStrict?: boolean | undefined;
}

const NAMES = new Map(USAGE_NAMES.map((known) => [squeezePath(known.name), known]));
const MODELS: readonly string[] = MODEL_NAMES.map(squeeze);
const PROVIDERS: readonly string[] = PROVIDER_NAMES.map(squeeze);
const TIMES: readonly string[] = TIME_NAMES.map(squeeze);
const UNBILLED: ReadonlySet<string> = new Set(UNBILLED_NAMES.map(squeezePath));
/** In OpenRouter's activity export, whose lines sum up requests, reasoning is a part of what was completed. */
const REASONING: UsageName = { name: 'reasoning_tokens', component: 'internal_reasoning', partOf: 'completion' };

/**
 * Reads a usage log: JSON lines, a JSON array, or CSV with a line of titles. An entry needs `model`; `time` in ISO 8601
 * or seconds since 1970; and quantities under one of {@link USAGE_NAMES}.
 * @param zone what a time without a zone is in
 * @returns the log; yields after each line
 * @throws UsageError naming the line that cannot be read
 */
export function* readLog(text: string, zone: Zone, reading: LogReading = {}): Generator<undefined, UsageLog> {
  const passedOver = new Set<string>();
  const left = new Set([...(reading.ignored ?? [])].map(squeezePath));
  const entries: LogEntry[] = [];
  for (const record of readLogRecords(text)) {
    const fields = [...openRecord(record.record)].filter(({ name }) => !left.has(name) && !left.has(lastOf(name)));
    const entry = readEntry(record.line, fields, zone, (field) => {
      if (reading.isStrict) {
        throw new UsageError('bad_log', `Line ${record.line} of the log has "${field.key}", which is not known here.`, {
          hint: `Leave it out with --ignore ${field.key}; docs/cost.md lists the known columns.`,
        });
      }
      if (looksLikeQuantity(field)) passedOver.add(field.key);
    });
    entries.push(entry);
    yield;
  }
  return { entries, passedOver: [...passedOver] };
}

function readEntry(line: number, fields: readonly Field[], zone: Zone, onUnknown: (field: Field) => void): LogEntry {
  const counts = new Map<string, Counted>();
  const isActivity = fields.some(({ name }) => name === 'modelpermaslug');
  const words = new Map<string, string>();
  let [time, requests, variant]: [Instant | null, bigint, string] = [null, 1n, ''];
  for (const field of fields) {
    const { key, name, value } = field;
    const known = isActivity && name === squeeze(REASONING.name) ? REASONING : NAMES.get(name);
    if (MODELS.includes(name)) words.set(name, String(value));
    else if (PROVIDERS.includes(name)) {
      // In a request that was logged as it was sent, an object here says who may answer, not who did.
      if (typeof value === 'string') words.set(name, value);
    } else if (TIMES.includes(name)) time = readTime(line, value, zone);
    else if (isActivity && name === VARIANT_NAME) variant = String(value);
    else if (isActivity && name === 'requests') requests = readQuantity(line, key, value);
    else if (known !== undefined && !isText(known, value)) {
      addCount(line, counts, { ...known, key, quantity: readQuantity(line, key, value) });
    } else if (!UNBILLED.has(name) && !UNBILLED.has(name.replace(/\..*/, ''))) onUnknown(field);
  }
  const given = (names: readonly string[]): string[] => names.flatMap((name) => words.get(name) ?? []);
  const [models, [provider]] = [given(MODELS), given(PROVIDERS)];
  const [model] = models;
  if (model === undefined) throw bad(line, 'it names no model');
  const isVariant = models.length === 1 && variant !== '' && variant !== 'standard' && !model.includes(':');
  const id = isVariant ? `${model}:${variant}` : model;
  return { line, model: id, provider, time, requests, ...takeApart(line, counts) };
}

interface Counted extends UsageName {
  readonly key: string;
  readonly quantity: bigint;
}

/** A component may be counted once; only a count by another tokenizer gives way to a second one. */
function addCount(line: number, counts: Map<string, Counted>, count: Counted): void {
  const before = counts.get(count.component);
  if (before !== undefined && before.yields === count.yields) {
    throw bad(line, `"${count.key}" counts ${count.component} again`);
  }
  if (before === undefined || before.yields) counts.set(count.component, count);
}

/** Subtracts each part from the quantity that the log counts it in, so that nothing is billed twice. */
function takeApart(line: number, counts: ReadonlyMap<string, Counted>): Pick<LogEntry, 'usage' | 'parts'> {
  const usage = new Map([...counts].map(([component, { quantity }]) => [component, quantity]));
  const parts = new Map<string, string>();
  for (const { component, partOf, quantity, key } of counts.values()) {
    if (partOf === undefined) continue;
    parts.set(component, partOf);
    const rest = (usage.get(partOf) ?? 0n) - quantity;
    if (rest < 0n) {
      const of = `a part of the ${partOf} tokens, of which there are ${counts.get(partOf)?.quantity ?? 0n}`;
      const hint = `Give --ignore ${key} to bill them as ${partOf} tokens.`;
      throw bad(line, `${key} counts ${quantity} that are ${of}`, { hint });
    }
    if (quantity > 0n) usage.set(partOf, rest);
  }
  for (const part of parts.keys()) if (usage.get(part) === 0n) usage.delete(part);
  return { usage, parts };
}

/** Whether a column that is named like a component holds a text: `prompt` may be the prompt itself. */
function isText({ name, component }: UsageName, value: unknown): boolean {
  return name === component && (typeof value === 'object' || !/^\s*[-+.]?\d/.test(String(value)));
}
