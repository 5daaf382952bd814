import { isLogScale } from '../../core/format/axis.ts';
import { type Step, steps } from '../../core/format/chart.ts';
import { conditionWords } from '../../core/format/conditionWords.ts';
import { dollars, pctWords } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { digits } from '../../core/format/units.ts';
import { changePct } from '../../core/reading/price.ts';
import { toInstant } from '../../core/time/instant.ts';
import { dayOf, minuteWords, type Zone } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import { type Cell, flexible, left, remark, right } from '../shared/columns.ts';
import { note, print } from '../shared/context.ts';
import type { OutputFormat } from '../shared/formats.ts';
import { limitOf, noteCut, printRecords, printTable } from '../shared/output.ts';
import { type LedgerQuestion, nothingWords } from '../shared/reading.ts';
import { Style } from '../shared/style.ts';
import { compareTotals, jsonNumber } from './costBills.ts';
import { type CostRequest, knownModels } from './costModels.ts';
import { type CostOptions, OVER_KEYS } from './costOptions.ts';
import { totalCell } from './costTables.ts';
import { headWords, readOver, type Stretch, stretchesOf } from './stretches.ts';

const MOST_WIDTH = 100;
/** More models get a table instead of charts, which would be hard to compare. */
const MOST_CHARTS = 4;

/** Prints what the requests cost over time, with a row for each change. Returns whether any total is known. */
export async function costOverTime(question: LedgerQuestion, request: CostRequest, options: CostOptions) {
  const { ledger, context, zone } = question;
  const ids = [...knownModels(question, request).keys()];
  const period = readOver(options.over ?? '', context.now(), zone);
  const book = await PriceBook.open(ledger, ids);
  const found = ids.map((model) => stretchesOf(book, model, period, request));
  const records = found.flat().map((row) => ({ ...row, times: jsonNumber(request.volume.times) }));
  const isKnown = records.some(({ total }) => total !== null);
  if (await printRecords(context, options, OVER_KEYS, records)) return isKnown;
  const last = coverageOf(ledger)?.last ?? period.until;
  const end = toInstant(new Date(Date.parse(period.until) - 1));
  // If there is no list of that period yet, the whole period is drawn, with a note.
  const isAhead = last <= period.from;
  const until = last < end && !isAhead ? last : end;
  const listed = found.filter((rows) => rows.length > 0);
  if (listed.length > MOST_CHARTS) await printSummary(listed, until, request, options, question);
  else {
    for (const [index, rows] of listed.entries()) {
      if (index > 0) print(context, '');
      await printStretches(rows, until, request, options, question);
    }
  }
  if (isAhead) note(context, `The newest list is of ${minuteWords(last, zone)}; what changed since is not known.`);
  if (records.length === 0) note(context, nothingWords(question, 'No price is known then.'));
  return isKnown;
}

/** Prints the chart of one model, and a row for each change. */
async function printStretches(
  rows: readonly Stretch[],
  until: string,
  request: CostRequest,
  options: OutputFormat,
  { context, zone }: LedgerQuestion,
): Promise<void> {
  const style = Style.of(context);
  const points = rows.map(
    ({ from, total }): Step => ({
      at: from,
      value: total === null ? null : Number(total),
      label: total === null ? '' : dollars(total),
    }),
  );
  const head = `${headWords(rows, request, zone)}${isLogScale(points) ? ', log scale' : ''}`;
  print(context, `${style.strong(escapeControls(rows[0]?.model ?? ''))}  ${head}`);
  const width = Math.min(MOST_WIDTH, style.width);
  const chart = steps(points, { ascii: style.ascii, width, until, date: (at) => dayOf(at, zone) });
  if (chart !== '') print(context, `${chart}\n`);
  const shown = rows.slice(Math.max(0, rows.length - limitOf(options)));
  await printTable(
    context,
    [left('from'), right('USD'), right('change'), remark('')],
    shown.map(({ from, total, changePct: pct, conditions, problem }): Cell[] => [
      minuteWords(from, zone),
      totalCell(total),
      pctWords(pct),
      problem ?? conditions.map(conditionWords).join('; '),
    ]),
  );
  if (shown.length < rows.length) {
    note(context, `The newest ${shown.length} of ${digits(rows.length)} rows; --limit N shows more.`);
  }
}

/**
 * Prints a row for each model, the cheapest at the end of the period first.
 * @param found for each model, its costs from change to change
 * @param until the end of the period as far as it is known
 */
async function printSummary(
  found: readonly (readonly Stretch[])[],
  until: string,
  request: CostRequest,
  options: OutputFormat,
  { context, zone }: LedgerQuestion,
): Promise<void> {
  const start = found.reduce((least, [row]) => (row !== undefined && row.from < least ? row.from : least), until);
  const sorted = [...found].sort((a, b) => compareTotals(a.at(-1)?.total ?? null, b.at(-1)?.total ?? null));
  const shown = sorted.slice(0, limitOf(options));
  print(context, headWords(found.flat(), request, zone));
  await printTable(
    context,
    [
      flexible('model'),
      right(dayOf(start, zone)),
      right(dayOf(until, zone)),
      right('change'),
      right('moves'),
      remark(''),
    ],
    shown.map((rows) => toRow(rows, dayOf(start, zone), zone)),
  );
  noteCut(context, shown, sorted, 'models');
  note(context, `Up to ${MOST_CHARTS} models have a chart and a row for each change; --csv has the rows of all.`);
}

function toRow(rows: readonly Stretch[], startDay: string, zone: Zone): Cell[] {
  const known = rows.filter(({ total }) => total !== null);
  const [first] = known;
  const last = rows.at(-1);
  const moves = known.filter(
    ({ perRequest }, index) => index > 0 && perRequest !== known[index - 1]?.perRequest,
  ).length;
  const day = first === undefined ? startDay : dayOf(first.from, zone);
  const notes = [...(day === startDay ? [] : [`from ${day}`]), ...(last?.problem == null ? [] : [last.problem])];
  return [
    ...[last?.model ?? '', totalCell(first?.total ?? null), totalCell(last?.total ?? null)],
    pctWords(changePct(first?.perRequest ?? null, last?.perRequest ?? null) || null),
    moves === 0 ? null : digits(moves),
    notes.join('; '),
  ];
}
