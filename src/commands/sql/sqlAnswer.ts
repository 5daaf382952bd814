import { csv } from '../../core/format/csv.ts';
import { escapeControls } from '../../core/format/text.ts';
import { askAnything, isWithoutList, type SqlValue } from '../../ledger/queries/adhoc.ts';
import { dataFileError } from '../../ledger/store/failure.ts';
import { openFile } from '../../ledger/store/file.ts';
import { flexible, right } from '../shared/columns.ts';
import { jsonLine, note, print, type Terminal, widthOf } from '../shared/context.ts';
import type { OutputFormat } from '../shared/formats.ts';
import { limitOf, printTable } from '../shared/output.ts';
import { NO_LIST } from '../shared/stateWords.ts';
import { First, mapEach, writeAll } from '../shared/stream.ts';

const LEAST_COLUMN = 10;

/** What is asked, and how the answer is wanted. */
export interface SqlQuestion extends OutputFormat {
  /** SQL. */
  readonly query: string;
  readonly db: string;
}

/** Asks and prints, in this process and as long as it takes. */
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

/** @returns whether there was nothing to print */
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

/** So many columns in so few that nothing could be read. */
function isTooWide(columns: readonly string[], terminal: Terminal): boolean {
  return columns.length > 2 && columns.length * LEAST_COLUMN > widthOf(terminal.stdout);
}

/** A line a value, as for a form. */
function rowByRow(columns: readonly string[], rows: readonly (readonly (string | number | bigint | null)[])[]): string {
  const margin = Math.max(...columns.map((name) => escapeControls(name).length)) + 2;
  const forms = rows.map((row) =>
    columns
      .map((name, index) =>
        `${escapeControls(name).padEnd(margin)}${escapeControls(String(row[index] ?? ''))}`.trimEnd(),
      )
      .join('\n'),
  );
  return forms.join('\n\n');
}

/** Numbers stand right; texts may be cut where the table is too wide. */
function isNumeric(rows: readonly (readonly (string | number | bigint | null)[])[], index: number): boolean {
  return rows.every((row) => typeof row[index] !== 'string');
}

function toText(value: SqlValue): string | number | bigint | null {
  return Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : value;
}

/** Integers beyond 2^53 keep their digits, as JSON itself allows. */
function toJson(columns: readonly string[], row: SqlRow): string {
  const pairs = columns.map((name, index) => {
    const value = toText(row[index] ?? null);
    return `${JSON.stringify(name)}:${typeof value === 'bigint' ? value.toString() : JSON.stringify(value)}`;
  });
  return `{${pairs.join(',')}}`;
}
