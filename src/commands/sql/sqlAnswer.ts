import { csv } from '../../core/format/csv.ts';
import { escapeControls } from '../../core/format/text.ts';
import { askAnything, isWithoutList, type SqlValue } from '../../ledger/queries/adhoc.ts';
import { dataFileError } from '../../ledger/store/failure.ts';
import { openFile } from '../../ledger/store/file.ts';
import { flexible, right } from '../shared/columns.ts';
import { jsonLine, note, print, type Terminal, widthOf } from '../shared/context.ts';
import type { OutputFormat } from '../shared/formats.ts';
import { limitOf, printTable } from '../shared/output.ts';
import { First, mapEach, writeAll } from '../shared/stream.ts';
import { namedLines } from '../shared/style.ts';
import { NO_LIST } from '../shared/words.ts';

/** With less room for each column, a table could not be read. */
const LEAST_COLUMN = 10;

/** A query, and the format in which its result is wanted. */
export interface SqlQuestion extends OutputFormat {
  readonly query: string;
  readonly db: string;
}

/** Runs the query in this process, however long it takes, and prints the result. */
export async function answerQuestion(question: SqlQuestion, terminal: Terminal): Promise<void> {
  const sqlite = openFile(question.db);
  try {
    const { columns, rows } = askAnything(sqlite, question.query);
    const isEmpty = await answer(columns, rows, question, terminal);
    if (isEmpty) note(terminal, isWithoutList(sqlite) ? `No rows. ${NO_LIST}` : 'No rows.');
  } catch (error) {
    throw dataFileError(question.db, error);
  } finally {
    sqlite.close();
  }
}

type SqlRow = readonly SqlValue[];
type PrintedRow = readonly PrintedValue[];
type PrintedValue = string | number | bigint | null;

/** @returns whether there were no rows to print */
async function answer(
  columns: readonly string[],
  rows: Iterable<SqlRow>,
  options: SqlQuestion,
  terminal: Terminal,
): Promise<boolean> {
  const limit = limitOf(options);
  const shown = new First(rows, limit);
  if (options.json || options.csv) {
    if (options.csv) terminal.stdout.write(csv([columns]));
    const line = options.csv
      ? (row: SqlRow) => csv([row.map(toText)])
      : (row: SqlRow) => `${jsonLine(terminal, toJson(columns, row))}\n`;
    await writeAll(mapEach(shown, line), terminal);
  } else {
    const cells = [...shown].map((row) => row.map(toText));
    if (cells.length === 0) return true;
    if (isTooWide(columns, terminal)) print(terminal, rowByRow(columns, cells));
    else
      await printTable(
        terminal,
        columns.map((title, index) => (isNumeric(cells, index) ? right(title) : flexible(title))),
        cells,
      );
  }
  if (shown.isCut) note(terminal, `The first ${limit} rows are shown; --limit N shows more.`);
  return false;
}

function isTooWide(columns: readonly string[], terminal: Terminal): boolean {
  return columns.length > 2 && columns.length * LEAST_COLUMN > widthOf(terminal.stdout);
}

/** Writes each value on its own line after the name of its column, with an empty line between rows. */
function rowByRow(columns: readonly string[], rows: readonly PrintedRow[]): string {
  const forms = rows.map((row) =>
    namedLines(columns.map((name, index) => [escapeControls(name), () => [escapeControls(String(row[index] ?? ''))]])),
  );
  return forms.join('\n\n').replaceAll(/ +$/gm, '');
}

function isNumeric(rows: readonly PrintedRow[], index: number): boolean {
  return rows.every((row) => typeof row[index] !== 'string');
}

function toText(value: SqlValue): PrintedValue {
  return Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : value;
}

/** Writes the JSON by hand, so that integers beyond 2^53 keep all their digits. */
function toJson(columns: readonly string[], row: SqlRow): string {
  const pairs = columns.map((name, index) => {
    const value = toText(row[index] ?? null);
    return `${JSON.stringify(name)}:${typeof value === 'bigint' ? value.toString() : JSON.stringify(value)}`;
  });
  return `{${pairs.join(',')}}`;
}
