import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { csv } from '../core/text.ts';
import { type Context, hasColor, isAscii, jsonOption, print } from './command.ts';
import { mapEach, writeAll } from './stream.ts';
import { type Cell, type Column, renderTable, type TableOptions } from './table.ts';

/** In which of the three forms a result is wanted; neither is the table. */
export interface Form {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** A result as data: every key in every record, so that scripts find what they expect. */
export type DataRecord = Readonly<Record<string, unknown>>;

/** `--json` and `--csv`. */
export function addForms(command: Command): Command {
  return command
    .addOption(jsonOption())
    .addOption(new Option('--csv', 'print CSV, the first line its columns').conflicts('json'));
}

/** How many rows the table shows unless told; the other two forms leave nothing out. */
const TABLE_ROWS = 100;

export function limitOption(): Option {
  return new Option(
    '--limit <n>',
    `at most so many (unless told: ${TABLE_ROWS} in the table, all with --json or --csv)`,
  ).argParser(readCount);
}

export function limitOf({ limit, json, csv: isCsv }: Form & { readonly limit?: number }): number {
  return limit ?? (json || isCsv ? -1 : TABLE_ROWS);
}

export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number, 0 or more');
  return Number(text);
}

/** The keys in the help, because they are what scripts hold on to. */
export function addKeys(command: Command, keys: readonly string[]): void {
  command.addHelpText(
    'after',
    `\nKeys of --json and columns of --csv, prices exact in USD per unit, times in UTC:\n${wrap(keys.join(' '))}`,
  );
}

/** Prints records as one JSON object a line, or as CSV; false, and none read, where the table is wanted instead. */
export async function printRecords(
  context: Context,
  form: Form,
  keys: readonly string[],
  records: Iterable<DataRecord>,
): Promise<boolean> {
  if (!form.json && !form.csv) return false;
  if (form.csv) context.stdout.write(csv([keys]));
  const line = form.csv
    ? (record: DataRecord) => csv([keys.map((key) => cellOf(record[key]))])
    : (record: DataRecord) => `${JSON.stringify(pick(record, keys))}\n`;
  await writeAll(mapEach(records, line), context);
  return true;
}

export async function printTable(
  context: Context,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  print(context, await renderTable(columns, rows, tableOptions(context)));
}

export function tableOptions(context: Context): TableOptions {
  const { columns } = context.stdout;
  const width = context.stdout.isTTY && columns ? { width: columns } : {};
  return { ...width, color: hasColor(context), ascii: isAscii(context) };
}

/** The columns of the terminal; nothing is cut or wrapped for a pipe. */
export function lineWidth({ stdout }: Context): number {
  return (stdout.isTTY && stdout.columns) || Number.POSITIVE_INFINITY;
}

function pick(record: DataRecord, keys: readonly string[]): DataRecord {
  const picked: Record<string, unknown> = {};
  for (const key of keys) picked[key] = record[key] ?? null;
  return picked;
}

function cellOf(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

function wrap(text: string): string {
  return text.replace(/(.{1,76})(?: |$)/g, '  $1\n').trimEnd();
}
