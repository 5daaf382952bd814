import { isObject } from '../reading/json.ts';
import type { Instant } from '../time/instant.ts';
import { readWhen, type Zone } from '../time/when.ts';
import { bad, type LogRecord } from './logRecords.ts';
import { squeeze } from './usageNames.ts';

/** Objects whose fields are read as if they were the record's own. */
const OPENED = /^(?:usage|data|response|servertooluse|servertoolusedetails|cachecreation)$|tokensdetails$/;
const WRAPPER = /^(?:usage|data|response)$/;

/** A field of a record, or of an object nested in it. */
export interface Field {
  /** As the log writes it. */
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
}

/** The fields of a record; those of nested objects have a path as their name. */
export function* openRecord(record: LogRecord['record'], path = ''): Iterable<Field> {
  for (const [key, value] of Object.entries(record)) {
    if (value === null || value === '') continue;
    const inner = squeeze(key);
    const name = path === '' || WRAPPER.test(path) ? squeezePath(key) : `${path}.${squeezePath(key)}`;
    if (isObject(value) && OPENED.test(inner)) yield* openRecord(value, WRAPPER.test(inner) ? '' : name);
    else yield { key, name, value };
  }
}

/** A dotted path, each of its names squeezed, without a first name that only wraps the rest. */
export function squeezePath(path: string): string {
  return path
    .split('.')
    .map(squeeze)
    .filter((step, index) => index > 0 || !WRAPPER.test(step) || path === step)
    .join('.');
}

/** The names of columns that look like quantities: where such a column is not known, a bill may lack its cost. */
const QUANTITY_LIKE = /token|image|audio|video|media|search|fetches|requests$|requestcount$/;

export function looksLikeQuantity({ name, value }: Field): boolean {
  const isWritten = typeof value === 'number' || typeof value === 'string';
  return QUANTITY_LIKE.test(name) && isWritten && Number.isFinite(Number(value)) && Number(value) !== 0;
}

export function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

export function readTime(line: number, value: unknown, zone: Zone): Instant {
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
    throw bad(line, `"${text}" is not a time`, { cause });
  }
}

export function readQuantity(line: number, key: string, value: unknown): bigint {
  const text = String(value).trim();
  if (!/^\d{1,15}$/.test(text)) throw bad(line, `${key} "${text}" is not a count`);
  return BigInt(text);
}
