import { type Command, Option } from 'commander';
import { DEFAULTS } from '../../config/settings.ts';
import { LedgerError } from '../../core/errors.ts';
import { addExamples, dbOption, jsonOption, logFormatOption, openLog, readSpan } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import type { LogFormat } from '../shared/log.ts';
import { pauseOption } from './pause.ts';

interface Options {
  readonly db: string;
  readonly source: string;
  readonly model?: string;
  readonly pause: number;
  readonly telemetry?: boolean;
  readonly mustExist?: boolean;
  readonly wait?: number;
  readonly trigger: 'manual' | 'cron' | 'daemon';
  readonly json?: boolean;
  readonly logFormat: LogFormat;
}

export function define(command: Command, context: Context): void {
  command
    .command('sync')
    .description('ask about every listed model once and record who serves it, at what price, with what limits')
    .addOption(
      new Option('--source <url>', 'the address of the list; models are asked for below it')
        .env('MODEL_LEDGER_SOURCE')
        .default(DEFAULTS.source),
    )
    .addOption(dbOption())
    .option('--model <glob>', "only these models: 'openai/*', '*:free', or an id")
    .addOption(pauseOption())
    .option('--telemetry', 'keep status and uptimes too, a row an endpoint and sweep')
    .option('--must-exist', 'a missing or empty data file is an error (for timers)')
    .option('--wait <span>', 'wait for another sweep to end instead of leaving at once', readSpan)
    .addOption(
      new Option('--trigger <trigger>', 'what started the sweep')
        .choices(['manual', 'cron', 'daemon'])
        .default('manual')
        .hideHelp(),
    )
    .addOption(jsonOption())
    .addOption(logFormatOption())
    .action((options: Options) => runEndpointsSync(options, context));
  addExamples(command, [
    ['endpoints sync', 'ask about every listed model; a sweep that was stopped goes on where it was'],
    ["endpoints sync --model 'deepseek/*'", 'only these'],
    ['sync --endpoints', 'the list first, then a sweep'],
  ]);
}

async function runEndpointsSync(options: Options, context: Context): Promise<void> {
  const { logFormat, pause: pauseMs, wait: waitMs, ...rest } = options;
  const log = await openLog(context, logFormat, options.trigger !== 'manual');
  try {
    const { runSweep } = await import('./sweepRun.ts');
    await runSweep({ ...rest, pauseMs, waitMs }, context, log);
  } catch (error) {
    if (!log.isJson || !(error instanceof LedgerError)) throw error;
    const { code, hint = null, exitCode } = error;
    log.error(error.message, { code, hint, exitCode });
    context.exitCode = exitCode;
  }
}
