import { isNoise } from '../../core/diff/causes.ts';
import { UsageError } from '../../core/errors.ts';
import { minuteWords, readWhen, type When } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { differencesBetween } from '../../ledger/queries/difference.ts';
import { countEndpointChanges } from '../../ledger/queries/endpoints/sweeps.ts';
import { prepareNetVerdicts } from '../../ledger/queries/endpoints/verdicts.ts';
import { EVENT_KEYS } from '../../ledger/queries/events.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import type { ListingFilter } from '../../ledger/queries/listing.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print } from '../shared/context.ts';
import { modelsOf } from '../shared/models.ts';
import type { AskModelsOptions } from '../shared/options.ts';
import { limitOf, noteCut, printRecords } from '../shared/output.ts';
import { coverageWords, type LedgerQuestion, reading, zoneOf } from '../shared/reading.ts';
import { Style } from '../shared/style.ts';
import { ifAny } from '../shared/words.ts';
import { sortEvents, toEvents } from './diffEvents.ts';
import { diffText, type Interval, listsWords, noDifferenceWords } from './diffText.ts';

interface Options extends AskModelsOptions {
  readonly type?: readonly string[];
  readonly all?: boolean;
}

const KEYS = [
  ...EVENT_KEYS.slice(EVENT_KEYS.indexOf('model')),
  ...(['prompt', 'completion', 'contextLength', 'verdict'] as const),
] satisfies readonly (keyof EventWithContext)[];

export const define: Define = (command, context) => {
  command
    .argument('<t1>', 'the earlier instant: 7d, 2026-07 (its first instant), 2026-07-03T18:00Z')
    .argument('[t2]', 'the later one', 'now')
    .shares('db')
    .option('--all', 'also what is not news: zero, clock, drift')
    .shares('type', 'limit', 'local', 'model', 'author', 'json', 'csv')
    .action((t1: string, t2: string, options: Options) => diff([t1, t2], options, context))
    .keys(KEYS)
    .examples([
      ['diff 7d', 'what differs from a week ago'],
      ['diff 2026-05 2026-06', 'May, from its first instant to its last'],
      [
        "diff 2026-05-01 now --model 'openai/*' --type repriced --csv",
        'one author’s prices then and now, for a spreadsheet',
      ],
    ]);
};

async function diff(times: readonly [string, string], options: Options, context: Context): Promise<void> {
  const zone = zoneOf(options);
  const [first, second] = [readWhen(times[0], context.now(), zone), readWhen(times[1], context.now(), zone)];
  if (first.from >= second.from) {
    const words = `${minuteWords(first.from, zone)} is not before ${minuteWords(second.from, zone)}.`;
    throw new UsageError('bad_order', words, { hint: 'Put the earlier instant first.' });
  }
  await reading(options, context, async (question) => {
    const { ledger } = question;
    const period = { from: startOf(question, first, second.from), to: second.from };
    const { from, to } = period;
    const filter = { models: modelsOf(question, [], options.model), author: options.author };
    const verdictOf = prepareNetVerdicts(ledger, from, to);
    const all = differencesBetween(ledger, period, filter).flatMap((difference) => toEvents(difference, to, verdictOf));
    const fits = all.filter(({ type }) => options.type === undefined || options.type.includes(type));
    const events = sortEvents(fits.filter(({ cause }) => options.all || !isNoise(cause)));
    const shown = events.slice(0, limitOf(options));
    if (!(await printRecords(context, options, KEYS, shown)) && shown.length > 0) {
      const span = `${minuteWords(from, zone)} -> ${minuteWords(to, zone)}`;
      print(context, diffText(events, shown, span, listsWords(question, period), Style.of(context)));
    }
    if (!options.json && !options.csv) noteEndpoints(question, period, filter);
    noteCut(context, shown, events, 'differences');
    if (events.length > 0) return;
    const hidden = fits.length === 0 ? '' : ` ${fits.length} are no news; --all shows them.`;
    note(context, `${noDifferenceWords(question, period)}${hidden} ${coverageWords(question)}`);
  });
}

/** What the sweeps of that time say about providers, if there were any. */
function noteEndpoints({ ledger, context }: LedgerQuestion, period: Interval, filter: ListingFilter): void {
  const { added, removed, restored, repriced, limits } = countEndpointChanges(ledger, period, filter);
  const words = ifAny([
    [added, `${added} came`],
    [removed, `${removed} went`],
    [restored, `${restored} came back`],
    [repriced, `${repriced} changed a price`],
    [limits, `${limits} a limit`],
  ]);
  if (words.length > 0) note(context, `Endpoints by provider: ${words.join(', ')} (providers MODEL --at T).`);
}

/** The start of the comparison; if the ledger begins within the time that was named, then the first list. */
function startOf(question: LedgerQuestion, { from, until }: When, to: string): string {
  const { ledger, context, zone } = question;
  const first = coverageOf(ledger)?.first;
  if (first !== undefined && from >= first) return from;
  if (first === undefined || until <= first || first >= to) {
    // Nothing is known before the first list, so every model would seem new.
    throw new UsageError('not_known', `Nothing is known of ${minuteWords(from, zone)}.`, {
      hint: `Ask for a later time. ${coverageWords(question)}`,
    });
  }
  note(context, `The ledger begins ${minuteWords(first, zone)}, within the time asked for; that is what is compared.`);
  return first;
}
