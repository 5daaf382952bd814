import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../errors.ts';

interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: string[];
}

/**
 * Rows of RFC 4180; empty lines are skipped.
 * @throws UsageError naming the line that cannot be read
 */
export function csvRows(text: string): CsvRow[] {
  try {
    const rows: CsvRow[] = [];
    parse(text, {
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

/** What is wrong with a line of a log. */
export function bad(line: number, why: string, options: { hint?: string; cause?: unknown } = {}): UsageError {
  return new UsageError('bad_log', `Line ${line} of the log cannot be read: ${why}.`, options);
}
