import { UsageError } from '../../core/errors.ts';
import { type ComponentUsage, readUsage } from '../../core/pricing/usage.ts';
import { TEXT_KEYS } from '../../core/tokens/textBill.ts';
import type { Define } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import { noteCoverage, readAt, reading } from '../shared/reading.ts';
import { BILL_KEYS, costOfModels, LINE_KEYS } from './costBills.ts';
import { billUsageLog } from './costLog.ts';
import { addCostOptions, type CostOptions, OVER_KEYS } from './costOptions.ts';
import { volumeOf } from './volume.ts';

export const define: Define = (command, context) => {
  addCostOptions(command)
    .action((models: string[], options: CostOptions) => cost(models, options, context))
    .note(
      `Quantities do not overlap: --prompt-tokens are those billed at the prompt
price, without the cached ones. 10k and 1.5M are understood.

Keys of --json, one bill per line, amounts exact in USD:
  ${BILL_KEYS.join(' ')}
Columns of --csv, one row per line of the bill:
  ${LINE_KEYS.join(' ')}
With --text, one line per model in both:
  ${TEXT_KEYS.join(' ')}
With --over, one line per change of the total in both:
  ${OVER_KEYS.join(' ')}
--times and --monthly multiply a bill; tiers are still decided by a single request.
The columns of logs that are understood: docs/cost.md.`,
    )
    .examples([
      ["cost 'openai/*' 'anthropic/*' --text prompt.md --completion-tokens 800", 'which is cheapest for this text'],
      ['cost openai/gpt-5 --prompt-tokens 12k --completion-tokens 800', 'what a request costs now'],
      ['cost openai/gpt-5 --prompt-tokens 12k --monthly 30k', 'what thirty thousand of them a month cost'],
      ['cost deepseek/deepseek-v3.2 --prompt-tokens 12k --over 2026-05..now', 'how that moved, as a chart and a table'],
      [
        'cost z-ai/glm-5.2 --prompt-tokens 12k --completion-tokens 800 --providers',
        'the same at each of its providers',
      ],
      [
        "cost 'anthropic/*' 'openai/*' --prompt-tokens 12k --completion-tokens 800 --at 2026-05-03",
        'who was cheaper on 3 May',
      ],
      [
        'cost --log usage.jsonl --at now',
        'what a whole log would cost at today’s prices; without --at, what it cost at the time',
      ],
    ]);
};

async function cost(models: readonly string[], options: CostOptions, context: Context): Promise<void> {
  const volume = volumeOf(options);
  if (options.log !== undefined) {
    refuseWithLog(options);
    if (models.length === 0) return billUsageLog(options.log, options, context);
    throw new UsageError('two_usages', 'A log names its models itself.', { hint: 'Leave the models out.' });
  }
  if (models.length === 0) {
    throw new UsageError('no_model', 'No model is named.', { hint: 'Name one or more, or give a --log.' });
  }
  const usage = usageOf(options);
  const at = readAt(options, context);
  const request = { models, at, clock: at === null ? context.now() : new Date(at), usage, volume };
  const isKnown = await reading(options, context, async (question) => {
    if (options.over !== undefined) {
      const { costOverTime } = await import('./costOver.ts');
      return await costOverTime(question, request, options);
    }
    const price = options.text === undefined ? costOfModels : (await import('./costText.ts')).costOfTexts;
    const isAnyKnown = await price(question, request, options);
    noteCoverage(question, at);
    return isAnyKnown;
  });
  if (!isKnown) context.exitCode = 1;
}

/** These options mean nothing for a log, which itself says how many requests there were and when. */
function refuseWithLog({ times, monthly, over }: CostOptions): void {
  const [flag] = Object.entries({ times, monthly, over }).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw new UsageError('two_usages', `A log is billed as it is: --${flag} has no meaning with it.`, {
    hint: 'Leave it out.',
  });
}

function usageOf(options: CostOptions): ComponentUsage {
  const usage = new Map([...readUsage(options), ...(options.use ?? [])]);
  if (usage.size > 0 || options.text !== undefined) return usage;
  throw new UsageError('no_usage', 'Nothing was used.', { hint: 'Add --prompt-tokens N --completion-tokens N.' });
}
