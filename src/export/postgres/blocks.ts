import { createHash } from 'node:crypto';
import pg from 'pg';
import type { PublicColumn, PublicTable, Value } from '../../ledger/queries/publicTables.ts';

/** Rows that are compared and written together. */
export interface Block {
  readonly block: number;
  readonly digest: string;
  /** Lines in the format of COPY. */
  readonly lines: readonly string[];
}

/** Few enough rows that changing one costs little, and enough that the digests take little space. */
const BLOCK_ROWS = 128;
/** Rows whose key is not a number are spread over this many blocks by a hash of the key. */
const HASH_BLOCKS = 64;

/** The number of a row's block as an SQL expression over its key; {@link cutIntoBlocks} computes the same here. */
export function blockOf(table: PublicTable): string {
  const key = pg.escapeIdentifier(table.key);
  return isNumbered(table)
    ? `${key} / ${BLOCK_ROWS}`
    : `get_byte(sha256(convert_to(${key}, 'UTF8')), 0) % ${HASH_BLOCKS}`;
}

/** Cuts the rows of a table, which must be in the order of their key, into blocks. */
export function* cutIntoBlocks(table: PublicTable, rows: Iterable<readonly Value[]>): Iterable<Block> {
  if (isNumbered(table)) yield* cutByNumber(table, rows);
  else yield* cutByHash(table, rows);
}

function isNumbered({ key, columns }: PublicTable): boolean {
  return columns.some(({ name, kind }) => name === key && kind === 'integer');
}

function* cutByNumber(table: PublicTable, rows: Iterable<readonly Value[]>): Iterable<Block> {
  const at = keyIndex(table);
  let current: { block: number; lines: string[] } | undefined;
  for (const row of rows) {
    const block = Math.floor(Number(row[at]) / BLOCK_ROWS);
    if (current !== undefined && current.block !== block) yield seal(current.block, current.lines);
    if (current?.block !== block) current = { block, lines: [] };
    current.lines.push(copyLine(table.columns, row));
  }
  if (current !== undefined) yield seal(current.block, current.lines);
}

function* cutByHash(table: PublicTable, rows: Iterable<readonly Value[]>): Iterable<Block> {
  const at = keyIndex(table);
  const blocks = new Map<number, string[]>();
  for (const row of rows) {
    const block = createHash('sha256').update(String(row[at])).digest().readUInt8(0) % HASH_BLOCKS;
    const lines = blocks.get(block) ?? [];
    blocks.set(block, lines);
    lines.push(copyLine(table.columns, row));
  }
  for (const [block, lines] of [...blocks].sort(([a], [b]) => a - b)) yield seal(block, lines);
}

function keyIndex({ key, columns }: PublicTable): number {
  return columns.findIndex(({ name }) => name === key);
}

function seal(block: number, lines: readonly string[]): Block {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return { block, digest: hash.digest('hex'), lines };
}

const NULL = '\\N';
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * A row as a line in the text format of PostgreSQL's COPY. A NUL character, which PostgreSQL cannot store, is written as
 * `\u{0}`.
 */
function copyLine(columns: readonly PublicColumn[], row: readonly Value[]): string {
  return `${columns.map((column, index) => copyValue(column, row[index] ?? null)).join('\t')}\n`;
}

function copyValue({ kind }: PublicColumn, value: Value): string {
  if (value === null) return NULL;
  if (kind === 'boolean') return Number(value) === 1 ? 't' : 'f';
  return String(value)
    .replaceAll('\0', '\\u{0}')
    .replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
