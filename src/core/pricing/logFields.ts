import { isObject } from '../reading/json.ts';
import type { LogRecord } from './logRecords.ts';
import { squeeze } from './usageNames.ts';

/** What is nested and read. */
const OPENED = /^(?:usage|data|response|servertooluse|servertoolusedetails|cachecreation)$|tokensdetails$/;
const WRAPPER = /^(?:usage|data|response)$/;

/** A field of a log's record, also of what is nested in it. */
export interface Field {
  /** As the log has it. */
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
}

/** The fields of a record, those of what is nested by their path. */
export function* openRecord(record: LogRecord['record'], path = ''): Iterable<Field> {
  for (const [key, value] of Object.entries(record)) {
    if (value === null || value === '') continue;
    const inner = squeeze(key);
    const name = path === '' || WRAPPER.test(path) ? squeezePath(key) : `${path}.${squeezePath(key)}`;
    if (isObject(value) && OPENED.test(inner)) yield* openRecord(value, WRAPPER.test(inner) ? '' : name);
    else yield { key, name, value };
  }
}

/** A path of names, each squeezed, without what only wraps the rest. */
export function squeezePath(path: string): string {
  return path
    .split('.')
    .map(squeeze)
    .filter((step, index) => index > 0 || !WRAPPER.test(step) || path === step)
    .join('.');
}

/** A column that looks like a quantity: where it is not known, its cost is left out of the bill, which is told. */
const QUANTITY_LIKE = /token|image|audio|video|media|search|fetches|requests$|requestcount$/;

export function looksLikeQuantity({ name, value }: Field): boolean {
  const isWritten = typeof value === 'number' || typeof value === 'string';
  return QUANTITY_LIKE.test(name) && isWritten && Number.isFinite(Number(value)) && Number(value) !== 0;
}

export function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
