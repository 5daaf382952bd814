import { InvalidArgumentError } from 'commander';
import { fieldGlob } from '../../core/format/glob.ts';
import { suggest } from '../../core/format/suggest.ts';
import { escapeControls } from '../../core/format/text.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { countEvents, EVENT_KEYS, type EventFilter, findEvents } from '../../ledger/queries/events.ts';
import { addContext, type EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import { fieldsOf } from '../../ledger/queries/filters.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print } from '../shared/context.ts';
import { modelsOf } from '../shared/models.ts';
import type { AskModelsOptions } from '../shared/options.ts';
import { limitOf, printRecords } from '../shared/output.ts';
import { type LedgerQuestion, nothingWords, reading, readPeriod } from '../shared/reading.ts';
import { First } from '../shared/stream.ts';
import { Style } from '../shared/style.ts';
import { changesText } from './changesText.ts';
import { summaryWords } from './summary.ts';
import { moversOf, printTop, TOP_KEYS } from './top.ts';

interface Options extends AskModelsOptions {
  readonly since?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly field?: string;
  readonly minPercent?: number;
  readonly noise?: boolean;
  readonly all?: boolean;
  readonly top?: boolean;
}

const KEYS = [
  ...EVENT_KEYS,
  ...(['prompt', 'completion', 'contextLength', 'since', 'verdict'] as const),
] satisfies readonly (keyof EventWithContext)[];

export const define: Define = (command, context) => {
  command
    .argument('[model...]', "only these models: gpt-5, 'anthropic/*'")
    .shares('db')
    .option('--since <time>', 'from this time on: 7d, 2026-07, 2026-07-03, 2026-07-03T18:00Z')
    .option('--until <time>', 'up to this time; a day or a month counts whole')
    .shares('type')
    .option('--field <glob>', "only these fields: prompt, 'pricing.*', context_length")
    .option('--min-percent <n>', 'only prices that changed by at least this much, up or down', readPercent)
    .option('--noise', 'also what is not news: zero, clock, drift')
    .option('--all', 'also the first run and what is not news')
    .option('--top', 'the prices that moved most over the period: then, now, percent')
    .shares('limit', 'local', 'model', 'author', 'json', 'csv')
    .action((models: string[], options: Options) => changes(models, options, context))
    .keys(KEYS)
    .note(`With --top:\n  ${TOP_KEYS.join(' ')}`)
    .examples([
      ['changes gpt-5 claude-haiku-4.5', 'what changed for two models'],
      ['changes --since 7d', 'what was new, gone or repriced in the last seven days'],
      ['changes --since 30d --top', 'which prices moved most in thirty days'],
      ["changes --model 'openai/*' --type repriced --min-percent 20", 'large moves of one author’s prices'],
      ['changes --since 2026-07 --until 2026-07 --csv', 'all of July for a spreadsheet'],
    ]);
};

function readPercent(text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,6})?%?$/.test(text)) throw new InvalidArgumentError('expected a percentage such as 10');
  return Number.parseFloat(text);
}

async function changes(typed: readonly string[], options: Options, context: Context): Promise<void> {
  const { type: types, model, author, field, minPercent, noise, all } = options;
  const wanted: EventFilter = {
    ...readPeriod(options, context),
    types,
    author,
    field,
    minPercent,
    noise: noise || all,
    firstRun: all,
  };
  const limit = limitOf(options);
  await reading(options, context, async (question) => {
    const { ledger, zone } = question;
    const filter = { ...wanted, models: modelsOf(question, typed, model) };
    if (options.top) {
      const movers = moversOf(findEvents(ledger, filter));
      await printTop(movers, options, question);
      if (movers.length === 0) note(context, nothingWords(question, 'No price moved then.'));
      return;
    }
    const shown = new First(findEvents(ledger, filter), limit);
    const withContext = addContext(ledger, shown);
    if (!(await printRecords(context, options, KEYS, withContext))) {
      const events = [...withContext];
      if (events.length > 0) {
        const end = context.now().toISOString();
        print(context, `${summaryWords(findEvents(ledger, filter), filter, end, zone, coverageOf(ledger))}\n`);
        print(context, changesText(events, Style.of(context), zone));
      }
    }
    if (shown.isCut) note(context, `The newest ${limit} are shown; --limit N shows more.`);
    if (shown.count === 0 && !shown.isCut) note(context, emptyWords(question, filter));
  });
}

function emptyWords(question: LedgerQuestion, filter: EventFilter): string {
  const { ledger, zone } = question;
  const unknown = filter.field === undefined ? undefined : unknownField(ledger, filter.field);
  if (unknown !== undefined) return unknown;
  const hidden = countEvents(ledger, { ...filter, noise: true, firstRun: true });
  const left = hidden === 0 ? '' : ` ${hidden} that fit are of the first run or no news; --all shows them.`;
  return nothingWords(question, `No changes fit${periodWords(filter, zone)}.${left}`);
}

/** The interval as it was understood, since `last month` is easily mistaken. */
function periodWords({ since, until }: EventFilter, zone: Zone): string {
  const words = [
    ...(since === undefined ? [] : [`from ${minuteWords(since, zone)}`]),
    ...(until === undefined ? [] : [`up to ${minuteWords(until, zone)}`]),
  ];
  return words.length === 0 ? '' : ` ${words.join(' ')}`;
}

/** What to say if no field that fits the pattern ever changed, because then it is probably mistyped. */
function unknownField(ledger: Ledger, pattern: string): string | undefined {
  const fields = fieldsOf(ledger);
  if (fields.length === 0 || fields.some(fieldGlob(pattern))) return undefined;
  const names = [...new Set(fields.map((field) => (field.split('[')[0] ?? '').replace(/^pricing\./, '')))];
  const likely = suggest(pattern, names).map(escapeControls);
  const hint = likely.length === 0 ? '' : ` Did you mean ${likely.join(', ')}?`;
  return `No field that fits "${pattern}" ever changed.${hint}`;
}
