import { pctWords } from '../../core/format/priceWords.ts';
import { digits } from '../../core/format/units.ts';
import { changePct } from '../../core/reading/price.ts';
import { dayOf, type Zone } from '../../core/time/when.ts';
import { type Cell, flexible, remark, right } from '../shared/columns.ts';
import { note, print } from '../shared/context.ts';
import type { OutputFormat } from '../shared/formats.ts';
import { limitOf, noteCut, printTable } from '../shared/output.ts';
import type { LedgerQuestion } from '../shared/reading.ts';
import { compareTotals } from './costBills.ts';
import type { CostRequest } from './costModels.ts';
import { totalCell } from './costTables.ts';
import { headWords, type Stretch } from './stretches.ts';

/** More models get a table instead of charts, which would be hard to compare. */
export const MOST_CHARTS = 4;

/**
 * Prints a row for each model, the cheapest at the end of the period first.
 * @param found for each model, its costs from change to change
 * @param until the end of the period as far as it is known
 */
export async function printSummary(
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
