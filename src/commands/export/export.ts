import { Option } from 'commander';
import { DEFAULTS } from '../../config/settings.ts';
import { quantity } from '../../core/format/units.ts';
import { type Ledger, openForReading } from '../../ledger/store/open.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print, printJson } from '../shared/context.ts';
import { type CommandOptions, readRun } from '../shared/options.ts';
import { type OnProgress, withBar } from '../shared/progress.ts';
import { noteNoList } from '../shared/reading.ts';

interface ParquetOptions extends CommandOptions {
  readonly since?: number;
}

interface PostgresOptions extends CommandOptions {
  readonly url?: string;
  readonly schema: string;
  readonly replace?: boolean;
}

export const define: Define = (command, context) => {
  command
    .command('parquet <dir>')
    .description('every table, and the views for other engines, as Parquet files')
    .option('--since <run>', 'only what has changed since this run of sync_runs, and new months', readRun)
    .shares('db', 'json')
    .action((dir: string, options: ParquetOptions) => runParquet(dir, options, context));
  command
    .command('postgres [url]')
    .description('the tables in a PostgreSQL schema, brought up to date by what has changed')
    .addOption(new Option('--url <url>', 'the server and the database').env('MODEL_LEDGER_POSTGRES_URL').hideHelp())
    .option('--schema <name>', 'the schema, created if missing', DEFAULTS.postgresSchema)
    .option('--replace', 'start over if the schema holds another ledger')
    .shares('db', 'json')
    .action((url: string | undefined, options: PostgresOptions) => runPostgres(url, options, context));
  command.examples([
    ['export parquet lake/', 'write every table for DuckDB, Spark, ClickHouse or BigQuery'],
    ['export parquet lake/ --since 17', 'after a sync: only what has changed since run 17'],
    ['export postgres postgres://ledger@db.example/prices', 'fill the schema model_ledger, or bring it up to date'],
  ]);
};

async function runParquet(dir: string, { db, since, json }: ParquetOptions, context: Context): Promise<void> {
  const { describeFiles, exportParquet } = await import('../../export/parquet/exportParquet.ts');
  const { signal } = context;
  const result = await exporting(db, 'files', context, (ledger, onProgress) =>
    exportParquet(ledger, { dir, since, signal, onProgress }),
  );
  if (json) printJson(context, { ...result, dir });
  else for (const line of describeFiles(result)) print(context, line);
  const changed = result.files.filter(({ isChanged }) => isChanged).length;
  note(context, `${changed} of ${result.files.length} files written to ${dir}, up to run ${result.run}.`);
}

async function runPostgres(argument: string | undefined, options: PostgresOptions, context: Context): Promise<void> {
  const { exportPostgres } = await import('../../export/postgres/exportPostgres.ts');
  const { db, schema, replace, json, url = '' } = options;
  const { signal, now } = context;
  const result = await exporting(db, 'tables', context, (ledger, onProgress) =>
    exportPostgres(ledger, { url: argument ?? url, schema, replace, signal, now, onProgress }),
  );
  const tables = Object.entries(result.written);
  if (json) printJson(context, { ...result, schema });
  else for (const [table, rows] of tables) print(context, `${table}: ${quantity(rows, 'row')}`);
  note(context, `The schema ${schema} is up to run ${result.run}.`);
}

/** Opens the ledger for an export with a progress bar, and notes if it has no list, so that the export is empty. */
async function exporting<T>(
  db: string,
  unit: string,
  context: Context,
  work: (ledger: Ledger, onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const ledger = openForReading(db);
  try {
    const result = await withBar(context, unit, (onProgress) => work(ledger, onProgress));
    noteNoList({ ledger, context });
    return result;
  } finally {
    ledger.close();
  }
}
