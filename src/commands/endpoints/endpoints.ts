import type { Define } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import { withLog } from '../shared/log.ts';
import { sourceOption, type TimerOptions, waitOption } from '../shared/options.ts';

interface Options extends TimerOptions {
  readonly model?: string;
  readonly pause: number;
  readonly telemetry?: boolean;
}

export const define: Define = (command, context) => {
  command
    .command('sync')
    .description('ask about every listed model once and record who serves it, at what price, with what limits')
    .addOption(sourceOption('url', 'the address of the list; models are asked for below it'))
    .shares('db')
    .option('--model <glob>', "only these models: 'openai/*', '*:free', or an id")
    .shares('pause')
    .option('--telemetry', 'keep status and uptimes too, a row per endpoint and sweep')
    .shares('mustExist')
    .addOption(waitOption('sweep'))
    .shares('trigger', 'json', 'logFormat')
    .action((options: Options) => runEndpointsSync(options, context));
  command.examples([
    ['endpoints sync', 'ask about every listed model, or continue a sweep that was stopped'],
    ["endpoints sync --model 'deepseek/*'", 'only these'],
    ['sync --endpoints', 'the list first, then a sweep'],
  ]);
};

async function runEndpointsSync(options: Options, context: Context): Promise<void> {
  const { pause: pauseMs, wait: waitMs, ...rest } = options;
  await withLog(context, options, async (log) => {
    const { runSweep } = await import('./sweepRun.ts');
    await runSweep({ ...rest, pauseMs, waitMs }, context, log);
  });
}
