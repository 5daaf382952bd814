import type { Command } from 'commander';
import { addExamples } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import { withLog } from '../shared/log.ts';
import {
  dbOption,
  jsonOption,
  logFormatOption,
  mustExistOption,
  pauseOption,
  sourceOption,
  type TimerOptions,
  triggerOption,
  waitOption,
} from '../shared/options.ts';

interface Options extends TimerOptions {
  readonly model?: string;
  readonly pause: number;
  readonly telemetry?: boolean;
}

export function define(command: Command, context: Context): void {
  command
    .command('sync')
    .description('ask about every listed model once and record who serves it, at what price, with what limits')
    .addOption(sourceOption('url', 'the address of the list; models are asked for below it'))
    .addOption(dbOption())
    .option('--model <glob>', "only these models: 'openai/*', '*:free', or an id")
    .addOption(pauseOption())
    .option('--telemetry', 'keep status and uptimes too, a row an endpoint and sweep')
    .addOption(mustExistOption())
    .addOption(waitOption('sweep'))
    .addOption(triggerOption('sweep'))
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
  const { pause: pauseMs, wait: waitMs, ...rest } = options;
  await withLog(context, options, async (log) => {
    const { runSweep } = await import('./sweepRun.ts');
    await runSweep({ ...rest, pauseMs, waitMs }, context, log);
  });
}
