import type Database from 'better-sqlite3';
import { UsageError, withoutStop } from '../../core/errors.ts';
import { isSqliteError } from '../store/driver.ts';

/** A value as SQLite has it; integers are exact. */
export type SqlValue = string | number | bigint | Buffer | null;

export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly SqlValue[]>;
}

/** How a statement must begin: a read-only connection would also run VACUUM INTO, ATTACH and some PRAGMAs. */
const READS = /^(?:select|with|values|explain)\b/i;
const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|;)*/;

/**
 * Runs a query that a person wrote, on a connection that cannot write.
 * @throws UsageError for what is no query or no SQL
 */
export function askAnything(sqlite: Database.Database, text: string): SqlAnswer {
  if (!READS.test(text.replace(LEADING, ''))) throw refused();
  sqlite.pragma('query_only = ON');
  sqlite.pragma('trusted_schema = OFF');
  const statement = prepare(sqlite, text);
  if (!statement.reader || !statement.readonly) throw refused();
  statement.raw().safeIntegers();
  return { columns: uniqueNames(statement.columns().map(({ name }) => name)), rows: iterate(statement) };
}

/** Whether this is a ledger into which no list was ever accepted. */
export function isWithoutList(sqlite: Database.Database): boolean {
  const isLedger = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sync_runs'").get() !== undefined;
  return isLedger && sqlite.prepare('SELECT 1 FROM models LIMIT 1').get() === undefined;
}

function prepare(sqlite: Database.Database, text: string): Database.Statement<[], readonly SqlValue[]> {
  try {
    return sqlite.prepare<[], readonly SqlValue[]>(text);
  } catch (error) {
    throw inWords(error, sqlite, text);
  }
}

/** Errors of the query may come with any row. */
function* iterate(statement: Database.Statement<[], readonly SqlValue[]>): Iterable<readonly SqlValue[]> {
  try {
    yield* statement.iterate();
  } catch (error) {
    throw inWords(error, statement.database, statement.source);
  }
}

const QUERY_FAULTS = /^SQLITE_(?:ERROR|TOOBIG|MISMATCH)/;

/** Puts an error of the query into words; others are about the file. */
function inWords(error: unknown, sqlite: Database.Database, text: string): unknown {
  const isAboutQuery = isSqliteError(error) ? QUERY_FAULTS.test(error.code) : error instanceof RangeError;
  if (!(error instanceof Error) || !isAboutQuery) return error;
  const names = sqlite
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '__*' ORDER BY name",
    )
    .pluck()
    .all();
  const hint = /no such table/.test(error.message)
    ? `Ask one of ${names.join(', ')}.`
    : /no such column/.test(error.message)
      ? columnsWords(sqlite, names, text)
      : undefined;
  return new UsageError('bad_sql', `This is not answered: ${withoutStop(error.message)}.`, { hint });
}

/** The columns of the tables that a query names; undefined where it names none of this file. */
function columnsWords(sqlite: Database.Database, names: readonly string[], text: string): string | undefined {
  const words = new Set(text.toLowerCase().match(/\w+/g));
  const columnsOf = sqlite.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck();
  const advice = names
    .filter((name) => words.has(name))
    .map((name) => `${name} has ${columnsOf.all(name).join(', ')}.`);
  return advice.length === 0 ? undefined : `Look again: ${advice.join(' ')}`;
}

function refused(): UsageError {
  return new UsageError('not_a_question', 'Only one statement that reads is run: SELECT, WITH, VALUES or EXPLAIN.', {
    hint: "Look up the columns of a table so: SELECT * FROM pragma_table_xinfo('models').",
  });
}

/** Numbers repeated column names, which would be one key in JSON. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; seen.has(name) && taken.has(unique); n += 1) unique = `${name}_${n}`;
    taken.add(unique);
    seen.add(name);
    return unique;
  });
}
