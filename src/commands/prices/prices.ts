import { Option } from 'commander';
import { quantity } from '../../core/format/units.ts';
import { type Blend, DEFAULT_BLEND, readBlend, SORTS, type Sort, sortOffers } from '../../core/pricing/offerOrder.ts';
import { isFree, type Offer, readPerMillion } from '../../core/pricing/offers.ts';
import { filterOffers, type OfferFilter } from '../../core/query/offerFilter.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { minuteWords } from '../../core/time/when.ts';
import { observedBy } from '../../ledger/queries/coverage.ts';
import { listingAt } from '../../ledger/queries/listing.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note } from '../shared/context.ts';
import { modelsOf } from '../shared/models.ts';
import { type AskModelsOptions, readCount } from '../shared/options.ts';
import { limitOf, noteCut, printRecords } from '../shared/output.ts';
import { noteCoverage, nothingWords, readAt, reading } from '../shared/reading.ts';
import { printFilled } from './filledTable.ts';
import { KEYS, toRecord } from './offerRecord.ts';
import { offerColumns } from './offersTable.ts';

interface Options extends AskModelsOptions {
  readonly sort: Sort;
  readonly parameter?: readonly string[];
  readonly modality?: readonly string[];
  readonly desc?: boolean;
  readonly asc?: boolean;
  readonly blend?: string;
  readonly maxPrice?: string;
  readonly maxCompletionPrice?: string;
  readonly paid?: boolean;
  readonly free?: boolean;
  readonly minContext?: number;
}

export const define: Define = (command, context) => {
  command
    .argument('[model...]', "only these models: gpt-5, 'anthropic/*'")
    .shares('db', 'at')
    .addOption(
      new Option('--sort <by>', 'the cheapest, the largest context, the name or the newest first')
        .choices(SORTS)
        .default('prompt'),
    )
    .addOption(new Option('--desc', 'the dearest, the largest, the last or the newest first').conflicts('asc'))
    .option('--asc', 'the cheapest, the smallest, the first or the oldest first')
    .option('--blend <parts>', 'add a column: the price at this ratio of prompt to completion, 3:1')
    .option('--parameter <name...>', 'only models that support it: tools, reasoning, structured_outputs')
    .option(
      '--modality <modality...>',
      "only models that accept or return it: image, 'image->', '->image', 'text->text'",
    )
    .option('--max-price <usd>', 'the most a million prompt tokens may cost')
    .option('--max-completion-price <usd>', 'the most a million completion tokens may cost')
    .option('--free', 'only models whose every price is 0, which the table leaves out otherwise')
    .option('--paid', 'only models that cost something')
    .option('--min-context <tokens>', 'the smallest context length', readCount)
    .shares('limit', 'local', 'model', 'author', 'json', 'csv')
    .action((models: string[], options: Options) => prices(models, options, context))
    .keys(KEYS)
    .examples([
      ['prices --limit 10', 'the ten cheapest prompts'],
      ["prices 'anthropic/*' 'openai/*' --blend 4:1 --sort blend", 'two authors by what four parts prompt to one cost'],
      ['prices --parameter tools --modality image --min-context 200000 --max-price 1', 'candidates to replace a model'],
      ['prices --at 2026-05-03 --author openai --csv', 'one author’s list as it was on 3 May'],
    ]);
};

async function prices(typed: readonly string[], options: Options, context: Context): Promise<void> {
  const at = readAt(options, context);
  const [filter, blend] = [readFilter(options), readBlendOption(options)];
  const { model, author, sort, asc, desc } = options;
  const isDescending = asc ? false : desc;
  await reading(options, context, async (question) => {
    const { ledger, zone } = question;
    const models = modelsOf(question, typed, model);
    const listed = listingAt(ledger, at, { models, author });
    const fitting = filterOffers(listed, filter);
    const found = sortOffers(leaveOutFree(fitting, options), { sort, isDescending, blend });
    const shown = found.slice(0, limitOf(options));
    const records = shown.map((offer) => toRecord(offer, blend));
    const isTable = !(await printRecords(context, options, KEYS, records));
    if (isTable && shown.length > 0) await printFilled(context, offerColumns(blend), shown);
    const isOutside = noteCoverage(question, at);
    if (found.length === 0) {
      const of = listed.length === 0 ? 'No model that fits was listed then' : `None of ${listed.length} models fits`;
      // Outside of what was observed, the note about that has said already which lists the ledger has.
      note(context, isOutside ? `${of}.` : nothingWords(question, `${of}.`));
    } else if (isTable) {
      const seen = observedBy(ledger, at ?? END_OF_TIME);
      note(context, `USD per million tokens${seen === null ? '' : `, as observed ${minuteWords(seen, zone)}`}.`);
      const free = fitting.length - found.length;
      if (free > 0) note(context, `${quantity(free, 'free model is', 'free models are')} left out; --free lists them.`);
      noteCut(context, shown, found, 'models');
    }
  });
}

function readFilter(options: Options): OfferFilter {
  const { parameter: parameters, modality: modalities, maxPrice, maxCompletionPrice, free, paid, minContext } = options;
  return {
    parameters,
    modalities,
    free,
    paid,
    minContext,
    maxPrice: maxPrice === undefined ? undefined : readPerMillion(maxPrice),
    maxCompletionPrice: maxCompletionPrice === undefined ? undefined : readPerMillion(maxCompletionPrice),
  };
}

/** The blend to show as a column: the one that is given, or the default if the list is sorted by blend. */
function readBlendOption({ blend, sort }: Options): Blend | undefined {
  if (blend !== undefined) return readBlend(blend);
  return sort === 'blend' ? DEFAULT_BLEND : undefined;
}

/** In a table sorted by price, free models would fill the first screen. They are shown only if nothing else fits. */
function leaveOutFree(offers: readonly Offer[], { json, csv, free, sort }: Options): readonly Offer[] {
  if (json || csv || free || !['prompt', 'completion', 'blend', 'price'].includes(sort)) return offers;
  const paid = offers.filter((offer) => !isFree(offer));
  return paid.length > 0 ? paid : offers;
}
