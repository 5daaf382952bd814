import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { wrap } from '../core/format/wrap.ts';
import { minuteWords, readWhen, type When, type Zone } from '../core/time/when.ts';
import { coverageOf, observedBy } from '../ledger/queries/coverage.ts';
import { type Difference, differencesBetween } from '../ledger/queries/difference.ts';
import { countEndpointChanges } from '../ledger/queries/endpoints/sweeps.ts';
import { prepareNetVerdicts } from '../ledger/queries/endpoints/verdicts.ts';
import type { EventWithContext } from '../ledger/queries/eventsWithContext.ts';
import type { ListingFilter } from '../ledger/queries/listing.ts';
import type { Ledger } from '../ledger/store/open.ts';
import { beside, type ChangesLayout, modelLines, pageOf } from './changes/changesText.ts';
import { addExamples, dbOption } from './shared/command.ts';
import { type Context, note, print } from './shared/context.ts';
import { modelOptions, typeOption } from './shared/filters.ts';
import { modelsOf } from './shared/models.ts';
import { limitOf, type OutputFormat, printRecords } from './shared/output.ts';
import { addForms, addKeys, limitOption } from './shared/outputFormat.ts';
import { coverageWords, localOption, reading, type Times, zoneOf } from './shared/reading.ts';

interface Options extends OutputFormat, Times {
  readonly db: string;
  readonly model?: readonly string[];
  readonly author?: string;
  readonly type?: readonly string[];
  readonly all?: boolean;
  readonly limit?: number;
}

const KEYS = [
  ...[
    'model',
    'type',
    'field',
    'before',
    'after',
    'cause',
    'changePct',
    'prompt',
    'completion',
    'contextLength',
    'verdict',
  ],
] as const satisfies readonly (keyof EventWithContext)[];

export function define(command: Command, context: Context): void {
  command
    .argument('<t1>', 'the earlier instant: 7d, 2026-07 (its first instant), 2026-07-03T18:00Z')
    .argument('[t2]', 'the later one', 'now')
    .addOption(dbOption())
    .option('--all', 'also what is not news: zero, clock, drift')
    .addOption(typeOption())
    .addOption(limitOption())
    .addOption(localOption());
  for (const option of modelOptions()) command.addOption(option);
  addForms(command).action((t1: string, t2: string, options: Options) => diff([t1, t2], options, context));
  addKeys(command, KEYS);
  addExamples(command, [
    ['diff 7d', 'what is not as it was a week ago'],
    ['diff 2026-05 2026-06', 'May, from its first instant to its last'],
    [
      "diff 2026-05-01 now --model 'openai/*' --type repriced --csv",
      'one author’s prices then and now, for a spreadsheet',
    ],
  ]);
}

async function diff(times: readonly [string, string], options: Options, context: Context): Promise<void> {
  const zone = zoneOf(options);
  const [first, second] = [readWhen(times[0], context.now(), zone), readWhen(times[1], context.now(), zone)];
  if (first.from >= second.from) {
    const words = `${minuteWords(first.from, zone)} is not before ${minuteWords(second.from, zone)}.`;
    throw new UsageError('bad_order', words, { hint: 'Put the earlier instant first.' });
  }
  await reading(options.db, async (ledger) => {
    const from = startOf(ledger, first, second.from, context, zone);
    const to = second.from;
    const { model = [], author } = options;
    const filter = { models: modelsOf(ledger, [], model, context, zone), author };
    const verdictOf = prepareNetVerdicts(ledger, from, to);
    const all = differencesBetween(ledger, { from, to }, filter).flatMap((difference) =>
      toEvents(difference, to, verdictOf),
    );
    const fits = all.filter(({ type }) => options.type === undefined || options.type.includes(type));
    const events = sortEvents(fits.filter(({ cause }) => options.all || cause === null || cause === 'alias'));
    const limit = limitOf(options);
    const shown = limit < 0 ? events : events.slice(0, limit);
    if (!(await printRecords(context, options, KEYS, shown)) && shown.length > 0) {
      const heads = [`${minuteWords(from, zone)} -> ${minuteWords(to, zone)}`, listsWords(ledger, { from, to }, zone)];
      print(context, diffText(events, shown, heads, pageOf(context, zone)));
    }
    if (!options.json && !options.csv) noteEndpoints(ledger, { from, to }, filter, context);
    if (shown.length < events.length)
      note(context, `${shown.length} of ${events.length} differences; --limit N shows more.`);
    if (events.length > 0) return;
    const hidden = fits.length === 0 ? '' : ` ${fits.length} are no news; --all shows them.`;
    note(context, `${nothingWords(ledger, { from, to }, zone)}${hidden} ${coverageWords(ledger, zone)}`);
  });
}

/** What sweeps say of the providers in between, where they say anything. */
function noteEndpoints(
  ledger: Ledger,
  period: { readonly from: string; readonly to: string },
  filter: ListingFilter,
  context: Context,
): void {
  const { added, removed, restored, repriced, limits } = countEndpointChanges(ledger, period, filter);
  const words = [
    ...(added > 0 ? [`${added} came`] : []),
    ...(removed > 0 ? [`${removed} went`] : []),
    ...(restored > 0 ? [`${restored} came back`] : []),
    ...(repriced > 0 ? [`${repriced} changed a price`] : []),
    ...(limits > 0 ? [`${limits} a limit`] : []),
  ];
  if (words.length > 0) note(context, `Endpoints by provider: ${words.join(', ')} (providers MODEL --at T).`);
}

/** Which lists were compared, where they were not observed at the very minutes asked for; else empty. */
function listsWords(ledger: Ledger, { from, to }: { readonly from: string; readonly to: string }, zone: Zone): string {
  const words = [from, to].map((at) => minuteWords(observedBy(ledger, at) ?? at, zone));
  const isAsked = [from, to].every((at, index) => minuteWords(at, zone) === words[index]);
  return isAsked ? '' : `as observed ${words.join(' and ')}`;
}

/** That one list was in force at both instants is another thing than that two lists agree. */
function nothingWords(
  ledger: Ledger,
  { from, to }: { readonly from: string; readonly to: string },
  zone: Zone,
): string {
  const [before, after] = [observedBy(ledger, from), observedBy(ledger, to)];
  if (before === null || after === null) return 'Nothing differs.';
  if (before === after)
    return `No list was observed in between: both instants have that of ${minuteWords(before, zone)}.`;
  return `Nothing differs between the lists of ${minuteWords(before, zone)} and ${minuteWords(after, zone)}.`;
}

/** The first instant meant of which something is known: a month in which the ledger begins counts from there. */
function startOf(ledger: Ledger, { from, until }: When, to: string, context: Context, zone: Zone): string {
  const first = coverageOf(ledger)?.first;
  if (first === undefined || from >= first || until <= first || first >= to) {
    requireKnown(ledger, from, zone);
    return from;
  }
  note(context, `The ledger begins ${minuteWords(first, zone)}, within the time asked for; that is what is compared.`);
  return first;
}

/** Before the first list nothing is known, and all would pass for new. */
function requireKnown(ledger: Ledger, from: string, zone: Zone): void {
  const coverage = coverageOf(ledger);
  if (coverage !== null && from >= coverage.first) return;
  throw new UsageError('not_known', `Nothing is known of ${minuteWords(from, zone)}.`, {
    hint: `Ask for a later time. ${coverageWords(ledger, zone)}`,
  });
}

function toEvents(
  { model, life, changes, offer }: Difference,
  to: string,
  verdictOf: ReturnType<typeof prepareNetVerdicts>,
): EventWithContext[] {
  const base = {
    run: 0,
    observedAt: to,
    previousObservedAt: to,
    model,
    since: null,
    sinceBefore: false,
    verdict: null,
  };
  const none = { field: null, before: null, after: null, cause: null, changePct: null };
  if (life !== null) return [{ ...base, ...none, ...offer, type: life }];
  const nothing = { prompt: null, completion: null, contextLength: null };
  return changes.map((change) => {
    const verdict = change.type === 'repriced' ? verdictOf(model, change.field) : null;
    return { ...base, ...nothing, ...change, verdict };
  });
}

const ORDER = ['added', 'restored', 'removed', 'repriced', 'limits_changed', 'updated'];

/** By model, the models with the weightiest difference first. */
function sortEvents(events: readonly EventWithContext[]): EventWithContext[] {
  const weight = new Map<string, number>();
  for (const { model, type } of events)
    weight.set(model, Math.min(weight.get(model) ?? ORDER.length, ORDER.indexOf(type)));
  return [...events].sort(
    (a, b) => (weight.get(a.model) ?? 0) - (weight.get(b.model) ?? 0) || compareText(a.model, b.model),
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function diffText(
  events: readonly EventWithContext[],
  shown: readonly EventWithContext[],
  [span = '', lists = '']: readonly string[],
  page: ChangesLayout,
): string {
  const words = {
    added: 'added',
    restored: 'returned',
    removed: 'removed',
    repriced: 'repriced',
    limits_changed: 'with other limits',
    updated: 'updated',
  };
  const counts = Object.entries(words).flatMap(([type, word]) => {
    const models = new Set(events.filter((event) => event.type === type).map(({ model }) => model)).size;
    return models === 0 ? [] : [`${models} ${word}`];
  });
  const models = new Map<string, EventWithContext[]>();
  for (const event of shown) models.set(event.model, [...(models.get(event.model) ?? []), event]);
  return [
    ...beside(span, counts.join(', '), page.style.strong, page),
    ...(lists === '' ? [] : wrap(lists, page.width, 2, page.style.ascii).map((line) => page.style.quiet(`  ${line}`))),
    ...[...models.values()].flatMap((model) => modelLines(model, page)),
  ].join('\n');
}
