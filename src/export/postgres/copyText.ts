import type { PublicColumn, Value } from '../../ledger/queries/publicTables.ts';

const NULL = '\\N';
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * A row as a line of PostgreSQL's COPY in text format. A NUL, which no text of PostgreSQL can hold, is written out as
 * `\u{0}`.
 */
export function copyLine(columns: readonly PublicColumn[], row: readonly Value[]): string {
  return `${columns.map((column, index) => copyValue(column, row[index] ?? null)).join('\t')}\n`;
}

function copyValue({ kind }: PublicColumn, value: Value): string {
  if (value === null) return NULL;
  if (kind === 'boolean') return Number(value) === 1 ? 't' : 'f';
  return String(value)
    .replaceAll('\0', '\\u{0}')
    .replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
