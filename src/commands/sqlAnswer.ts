import { csv, inert } from '../core/text.ts';
import { askAnything, type SqlValue } from '../ledger/queries/adhoc.ts';
import { type Context, note, print } from './command.ts';
import { type Form, limitOf, printTable, tableOptions } from './output.ts';
import { reading } from './reading.ts';
import { First, mapEach, writeAll } from './stream.ts';

const LEAST_COLUMN = 10;

export interface Question extends Form {
  readonly db: string;
  readonly limit?: number;
}

/** Asks and prints, in this process and as long as it takes; `-` is read from standard input. */
export async function answerQuestion(query: string, options: Question, context: Context): Promise<void> {
  const text = query === '-' ? await readAll(context) : query;
  await reading(options.db, (ledger) => {
    const { columns, rows } = askAnything(ledger, text);
    return answer(columns, rows, options, context);
  });
}

async function readAll({ stdin }: Context): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

async function answer(
  columns: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
  options: Question,
  context: Context,
): Promise<void> {
  const limit = limitOf(options);
  const shown = new First(rows, limit);
  if (options.json)
    await writeAll(
      mapEach(shown, (row) => `${toJson(columns, row)}\n`),
      context,
    );
  else if (options.csv) {
    context.stdout.write(csv([columns]));
    await writeAll(
      mapEach(shown, (row) => csv([row.map(toText)])),
      context,
    );
  } else {
    const cells = [...shown].map((row) => row.map(toText));
    if (cells.length === 0) note(context, 'No rows.');
    else if (isTooWide(columns, context)) print(context, rowByRow(columns, cells));
    else
      await printTable(
        context,
        columns.map((title, index) => ({ title, ...shape(cells, index) })),
        cells,
      );
  }
  if (shown.isCut) note(context, `The first ${limit} rows are shown; --limit N shows more.`);
}

/** So many columns in so few that nothing could be read. */
function isTooWide(columns: readonly string[], context: Context): boolean {
  const { width } = tableOptions(context);
  return width !== undefined && columns.length > 2 && columns.length * LEAST_COLUMN > width;
}

/** A line a value, as for a form. */
function rowByRow(columns: readonly string[], rows: readonly (readonly (string | number | bigint | null)[])[]): string {
  const margin = Math.max(...columns.map((name) => inert(name).length)) + 2;
  const forms = rows.map((row) =>
    columns
      .map((name, index) => `${inert(name).padEnd(margin)}${inert(String(row[index] ?? ''))}`.trimEnd())
      .join('\n'),
  );
  return forms.join('\n\n');
}

/** Numbers stand right; texts may be cut where the table is too wide. */
function shape(rows: readonly (readonly (string | number | bigint | null)[])[], index: number) {
  const isNumber = rows.every((row) => row[index] === null || typeof row[index] !== 'string');
  return isNumber ? ({ align: 'right' } as const) : ({ flexible: true } as const);
}

function toText(value: SqlValue): string | number | bigint | null {
  return Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : value;
}

/** Integers beyond 2^53 keep their digits, as JSON itself allows. */
function toJson(columns: readonly string[], row: readonly SqlValue[]): string {
  const pairs = columns.map((name, index) => {
    const value = toText(row[index] ?? null);
    return `${JSON.stringify(name)}:${typeof value === 'bigint' ? value.toString() : JSON.stringify(value)}`;
  });
  return `{${pairs.join(',')}}`;
}
