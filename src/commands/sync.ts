import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { sync } from '../sync.ts';
import { DEFAULT_SOURCE, readSource } from '../upstream/source.ts';
import { addExamples, type Context, DEFAULT_DB, dbOption, jsonOption, note, print, readSpan } from './command.ts';
import { reportJson, reportText } from './report.ts';

interface Options {
  readonly db: string;
  readonly source: string;
  readonly scope?: string;
  readonly accept?: boolean;
  readonly dryRun?: boolean;
  readonly mustExist?: boolean;
  readonly wait?: number;
  readonly trigger: 'manual' | 'cron' | 'daemon';
  readonly json?: boolean;
}

export function define(command: Command, context: Context): void {
  command
    .addOption(
      new Option('--source <url|file|->', 'where the list comes from')
        .env('MODEL_LEDGER_SOURCE')
        .default(DEFAULT_SOURCE),
    )
    .addOption(dbOption())
    .option('--scope <scope>', 'what the list covers, where the source does not tell')
    .option('--accept', 'believe the answer, whatever is missing from it')
    .option('--dry-run', 'show what would be recorded and write nothing')
    .option('--must-exist', 'a missing or empty data file is an error (for timers)')
    .option('--wait <span>', 'wait for another run to end instead of leaving at once', readSpan)
    .addOption(
      new Option('--trigger <trigger>', 'what started the run')
        .choices(['manual', 'cron', 'daemon'])
        .default('manual')
        .hideHelp(),
    )
    .addOption(jsonOption())
    .action((options: Options) => runSync(options, context));
  addExamples(command, [
    ['sync', 'fetch the full list, record and print what changed since the last run'],
    ['sync --dry-run', 'the same, but write nothing'],
    ['sync --source saved.json --db other.db', 'record a saved answer in another data file'],
  ]);
}

async function runSync(options: Options, context: Context): Promise<void> {
  if (options.db === DEFAULT_DB && !options.dryRun) mkdirSync(dirname(DEFAULT_DB), { recursive: true });
  const { wait: waitMs, source, json, ...rest } = options;
  const { env, stdin, now, signal, version } = context;
  const result = await sync(
    { ...rest, waitMs, source: readSource(source) },
    {
      env,
      stdin,
      now,
      signal,
      userAgent: `model-ledger/${version}`,
      onRetry: ({ attempt, reason, delayMs }) =>
        note(context, `request ${attempt} failed (${reason}); trying again in ${(delayMs / 1000).toFixed(1)} s`),
    },
  );
  if (result.isNewFile && !options.dryRun) note(context, `began a new ledger in ${options.db}`);
  if (json) print(context, JSON.stringify(reportJson(result, options)));
  else print(context, reportText(result, options, context));
  const { recorded } = result;
  if (recorded.status === 'rejected' || recorded.status === 'held') {
    context.exitCode = 4;
    if (!json) note(context, recorded.status === 'held' ? HELD : REJECTED);
  }
}

const HELD =
  'The answer is kept but not applied. If the models are really gone, the same in two more answers is believed; ' +
  'model-ledger sync --accept believes it now.';
const REJECTED = 'The tables are as before; the answer is kept for a look: model-ledger snapshot --run N.';
