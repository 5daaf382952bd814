import { UsageError } from '../errors.ts';
import { isObject } from '../reading/json.ts';
import type { Instant } from '../time/instant.ts';
import { readWhen, type Zone } from '../time/when.ts';
import { COMPONENTS } from './components.ts';
import { bad, csvRows } from './csvRows.ts';
import type { Usage } from './usage.ts';

/** One request of a usage log. */
export interface LogEntry {
  /** Where it stands in the log, from 1. */
  readonly line: number;
  readonly model: string;
  /** Null where the log does not say. */
  readonly time: Instant | null;
  readonly usage: Usage;
}

const MODEL_KEYS = ['model', 'model_id', 'modelid'];
const TIME_KEYS = ['time', 'at', 'timestamp', 'date', 'created_at', 'createdat', 'created'];
/** Anthropic's names; what they count stands for itself, as here. */
const ALIASES: Readonly<Record<string, string>> = {
  input_tokens: 'prompt',
  output_tokens: 'completion',
  cache_read_input_tokens: 'input_cache_read',
  cache_creation_input_tokens: 'input_cache_write',
};
/** Sums of others. */
const SUMS: ReadonlySet<string> = new Set(['total_tokens', 'totaltokens']);
/** A column that looks like a quantity and is none we know would be a cost left out in silence. */
const QUANTITY_LIKE = /token|image|audio|search|request(?:s|_count)$/;

/** `promptTokens` as `prompt_tokens`. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}

const COMPONENT_OF: ReadonlyMap<string, string> = new Map([
  ...COMPONENTS.flatMap(({ component, field }) =>
    [component, field.toLowerCase(), snakeCase(field)].map((name) => [name, component] as const),
  ),
  ...Object.entries(ALIASES),
]);

/**
 * Reads a usage log: JSON lines, a JSON array, or CSV with a line of titles. An entry needs `model`; `time` in ISO 8601
 * or seconds since 1970; and quantities under their usual names (`prompt_tokens`, `promptTokens`, `prompt`).
 * @param zone what a time without a zone is in
 * @param ignored columns that are to be left out though they look like quantities
 * @throws UsageError naming the line that cannot be read
 */
export function readLog(text: string, zone: Zone, ignored: ReadonlySet<string> = new Set()): LogEntry[] {
  return readLogRecords(text).map(({ line, record }) => readRecord(line, record, zone, ignored));
}

/** The records of a log as they are, JSON lines, a JSON array or CSV. */
export function readLogRecords(text: string): LogRecord[] {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start === '') return [];
  return start.startsWith('[') ? readArray(start) : start.startsWith('{') ? readLines(start) : readCsv(start);
}

export interface LogRecord {
  readonly line: number;
  readonly record: Readonly<Record<string, unknown>>;
}

function readArray(text: string): LogRecord[] {
  const list = parse(text, 1);
  if (!Array.isArray(list)) throw bad(1, 'it is not a list');
  return list.map((record: unknown, index) => ({ line: index + 1, record: requireObject(record, index + 1) }));
}

function readLines(text: string): LogRecord[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [{ line: index + 1, record: requireObject(parse(line, index + 1), index + 1) }];
  });
}

function readCsv(text: string): LogRecord[] {
  const [titles, ...rows] = csvRows(text);
  return rows.map(({ line, cells }) => {
    if (cells.length !== titles?.cells.length) {
      throw bad(line, `it has ${cells.length} cells where the titles have ${titles?.cells.length}`);
    }
    return { line, record: Object.fromEntries(cells.map((cell, index) => [titles.cells[index]?.trim() ?? '', cell])) };
  });
}

function readRecord(line: number, record: LogRecord['record'], zone: Zone, ignored: ReadonlySet<string>): LogEntry {
  const usage = new Map<string, bigint>();
  let model: string | undefined;
  let time: Instant | null = null;
  const { usage: nested, ...flat } = record;
  for (const [key, value] of [...Object.entries(flat), ...Object.entries(isObject(nested) ? nested : {})]) {
    if (value === null || value === '' || ignored.has(key)) continue;
    const name = key.toLowerCase().replaceAll('-', '_');
    const component = COMPONENT_OF.get(name);
    if (MODEL_KEYS.includes(name)) model = String(value);
    else if (TIME_KEYS.includes(name)) time = readTime(line, value, zone);
    else if (component !== undefined && usage.has(component)) throw bad(line, `"${key}" counts ${component} again`);
    else if (component !== undefined) usage.set(component, readQuantity(line, key, value));
    else if (QUANTITY_LIKE.test(name) && !SUMS.has(name) && !isNothing(value)) throw unknownQuantity(line, key);
  }
  if (model === undefined) throw bad(line, 'it names no model');
  return { line, model, time, usage };
}

function isNothing(value: unknown): boolean {
  if (isObject(value)) return Object.values(value).every(isNothing);
  return value === null || Number(value) === 0;
}

function readTime(line: number, value: unknown, zone: Zone): Instant {
  const number =
    typeof value === 'number' ? value : /^\d{9,13}(?:\.\d+)?$/.test(String(value)) ? Number(value) : undefined;
  if (number !== undefined) {
    const date = new Date(number < 1e11 ? number * 1000 : number);
    if (Number.isNaN(date.getTime())) throw bad(line, `"${number}" is not a time`);
    return date.toISOString();
  }
  const text = String(value);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) throw bad(line, `"${text}" is not a time`);
  try {
    return readWhen(text, new Date(0), zone).from;
  } catch (cause) {
    throw bad(line, `"${text}" is not a time`, cause);
  }
}

function readQuantity(line: number, key: string, value: unknown): bigint {
  const text = String(value).trim();
  if (!/^\d{1,15}$/.test(text)) throw bad(line, `${key} "${text}" is not a count`);
  return BigInt(text);
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(line, 'it is not JSON', cause);
  }
}

function requireObject(value: unknown, line: number): LogRecord['record'] {
  if (!isObject(value)) throw bad(line, 'it is not an object');
  return value;
}

function unknownQuantity(line: number, key: string): UsageError {
  const names = COMPONENTS.map(({ field }) => snakeCase(field)).join(', ');
  return new UsageError('bad_log', `Line ${line} of the log has "${key}", which is no quantity known here.`, {
    hint: `Known are ${names}. --ignore ${key} leaves it out.`,
  });
}
