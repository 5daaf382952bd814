import { InvalidArgumentError, Option } from 'commander';
import { parseQuantity } from '../../core/pricing/quantity.ts';
import { snakeCase } from '../../core/pricing/usageNames.ts';
import { COMPONENTS, type UsageField } from '../../core/reading/components.ts';
import type { LedgerCommand } from '../shared/command.ts';
import type { AskOptions } from '../shared/options.ts';
import type { VolumeOptions } from './volume.ts';

export const OVER_KEYS = [
  ...['model', 'from', 'to', 'total', 'changePct', 'conditions', 'problem', 'times', 'perRequest'],
] as const;

export interface CostOptions extends AskOptions, VolumeOptions, Readonly<Partial<Record<UsageField, bigint>>> {
  readonly use?: ReadonlyMap<string, bigint>;
  readonly log?: string;
  readonly ignore?: readonly string[];
  readonly strict?: boolean;
  readonly text?: string;
  readonly system?: string;
  readonly tokenizer?: readonly string[];
  readonly over?: string;
  /** Bill at each provider; a log at the prices of the providers that it names. */
  readonly providers?: boolean;
}

/** Adds the options in the order of the help. Long, because it is a list. */
export function addCostOptions(command: LedgerCommand): LedgerCommand {
  command.argument('[model...]', "one model, several to compare, or a glob: 'openai/*'").shares('db', 'at');
  for (const { component, field } of COMPONENTS) {
    const flag = snakeCase(field).replaceAll('_', '-');
    command.option(`--${flag} <n>`, `at the price of ${component}`, readQuantity);
  }
  return command
    .option('--use <component=n...>', 'at the price of any other component', readUse)
    .option(
      '--log <file>',
      'a usage log instead, JSON lines or CSV with model, time and quantities; - is standard input',
    )
    .option('--text <file>', 'count a text, a chat as JSON messages or a folder of texts by each model’s own tokenizer')
    .option('--system <file>', 'a system prompt before each text')
    .shares('tokenizer')
    .option('--times <n>', 'the cost of this many such requests', readQuantity)
    .option('--monthly <n>', 'the cost of this many a month, and of a year', readQuantity)
    .addOption(
      new Option(
        '--over <period>',
        'the same through time: 2026-01..now, 2026-05, 90d; its hour is that of --at, or now',
      ).conflicts(['text', 'providers']),
    )
    .addOption(
      new Option(
        '--providers',
        'one model at each of its providers, the cheapest first; a log at the prices of the providers it names',
      ).conflicts(['text']),
    )
    .option('--ignore <column...>', 'columns of the log that are not quantities')
    .option('--strict', 'refuse a log with an unknown column instead of ignoring it')
    .shares('limit', 'local', 'json', 'csv');
}

function readQuantity(text: string): bigint {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) return quantity;
  throw new InvalidArgumentError('expected a whole number, 0 or more, such as 12000, 12k or 1.5M');
}

function readUse(text: string, others: ReadonlyMap<string, bigint> = new Map()): ReadonlyMap<string, bigint> {
  const [component, quantity] = text.split('=');
  if (!component || quantity === undefined) throw new InvalidArgumentError('expected component=N, such as video=3');
  return new Map([...others, [component, readQuantity(quantity)]]);
}
