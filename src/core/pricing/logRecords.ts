import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { tryTo, UsageError } from '../errors.ts';
import { isObject } from '../reading/json.ts';

/** One record of a log, with the line it begins at. */
export interface LogRecord {
  /** From 1. */
  readonly line: number;
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * The records of a log as they are: JSON lines, a JSON array, an answer of upstream (`{"data": …}`), or CSV with a line
 * of titles.
 * @throws UsageError naming the line that cannot be read, once the reading gets there
 */
export function readLogRecords(text: string): Iterable<LogRecord> {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start === '') return [];
  if (start.startsWith('[')) return readArray(parse(start, 1));
  return start.startsWith('{') ? readObjects(start) : readCsv(start);
}

function readArray(list: unknown): LogRecord[] {
  if (!Array.isArray(list)) throw bad(1, 'it is not a list');
  return list.map((record: unknown, index) => ({ line: index + 1, record: requireObject(record, index + 1) }));
}

/** Reads an object from each line, or one object that spans several lines. */
function* readObjects(text: string): Iterable<LogRecord> {
  const end = text.indexOf('\n');
  const isJson = (part: string): boolean => tryTo(() => JSON.parse(part)) !== undefined;
  if (end > 0 && !isJson(text.slice(0, end)) && isJson(text)) {
    yield* unwrap(requireObject(parse(text, 1), 1), 1);
    return;
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') yield* unwrap(requireObject(parse(line, index + 1), index + 1), index + 1);
  }
}

function unwrap(record: LogRecord['record'], line: number): LogRecord[] {
  return Array.isArray(record.data) ? readArray(record.data) : [{ line, record }];
}

function readCsv(text: string): LogRecord[] {
  const [first, ...rows] = csvRows(text);
  const titles = (first?.cells ?? []).map((title) => title.trim());
  const twice = titles.find((title, index) => title !== '' && titles.indexOf(title) !== index);
  if (first !== undefined && twice !== undefined) throw bad(first.line, `it has the title "${twice}" twice`);
  return rows.map(({ line, cells }) => {
    if (cells.length !== titles.length)
      throw bad(line, `it has ${cells.length} cells where the titles have ${titles.length}`);
    return { line, record: Object.fromEntries(cells.map((cell, index) => [titles[index] ?? '', cell])) };
  });
}

interface CsvRow {
  /** The line it begins at, from 1. */
  readonly line: number;
  readonly cells: string[];
}

/**
 * Rows of RFC 4180; empty lines are skipped.
 * @throws UsageError naming the line that cannot be read
 */
function csvRows(text: string): CsvRow[] {
  try {
    const rows: CsvRow[] = [];
    parseCsv(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n'],
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines - cells.join('').split('\n').length + 1, cells });
        return null;
      },
    });
    return rows;
  } catch (cause) {
    const lines = cause instanceof CsvError ? Number(cause.lines) : 1;
    throw bad(lines, 'a quotation mark stands where none may be', { cause });
  }
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(line, 'it is not JSON', { cause });
  }
}

function requireObject(value: unknown, line: number): LogRecord['record'] {
  if (!isObject(value)) throw bad(line, 'it is not an object');
  return value;
}

export function bad(line: number, why: string, options: { hint?: string; cause?: unknown } = {}): UsageError {
  return new UsageError('bad_log', `Line ${line} of the log cannot be read: ${why}.`, options);
}
