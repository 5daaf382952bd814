import type { Command } from 'commander';
import { exactCount, quantity } from '../../core/format/units.ts';
import { perMillion } from '../../core/format/words.ts';
import { basePrice } from '../../core/pricing/offers.ts';
import { minuteWords } from '../../core/time/when.ts';
import { listEndpointsAt, type ServedEndpoint } from '../../ledger/queries/endpoints/endpointsAt.ts';
import { addExamples, dbOption } from '../shared/command.ts';
import { type Context, note, print } from '../shared/context.ts';
import { resolveModel } from '../shared/models.ts';
import { type OutputFormat, printRecords, printTable } from '../shared/output.ts';
import { addForms, addKeys } from '../shared/outputFormat.ts';
import { atOption, localOption, readAt, reading, type Times, zoneOf } from '../shared/reading.ts';
import type { Cell, Column } from '../shared/table.ts';
import { noEndpoints } from './noEndpoints.ts';

interface Options extends OutputFormat, Times {
  readonly db: string;
  readonly at?: string;
}

const KEYS = [
  ...['model', 'provider', 'tag', 'quantization', 'twin', 'contextLength', 'maxPromptTokens', 'maxCompletionTokens'],
  ...['prompt', 'completion', 'prices', 'firstSeenAt'],
] as const;

export function define(command: Command, context: Context): void {
  command
    .argument('<model>', 'its id, such as deepseek/deepseek-v4-flash')
    .addOption(dbOption())
    .addOption(atOption())
    .addOption(localOption());
  addForms(command).action((model: string, options: Options) => providers(model, options, context));
  addKeys(command, KEYS);
  addExamples(command, [
    ['providers deepseek/deepseek-v4-flash', 'who serves it now, the cheapest first'],
    ['providers z-ai/glm-5.2 --at 2026-07-20', 'who did then, at what price'],
    ['providers z-ai/glm-5.2 --csv', 'the same for a spreadsheet, prices exact'],
  ]);
}

async function providers(typed: string, options: Options, context: Context): Promise<void> {
  const zone = zoneOf(options);
  const at = readAt(options.at, context, zone);
  await reading(options.db, async (ledger) => {
    const model = resolveModel(ledger, typed, context, zone);
    const endpoints = listEndpointsAt(ledger, model, at);
    if (endpoints.length === 0) throw noEndpoints(ledger, model);
    const records = endpoints.map((endpoint) => toRecord(model, endpoint));
    if (await printRecords(context, options, KEYS, records)) return;
    if (at !== null) print(context, minuteWords(at, zone));
    await printTable(context, COLUMNS, endpoints.map(toRow));
    note(
      context,
      `${quantity(endpoints.length, 'endpoint')} of ${quantity(new Set(endpoints.map(({ provider }) => provider)).size, 'provider')}.`,
    );
  });
}

function toRecord(model: string, { id: _, ...endpoint }: ServedEndpoint) {
  const base = (component: string): string | null => basePrice(endpoint, component);
  return { model, ...endpoint, prompt: base('prompt'), completion: base('completion') };
}

const right = { align: 'right' } as const;
const COLUMNS: readonly Column[] = [
  { title: 'provider', flexible: true },
  { title: 'tag', flexible: true },
  { title: 'in /M', ...right },
  { title: 'out /M', ...right },
  { title: 'cache read', ...right },
  { title: 'precision' },
  { title: 'context', ...right },
  { title: 'max out', ...right },
  { title: 'notes', isNote: true },
];

function toRow(endpoint: ServedEndpoint): Cell[] {
  const price = (component: string): Cell => {
    const amount = basePrice(endpoint, component);
    return amount === null ? null : perMillion(amount);
  };
  const count = (tokens: number | null): Cell => (tokens === null ? null : exactCount(tokens));
  const conditions = new Set(endpoint.prices.map(({ condition }) => condition));
  const has = (pattern: RegExp): boolean => [...conditions].some((condition) => pattern.test(condition));
  const notes = [...(has(/min_prompt_tokens/) ? ['tiers'] : []), ...(has(/utc_/) ? ['windows'] : [])];
  return [
    ...[endpoint.provider, endpoint.tag, price('prompt'), price('completion'), price('input_cache_read')],
    ...[endpoint.quantization, count(endpoint.contextLength), count(endpoint.maxCompletionTokens), notes.join(', ')],
  ];
}
