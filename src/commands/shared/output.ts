import { csv } from '../../core/format/csv.ts';
import type { Cell, Column } from './columns.ts';
import { jsonLine, note, print, type Terminal } from './context.ts';
import { type OutputFormat, TABLE_ROWS } from './formats.ts';
import { mapEach, writeAll } from './stream.ts';
import { Style } from './style.ts';
import { renderTable } from './table.ts';

export function limitOf({ limit, json, csv: isCsv }: OutputFormat): number {
  return limit ?? (json || isCsv ? Number.POSITIVE_INFINITY : TABLE_ROWS);
}

/** Notes that not everything is shown, if that is so. */
export function noteCut(context: Terminal, shown: readonly unknown[], found: readonly unknown[], what: string): void {
  if (shown.length < found.length) note(context, `${shown.length} of ${found.length} ${what}; --limit N shows more.`);
}

/** Prints records as JSON lines or as CSV. Returns false, without reading any, if a table is wanted instead. */
export async function printRecords<T extends object>(
  context: Terminal,
  form: OutputFormat,
  keys: readonly (keyof T & string)[],
  records: Iterable<T>,
): Promise<boolean> {
  if (!form.json && !form.csv) return false;
  if (form.csv) context.stdout.write(csv([keys]));
  const line = form.csv
    ? (record: T) => csv([keys.map((key) => cellOf(record[key]))])
    : (record: T) => `${jsonLine(context, JSON.stringify(pick(record, keys)))}\n`;
  await writeAll(mapEach(records, line), context);
  return true;
}

export async function printTable(
  context: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  print(context, await renderTable(columns, rows, Style.of(context)));
}

function pick<T extends object>(record: T, keys: readonly (keyof T & string)[]): Readonly<Record<string, unknown>> {
  const picked: Record<string, unknown> = {};
  for (const key of keys) picked[key] = record[key] ?? null;
  return picked;
}

function cellOf(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
