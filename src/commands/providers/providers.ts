import { quantity } from '../../core/format/units.ts';
import { basePrices } from '../../core/pricing/offers.ts';
import { minuteWords } from '../../core/time/when.ts';
import {
  endpointsAnsweredBy,
  listEndpointsAt,
  type ServedEndpoint,
} from '../../ledger/queries/endpoints/endpointsAt.ts';
import { conditionNotes, countCell, type FilledColumn, priceCell, printFilled } from '../prices/filledTable.ts';
import { flexible, left, remark, right } from '../shared/columns.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print } from '../shared/context.ts';
import { resolveModel } from '../shared/models.ts';
import type { AskOptions } from '../shared/options.ts';
import { printRecords } from '../shared/output.ts';
import { readAt, reading } from '../shared/reading.ts';
import { noEndpoints } from './noEndpoints.ts';

const KEYS = [
  ...['model', 'provider', 'tag', 'quantization', 'twin', 'contextLength', 'maxPromptTokens', 'maxCompletionTokens'],
  ...['prompt', 'completion', 'prices', 'firstSeenAt'],
] as const;

export const define: Define = (command, context) => {
  command
    .argument('<model>', 'its id, such as deepseek/deepseek-v4-flash')
    .shares('db', 'at', 'local', 'json', 'csv')
    .action((model: string, options: AskOptions) => providers(model, options, context))
    .keys(KEYS)
    .examples([
      ['providers deepseek/deepseek-v4-flash', 'who serves it now, the cheapest first'],
      ['providers z-ai/glm-5.2 --at 2026-07-20', 'who served it then, at what price'],
      ['providers z-ai/glm-5.2 --csv', 'the same for a spreadsheet, prices exact'],
    ]);
};

async function providers(typed: string, options: AskOptions, context: Context): Promise<void> {
  const at = readAt(options, context);
  await reading(options, context, async (question) => {
    const { ledger, zone } = question;
    const model = resolveModel(question, typed);
    const endpoints = listEndpointsAt(ledger, model, at);
    if (endpoints.length === 0) throw noEndpoints(ledger, model);
    const records = endpoints.map((endpoint) => toRecord(model, endpoint));
    if (await printRecords(context, options, KEYS, records)) return;
    if (at !== null) print(context, minuteWords(at, zone));
    await printFilled(context, COLUMNS, endpoints);
    const asked = endpointsAnsweredBy(ledger, model, at);
    const when = asked === null ? '' : `, as they stood ${minuteWords(asked, zone)}`;
    const many = quantity(new Set(endpoints.map(({ provider }) => provider)).size, 'provider');
    note(context, `${quantity(endpoints.length, 'endpoint')} of ${many}${when}.`);
  });
}

function toRecord(model: string, { id: _, ...endpoint }: ServedEndpoint) {
  return { model, ...endpoint, ...basePrices(endpoint) };
}

const COLUMNS: readonly FilledColumn<ServedEndpoint>[] = [
  { ...flexible('provider'), cell: ({ provider }) => provider },
  { ...flexible('tag'), cell: ({ tag }) => tag },
  { ...right('in /M'), cell: (endpoint) => priceCell(endpoint, 'prompt') },
  { ...right('out /M'), cell: (endpoint) => priceCell(endpoint, 'completion') },
  { ...right('cache read'), wide: true, cell: (endpoint) => priceCell(endpoint, 'input_cache_read') },
  { ...left('precision'), cell: ({ quantization }) => quantization },
  { ...right('context'), cell: ({ contextLength }) => countCell(contextLength) },
  { ...right('max out'), wide: true, cell: ({ maxCompletionTokens }) => countCell(maxCompletionTokens) },
  { ...remark('notes'), cell: (endpoint) => conditionNotes(endpoint).join(', ') },
];
