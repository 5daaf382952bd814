import { UsageError } from '../../core/errors.ts';
import { skippedWords } from '../../core/format/billWords.ts';
import { dollars } from '../../core/format/priceWords.ts';
import { digits, quantity } from '../../core/format/units.ts';
import { billLog, type LogBill, type PricesFor } from '../../core/pricing/logBill.ts';
import type { ModelTotal } from '../../core/pricing/modelSum.ts';
import { type LogEntry, readLog } from '../../core/pricing/usageLog.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { dayOf, type Zone } from '../../core/time/when.ts';
import { modelsOfLog } from '../../ledger/queries/bills/logModels.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import { runInTurns } from '../../ledger/store/steps.ts';
import { type Cell, flexible, remark, right } from '../shared/columns.ts';
import { type Context, note, print, printJson } from '../shared/context.ts';
import { readLogText } from '../shared/logText.ts';
import { printRecords, printTable } from '../shared/output.ts';
import { type LedgerQuestion, noteCoverage, readAt, reading, zoneOf } from '../shared/reading.ts';
import { Style } from '../shared/style.ts';
import { NO_LIST } from '../shared/words.ts';
import { jsonNumber } from './costBills.ts';
import { noteNames, noteProviders, noteTimes } from './costLogNotes.ts';
import { pricesOfProviders } from './costLogProviders.ts';
import type { CostOptions } from './costOptions.ts';
import { problemWords } from './costTables.ts';

const KEYS = [
  ...['model', 'requests', 'promptTokens', 'completionTokens', 'total', 'subtotal', 'problems', 'skipped'],
] as const;

/** Prints the bill of a usage log: each request at the prices of its time, or all at the prices of `--at`. */
export async function billUsageLog(file: string, options: CostOptions, context: Context): Promise<void> {
  const zone = zoneOf(options);
  // The end of time stands for now.
  const at = options.at === undefined ? null : (readAt(options, context) ?? END_OF_TIME);
  const text = await readLogText(file, context);
  const reader = readLog(text, zone, { ignored: options.ignore, isStrict: options.strict });
  const log = await runInTurns(reader, context.signal);
  if (log.entries.length === 0) note(context, 'The log is empty.');
  const bill = await reading(options, context, (question) => billEntries(question, log.entries, at, options));
  if (log.passedOver.length > 0) note(context, passedOverWords(log.passedOver));
  const models = bill.models.map(toRecord);
  if (options.json) printJson(context, { at: at === END_OF_TIME ? 'now' : at, ...bill, models });
  else if (!(await printRecords(context, options, KEYS, models)))
    await printLog(bill, { at, zone, isByProvider: options.providers === true }, context);
  if (bill.total === null) context.exitCode = 1;
}

/** Bills the entries of a log, and notes what a reader has to know about it. */
async function billEntries(
  question: LedgerQuestion,
  logged: readonly LogEntry[],
  at: string | null,
  { providers }: CostOptions,
): Promise<LogBill> {
  const { ledger, context } = question;
  const coverage = coverageOf(ledger);
  if (coverage === null) throw new UsageError('no_list', NO_LIST);
  const named = modelsOfLog(ledger, new Set(logged.map(({ model }) => model)));
  noteNames(named, context);
  const entries = logged.map((entry) => ({ ...entry, model: named.ids.get(entry.model) ?? entry.model }));
  const models = at === END_OF_TIME ? [] : [...new Set(entries.map(({ model }) => model))];
  const book = await PriceBook.open(ledger, models);
  const listed: PricesFor = ({ model, at: then, clock, usage }) => book.pricesFor(model, then, clock, usage);
  const prices = providers ? pricesOfProviders(ledger, entries, listed) : listed;
  const fixed = at === null ? null : { at, clock: at === END_OF_TIME ? context.now() : new Date(at) };
  const bill = await runInTurns(billLog(entries, prices, fixed), context.signal);
  if (providers) noteProviders(question, entries, bill);
  if (at === null) noteTimes(question, bill, coverage);
  else noteCoverage(question, at === END_OF_TIME ? null : at);
  return bill;
}

/** Columns that look like quantities but are not known, so that they are not billed. */
function passedOverWords(columns: readonly string[]): string {
  return (
    `Not billed, for no quantity here is called so: ${columns.join(', ')}. --ignore says that this is meant, --strict ` +
    'refuses what is not known.'
  );
}

interface LogLayout {
  readonly at: string | null;
  readonly zone: Zone;
  readonly isByProvider: boolean;
}

async function printLog(bill: LogBill, { at, zone, isByProvider }: LogLayout, context: Context): Promise<void> {
  const { requests, from, to, total, subtotal, models } = bill;
  const style = Style.of(context);
  const days = [from, to].map((end) => (end === null ? '' : dayOf(end, zone)));
  const period = from === null ? '' : `, ${[...new Set(days)].join(' to ')}`;
  const prices =
    at === null
      ? 'at the prices then in force'
      : at === END_OF_TIME
        ? 'at today’s prices'
        : `at the prices of ${dayOf(at, zone)}`;
  const whose = isByProvider ? ' of the providers it names' : '';
  print(
    context,
    `${quantity(requests, 'request')}${period}, ${style.ascii ? prices.replace('’', "'") : prices}${whose}`,
  );
  const rows = models.map((model): Cell[] => [
    model.model,
    digits(model.requests),
    digits(model.promptTokens),
    digits(model.completionTokens),
    model.total === null ? { text: amountWords(model), style: 'red' } : amountWords(model),
    { text: problems(model), style: 'red' },
  ]);
  rows.push(['total', digits(requests), null, null, { text: amountWords({ total, subtotal }), style: 'bold' }]);
  await printTable(
    context,
    [flexible('model'), right('requests'), right('tokens in'), right('out'), right('USD'), remark('')],
    rows,
  );
}

/** An unknown amount is never shown as zero. */
function amountWords({ total, subtotal }: Pick<ModelTotal, 'total' | 'subtotal'>): string {
  if (total !== null) return dollars(total);
  return subtotal === '0' ? 'not known' : `at least ${dollars(subtotal)}`;
}

function problems({ problems: found, requests, skipped }: ModelTotal): string {
  const words = found.map(({ problem, component, requests: some }) => {
    const what = `${component === null ? '' : `${component}: `}${problemWords(problem)}`;
    return some === requests ? what : `${what} in ${digits(some)} of them`;
  });
  return [...words, ...skipped.map(skippedWords)].join('; ');
}

function toRecord(model: ModelTotal) {
  return {
    ...model,
    promptTokens: jsonNumber(model.promptTokens),
    completionTokens: jsonNumber(model.completionTokens),
  };
}
