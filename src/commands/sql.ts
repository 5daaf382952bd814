import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { csv } from '../core/text.ts';
import { durationWords } from '../core/units.ts';
import { type Answer, askAnything, type SqlValue } from '../ledger/queries/adhoc.ts';
import { addExamples, type Context, dbOption, note, readSpan } from './command.ts';
import { addForms, type Form, limitOf, limitOption, printTable } from './output.ts';
import { reading } from './reading.ts';

interface Options extends Form {
  readonly db: string;
  readonly timeout: number;
  readonly limit?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** What a question may hold in memory, in megabytes. */
const MEMORY = 512;

export function define(command: Command, context: Context): void {
  command
    .argument('<query>', 'one SELECT, WITH, VALUES or EXPLAIN; - reads it from standard input')
    .addOption(dbOption())
    .option('--timeout <span>', 'stop it after that long; 0s: never', readSpan, DEFAULT_TIMEOUT_MS)
    .addOption(limitOption());
  addForms(command).action((query: string, options: Options) => sql(query, options, context));
  addExamples(command, [
    ['sql "SELECT * FROM removed_models ORDER BY removed_at DESC LIMIT 5"', 'the last five models that went'],
    [
      'sql "SELECT author, count(*) AS models FROM current_models GROUP BY author ORDER BY 2 DESC"',
      'who lists how many',
    ],
    ['sql --csv "SELECT * FROM current_prices" > prices.csv', 'a view for a spreadsheet'],
  ]);
}

/** SQLite cannot be interrupted from within its own process, so the question is asked in another one that can be ended. */
async function sql(query: string, options: Options, context: Context): Promise<void> {
  if (options.timeout > 0) {
    await askBounded(query, options, context);
    return;
  }
  const text = query === '-' ? await readAll(context) : query;
  await reading(options.db, (ledger) => answer(askAnything(ledger, text), options, context));
}

async function askBounded(
  query: string,
  { db, timeout, limit, json, csv: isCsv }: Options,
  context: Context,
): Promise<void> {
  const flags = [
    ...(json ? ['--json'] : []),
    ...(isCsv ? ['--csv'] : []),
    ...(limit === undefined ? [] : ['--limit', String(limit)]),
  ];
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const args = [`--max-old-space-size=${MEMORY}`, cli, 'sql', '--timeout', '0s', '--db', db, ...flags, '--', query];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  let isLate = false;
  const stop = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, timeout);
  context.signal.addEventListener('abort', stop, { once: true });
  await once(child, 'exit');
  clearTimeout(timer);
  if (isLate) {
    const hint = 'Ask for less, or give it longer with --timeout 60s.';
    throw new UsageError('too_long', `The question was not answered within ${durationWords(timeout)}.`, { hint });
  }
  if (context.signal.aborted) return;
  if (child.exitCode === null || child.exitCode > 128) {
    const hint = 'Ask for fewer or smaller rows.';
    throw new UsageError('too_large', `The question took more than ${MEMORY} MB of memory.`, { hint });
  }
  context.exitCode = child.exitCode;
}

async function readAll({ stdin }: Context): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

async function answer({ columns, rows }: Answer, options: Options, context: Context): Promise<void> {
  const limit = limitOf(options);
  const shown = take(rows, limit < 0 ? Number.POSITIVE_INFINITY : limit);
  if (options.json) await stream(shown, (row) => `${toJson(columns, row)}\n`, context);
  else if (options.csv) {
    context.stdout.write(csv([columns]));
    await stream(shown, (row) => csv([row.map(toText)]), context);
  } else {
    const cells = [...shown].map((row) => row.map(toText));
    if (cells.length === 0) note(context, 'No rows.');
    else
      await printTable(
        context,
        columns.map((title, index) => ({ title, ...shape(cells, index) })),
        cells,
      );
  }
  if (shown.isCut) note(context, `The first ${limit} rows are shown; --limit N shows more.`);
}

/** The first rows, and whether there were more. */
function take(
  rows: Iterable<readonly SqlValue[]>,
  most: number,
): Iterable<readonly SqlValue[]> & { readonly isCut: boolean } {
  let isCut = false;
  function* first(): Iterable<readonly SqlValue[]> {
    let count = 0;
    for (const row of rows) {
      if (count >= most) {
        isCut = true;
        return;
      }
      count += 1;
      yield row;
    }
  }
  return {
    [Symbol.iterator]: () => first()[Symbol.iterator](),
    get isCut() {
      return isCut;
    },
  };
}

/** As fast as the reader takes it, so that a large answer is never held whole. */
async function stream(
  rows: Iterable<readonly SqlValue[]>,
  write: (row: readonly SqlValue[]) => string,
  { stdout }: Context,
): Promise<void> {
  for (const row of rows) if (!stdout.write(write(row))) await once(stdout, 'drain');
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
