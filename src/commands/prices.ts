import { type Command, Option } from 'commander';
import { COMPONENTS } from '../core/components.ts';
import {
  basePrice,
  filterOffers,
  isDynamic,
  isFree,
  type Offer,
  readPerMillion,
  SORTS,
  type Sort,
  sortOffers,
} from '../core/offers.ts';
import { exactCount } from '../core/units.ts';
import { minuteWords } from '../core/when.ts';
import { perMillion } from '../core/words.ts';
import { observedBy } from '../ledger/queries/coverage.ts';
import { listingAt } from '../ledger/queries/listing.ts';
import { addExamples, type Context, dbOption, note } from './command.ts';
import { modelOptions } from './filters.ts';
import {
  addForms,
  addKeys,
  type DataRecord,
  type Form,
  limitOf,
  limitOption,
  printRecords,
  printTable,
  readCount,
} from './output.ts';
import { atOption, coverageWords, localOption, noteCoverage, readAt, reading, type Times, zoneOf } from './reading.ts';
import type { Cell, Column } from './table.ts';

interface Options extends Form, Times {
  readonly db: string;
  readonly at?: string;
  readonly sort: Sort;
  readonly model?: string;
  readonly author?: string;
  readonly parameter?: readonly string[];
  readonly modality?: readonly string[];
  readonly maxPrice?: string;
  readonly free?: boolean;
  readonly minContext?: number;
  readonly limit?: number;
}

const COMPONENT_KEYS = COMPONENTS.map(({ component }) => component);
const KEYS = [
  ...['model', 'name', 'author', 'contextLength', 'maxCompletionTokens', 'free', 'dynamic'],
  ...COMPONENT_KEYS,
  'conditional',
];

export function define(command: Command, context: Context): void {
  command
    .addOption(dbOption())
    .addOption(atOption())
    .addOption(
      new Option('--sort <by>', 'cheapest prompt, largest context or name first').choices(SORTS).default('price'),
    )
    .option('--parameter <name...>', 'only models that support it: tools, reasoning, structured_outputs')
    .option('--modality <modality...>', "only models that take or give it: image, 'image->', '->image', 'text->text'")
    .option('--max-price <usd>', 'the most a million prompt tokens may cost')
    .option('--free', 'only models whose every price is 0')
    .option('--min-context <tokens>', 'the least context', readCount)
    .addOption(limitOption())
    .addOption(localOption());
  for (const option of modelOptions()) command.addOption(option);
  addForms(command).action((options: Options) => prices(options, context));
  addKeys(command, KEYS);
  addExamples(command, [
    ['prices --limit 10', 'the ten cheapest prompts'],
    ['prices --parameter tools --modality image --min-context 200000 --max-price 1', 'what can replace a model'],
    ['prices --at 2026-05-03 --author openai --csv', 'one author’s list as it was on 3 May'],
  ]);
}

async function prices(options: Options, context: Context): Promise<void> {
  const zone = zoneOf(options);
  const at = readAt(options.at, context, zone);
  const { model, author, parameter: parameters, modality: modalities, maxPrice, free, minContext } = options;
  const most = maxPrice === undefined ? undefined : readPerMillion(maxPrice);
  await reading(options.db, async (ledger) => {
    const listed = listingAt(ledger, at, { model, author });
    const found = sortOffers(
      filterOffers(listed, { parameters, modalities, maxPrice: most, free, minContext }),
      options.sort,
    );
    const limit = limitOf(options);
    const shown = limit < 0 ? found : found.slice(0, limit);
    const isTable = !printRecords(context, options, KEYS, shown.map(toRecord));
    if (isTable && shown.length > 0) await printTable(context, COLUMNS, shown.map(toRow));
    noteCoverage(ledger, at, context, zone);
    if (found.length === 0) {
      const of = listed.length === 0 ? 'No model that fits was listed then' : `None of ${listed.length} models fits`;
      note(context, `${of}. ${coverageWords(ledger, zone)}`);
    } else if (isTable) {
      const seen = observedBy(ledger, at ?? '9999');
      const cut =
        shown.length < found.length
          ? `${shown.length} of ${found.length} models; --limit N shows more`
          : `${found.length} models`;
      note(
        context,
        `${cut}. USD per million tokens${seen === null ? '' : `, as observed ${minuteWords(seen, zone)}`}.`,
      );
    }
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'model', flexible: true },
  { title: 'in /M', align: 'right' },
  { title: 'out /M', align: 'right' },
  { title: 'cache read', align: 'right' },
  { title: 'context', align: 'right' },
  { title: 'max out', align: 'right' },
  { title: 'notes', flexible: true },
];

function toRow(offer: Offer): Cell[] {
  const { model, contextLength, maxCompletionTokens } = offer;
  const count = (tokens: number | null): Cell => (tokens === null ? null : exactCount(tokens));
  const price = (component: string): Cell => {
    const amount = basePrice(offer, component);
    return amount === null ? null : perMillion(amount);
  };
  return [
    model,
    price('prompt'),
    price('completion'),
    price('input_cache_read'),
    count(contextLength),
    count(maxCompletionTokens),
    notes(offer),
  ];
}

/** What the columns do not show: prices of other kinds, tiers, windows. */
function notes({ prices: rows }: Offer): string {
  const conditions = new Set(rows.map(({ condition }) => condition));
  const has = (pattern: RegExp): boolean => [...conditions].some((condition) => pattern.test(condition));
  const also = rows
    .filter(
      ({ component, condition, price }) =>
        condition === '' && price !== '0' && /^(?:request|image|web_search|audio)$/.test(component),
    )
    .map(({ component }) => component);
  return [...(has(/min_prompt_tokens/) ? ['tiers'] : []), ...(has(/utc_/) ? ['windows'] : []), ...also].join(', ');
}

function toRecord(offer: Offer): DataRecord {
  const { model, name, author, contextLength, maxCompletionTokens, prices: rows } = offer;
  const base = COMPONENT_KEYS.map((component) => [component, basePrice(offer, component)]);
  const conditional = rows
    .filter(({ condition }) => condition !== '')
    .map(({ component, condition, price, dynamic }) => ({ component, condition, price, dynamic }));
  return {
    ...{ model, name, author, contextLength, maxCompletionTokens, conditional },
    ...{ free: isFree(offer), dynamic: isDynamic(offer) },
    ...Object.fromEntries(base),
  };
}
