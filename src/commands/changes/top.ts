import { compareText } from '../../core/collections.ts';
import { conditionWords } from '../../core/format/conditionWords.ts';
import { readPriceField } from '../../core/format/eventWords.ts';
import { arrow, pctWords, priceWords } from '../../core/format/priceWords.ts';
import { changePct } from '../../core/reading/price.ts';
import { dayOf } from '../../core/time/when.ts';
import type { EventRow } from '../../ledger/queries/events.ts';
import { type Cell, flexible, left, remark, right } from '../shared/columns.ts';
import { note, print } from '../shared/context.ts';
import type { OutputFormat } from '../shared/formats.ts';
import { printRecords, printTable } from '../shared/output.ts';
import type { LedgerQuestion } from '../shared/reading.ts';
import { Style } from '../shared/style.ts';

/** How many rows the table has by default; `--json` and `--csv` leave nothing out. */
const MOST = 20;

export const TOP_KEYS = [
  ...['model', 'component', 'condition', 'priceThen', 'priceNow', 'changePct', 'moves', 'firstMoveAt', 'lastMoveAt'],
] as const;

/** How one price changed over a period, from before its first change to after its last. */
interface Mover {
  readonly model: string;
  readonly component: string;
  readonly condition: string;
  /** Exact USD per unit. */
  readonly priceThen: string;
  readonly priceNow: string;
  readonly changePct: number;
  readonly moves: number;
  readonly firstMoveAt: string;
  readonly lastMoveAt: string;
}

/**
 * The prices that changed, the largest percentage first. Prices that are back where they were are left out, and so are
 * those of aliases, whose targets are listed.
 * @param events newest first
 */
export function moversOf(events: Iterable<EventRow>): Mover[] {
  const moves = new Map<string, { first: EventRow; last: EventRow; count: number }>();
  for (const event of events) {
    if (event.type !== 'repriced' || event.cause === 'alias') continue;
    const key = `${event.model} ${event.field}`;
    const known = moves.get(key);
    moves.set(key, { first: event, last: known?.last ?? event, count: (known?.count ?? 0) + 1 });
  }
  const movers = [...moves.values()].flatMap(({ first, last, count }): Mover[] => {
    const price = readPriceField(first.field ?? '');
    const [priceThen, priceNow] = [first.before, last.after];
    const pct = changePct(priceThen, priceNow);
    if (price === undefined || priceThen === null || priceNow === null || pct === null || pct === 0) return [];
    const times = { moves: count, firstMoveAt: first.observedAt, lastMoveAt: last.observedAt };
    return [{ model: first.model, ...price, priceThen, priceNow, changePct: pct, ...times }];
  });
  return movers.sort((a, b) => Math.abs(b.changePct) - Math.abs(a.changePct) || compareText(a.model, b.model));
}

export async function printTop(movers: readonly Mover[], options: OutputFormat, question: LedgerQuestion) {
  const { context, zone } = question;
  const limit = options.limit ?? (options.json || options.csv ? movers.length : MOST);
  const shown = movers.slice(0, limit);
  if (await printRecords(context, options, TOP_KEYS, shown)) return;
  if (movers.length === 0) return;
  const style = Style.of(context);
  const rows = shown.map((mover): Cell[] => {
    const { component, condition, priceThen, priceNow, changePct: pct } = mover;
    const percent = `${arrow(priceThen, priceNow, { ascii: style.ascii })} ${pctWords(pct)}`;
    return [
      mover.model,
      component,
      priceWords(component, priceThen),
      priceWords(component, priceNow),
      { text: percent, style: pct < 0 ? 'green' : 'red' },
      dayOf(mover.lastMoveAt, zone),
      conditionWords(condition),
    ];
  });
  await printTable(
    context,
    [flexible('model'), left('price'), right('then'), right('now'), right('change'), left('last moved'), remark('')],
    rows,
  );
  if (shown.length < movers.length) {
    note(context, `The ${shown.length} largest of ${movers.length} moves; --limit N shows more.`);
  } else print(context, style.quiet('Then and now: before the first move of the period and after the last.'));
}
