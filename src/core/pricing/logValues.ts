import type { Instant } from '../time/instant.ts';
import { readWhen, type Zone } from '../time/when.ts';
import { bad } from './csvRows.ts';

/** The values that a log's fields may have. */

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
