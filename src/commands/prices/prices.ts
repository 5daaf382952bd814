import { type Command, Option } from 'commander';
import { COMPONENTS, unitOf } from '../../core/pricing/components.ts';
import {
  basePrice,
  isDynamic,
  isFree,
  type Offer,
  readPerMillion,
  SORTS,
  type Sort,
  sortOffers,
} from '../../core/pricing/offers.ts';
import { filterOffers } from '../../core/query/offerFilter.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { minuteWords } from '../../core/time/when.ts';
import { observedBy } from '../../ledger/queries/coverage.ts';
import { listingAt } from '../../ledger/queries/listing.ts';
import { addExamples, dbOption } from '../shared/command.ts';
import { type Context, note } from '../shared/context.ts';
import { modelOptions } from '../shared/filters.ts';
import { limitOf, type OutputFormat, printRecords } from '../shared/output.ts';
import { addForms, addKeys, limitOption, readCount } from '../shared/outputFormat.ts';
import {
  atOption,
  localOption,
  noteCoverage,
  nothingWords,
  readAt,
  reading,
  type Times,
  zoneOf,
} from '../shared/reading.ts';
import { printOffers } from './offersTable.ts';

interface Options extends OutputFormat, Times {
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
  ...['conditional', 'imageUnit'],
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
    const isTable = !(await printRecords(context, options, KEYS, shown.map(toRecord)));
    if (isTable && shown.length > 0) await printOffers(shown, context);
    noteCoverage(ledger, at, context, zone);
    if (found.length === 0) {
      const of = listed.length === 0 ? 'No model that fits was listed then' : `None of ${listed.length} models fits`;
      note(context, nothingWords(ledger, `${of}.`, zone));
    } else if (isTable) {
      const seen = observedBy(ledger, at ?? END_OF_TIME);
      note(context, `USD per million tokens${seen === null ? '' : `, as observed ${minuteWords(seen, zone)}`}.`);
      if (shown.length < found.length)
        note(context, `${shown.length} of ${found.length} models; --limit N shows more.`);
    }
  });
}

function toRecord(offer: Offer) {
  const { model, name, author, contextLength, maxCompletionTokens, prices: rows } = offer;
  const base = COMPONENT_KEYS.map((component) => [component, basePrice(offer, component)]);
  const conditional = rows
    .filter(({ condition }) => condition !== '')
    .map(({ component, condition, price, dynamic }) => ({ component, condition, price, dynamic }));
  return {
    ...{ model, name, author, contextLength, maxCompletionTokens, conditional },
    ...{ free: isFree(offer), dynamic: isDynamic(offer) },
    ...Object.fromEntries(base),
    imageUnit: basePrice(offer, 'image') === null ? null : unitOf('image', rows),
  };
}
