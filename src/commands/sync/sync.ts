import { randomUUID } from 'node:crypto';
import { Option } from 'commander';
import { logWarning } from '../../ledger/queries/size.ts';
import { syncRecord } from '../../library/syncRecord.ts';
import { isSilent, readReceivers } from '../../notify/receivers.ts';
import { type SyncOutcome, sync } from '../../sync.ts';
import { readSource, requireAddress } from '../../upstream/source.ts';
import type { Define } from '../shared/command.ts';
import { type Context, print, printJson } from '../shared/context.ts';
import { type Log, logRetry, withLog } from '../shared/log.ts';
import { makeDefaultFolder, sourceOption, spanOption, type TimerOptions } from '../shared/options.ts';
import { aheadWords } from '../shared/words.ts';
import { reportText } from './report.ts';

interface Options extends TimerOptions {
  readonly scope?: string;
  readonly accept?: boolean;
  readonly dryRun?: boolean;
  /** A sweep over the endpoints follows always, or only if the last one is older than so many milliseconds. */
  readonly endpoints?: boolean;
  readonly endpointsEvery?: number;
  readonly pause: number;
  readonly telemetry?: boolean;
}

export const define: Define = (command, context) => {
  command
    .addOption(sourceOption('url|file|-'))
    .shares('db')
    .option('--scope <scope>', 'what the list covers, if the source does not say')
    .option('--accept', 'accept the answer, whatever is missing from it')
    .option('--dry-run', 'show what would be recorded and write nothing')
    .shares('mustExist', 'wait')
    .addOption(new Option('--endpoints', 'then ask who serves each model, at what price').conflicts('dryRun'))
    .addOption(
      spanOption('--endpoints-every <span>', 'the same, if the last sweep was longer ago: 6h').conflicts('dryRun'),
    )
    .shares('pause')
    .option('--telemetry', 'with --endpoints: keep status and uptimes too')
    .shares('trigger', 'json', 'logFormat')
    .action((options: Options) => runSync(options, context))
    .examples([
      ['sync', 'fetch the full list, record and print what changed since the last run'],
      ['sync --dry-run', 'the same, but write nothing'],
      ['sync --endpoints', 'the list, then a sweep over the models: who serves each, at what price'],
      ['sync --source saved.json --db other.db', 'record a saved answer in another data file'],
    ]);
};

/** One run with its messages, its report and its exit code, also for a timer and the daemon. */
export async function runSync(options: Options, context: Context): Promise<void> {
  await withLog(context, options, (log) => runWithLog(options, context, log));
}

async function runWithLog(options: Options, context: Context, log: Log): Promise<void> {
  if (!options.dryRun) makeDefaultFolder(options.db);
  const { db, scope, accept, dryRun, mustExist, trigger, wait: waitMs } = options;
  const source = readSource(options.source);
  const sweeps = options.endpoints === true || options.endpointsEvery !== undefined;
  if (sweeps) requireAddress(source, 'leave --endpoints out');
  const { env, stdin, now, signal, version } = context;
  const userAgent = `model-ledger/${version}`;
  const notifier = await openNotifier(context, log, userAgent, sweeps);
  await sync(
    { db, scope, accept, dryRun, mustExist, trigger, waitMs, source },
    {
      env,
      stdin,
      now,
      signal,
      userAgent,
      notifier,
      onBegin: (run) => log.nameRun(run),
      onWarning: (words) => log.warn(words),
      onRetry: (note) => logRetry(log, note),
      report: (result) => report(result, options, context, log),
    },
  );
  if (!sweeps) return;
  try {
    if (!signal.aborted) await sweepAfter(options, context, log);
  } finally {
    // After the sweep, so that the copy has its results too; also if the sweep failed.
    await notifier?.copy(db);
  }
}

async function sweepAfter(options: Options, context: Context, log: Log): Promise<void> {
  const { db, source, trigger, json, telemetry, endpoints, endpointsEvery, pause: pauseMs } = options;
  const { runSweep } = await import('../endpoints/sweepRun.ts');
  const everyMs = endpoints ? undefined : endpointsEvery;
  await runSweep({ db, source, trigger, json, telemetry, pauseMs, everyMs }, context, log);
}

async function report(result: SyncOutcome, options: Options, context: Context, log: Log): Promise<void> {
  const { recorded } = result;
  if (result.isNewFile && !options.dryRun) log.info(`Began a new ledger in ${options.db}.`);
  const warning = logWarning(options.db);
  if (warning !== undefined) log.warn(warning);
  if (options.json) printJson(context, syncRecord(result, options));
  // A timer's journal keeps both streams, and gets the summary below as a line of the log.
  else if (options.trigger === 'manual' || !log.isJson)
    print(context, reportText(result, options.dryRun === true, context));
  if (log.isJson) await logSummary(result, log);
  if (result.ahead !== undefined) log.warn(aheadWords(result.ahead));
  if (recorded.status !== 'rejected' && recorded.status !== 'held') return;
  context.exitCode = 4;
  if (options.json) return;
  if (options.dryRun) log.warn(DRY);
  else log.warn(recorded.status === 'held' ? HELD : rejectedWords(recorded.runId));
}

async function logSummary({ recorded, previous }: SyncOutcome, log: Log): Promise<void> {
  const { summarize } = await import('../../notify/summary.ts');
  const { words, fields } = summarize(recorded, previous === undefined);
  log.info(words, fields);
}

/** Undefined if nobody is to be told of the run; then the notifier is not even loaded. */
async function openNotifier({ env, now, signal }: Context, log: Log, userAgent: string, copiesLater: boolean) {
  const receivers = readReceivers(env);
  if (isSilent(receivers)) return undefined;
  const { Notifier } = await import('../../notify/notifier.ts');
  const warn = (text: string): void => log.warn(text);
  const copyTables = async (file: string, url: string, over: AbortSignal): Promise<void> => {
    const { copyToPostgres } = await import('../../export/postgres/copyToPostgres.ts');
    await copyToPostgres(file, { url, signal: over, now });
  };
  return new Notifier(receivers, { env, userAgent, now, signal, randomId: randomUUID, warn, copyTables, copiesLater });
}

const DRY = 'A dry run keeps no answer: sync without --dry-run keeps this one for a look.';
const HELD =
  'The answer is kept but not applied. If the models are really gone, the third answer in a row without them is believed; ' +
  'model-ledger sync --accept believes it now.';
const rejectedWords = (run: number): string =>
  `The tables are as before; the answer is kept for a look: model-ledger snapshot --run ${run}.`;
