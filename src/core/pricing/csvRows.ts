import { UsageError } from '../errors.ts';

/**
 * Rows of RFC 4180 with the lines they begin on, from 1; empty lines are skipped.
 * @throws UsageError naming the line that cannot be read
 */
export function csvRows(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  const token = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let cells: string[] = [];
  let [line, start] = [1, 1];
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw bad(line, 'a quotation mark stands where none may be');
    const [all, quoted, plain = '', end] = found;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += all.split('\n').length - 1;
    if (end === ',' && token.lastIndex < text.length) continue;
    if (end === ',') cells.push('');
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: start, cells });
    cells = [];
    start = line;
    if (token.lastIndex === at) break;
  }
  return rows;
}

/** What is wrong with a line of a log. */
export function bad(line: number, why: string, cause?: unknown): UsageError {
  return new UsageError('bad_log', `Line ${line} of the log cannot be read: ${why}.`, { cause });
}
