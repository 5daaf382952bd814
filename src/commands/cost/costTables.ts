import { PROBLEM_WORDS } from '../../core/format/billWords.ts';
import { conditionWords } from '../../core/format/conditionWords.ts';
import { dollars, priceWords } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { digits } from '../../core/format/units.ts';
import type { Problem } from '../../core/pricing/applicablePrice.ts';
import type { RequestBill, RequestBillLine } from '../../core/pricing/bill.ts';
import type { Unpriced } from '../../core/pricing/modelSum.ts';
import { unitOf } from '../../core/reading/components.ts';
import { type Cell, left, remark, right } from '../shared/columns.ts';
import { type Context, print } from '../shared/context.ts';
import { printTable } from '../shared/output.ts';
import { Style } from '../shared/style.ts';
import { shareWords, timesBill, type Volume, volumeWords } from './volume.ts';

/** The bill of one model, or the reason why there is none. */
export interface Billed {
  readonly model: string;
  readonly tokenizer: string | null;
  /** The instant whose prices apply; null: now. */
  readonly at: string | null;
  readonly bill: RequestBill | null;
  readonly problem: Unpriced | null;
}

export function problemWords(problem: Problem | Unpriced): string {
  return `${PROBLEM_WORDS[problem]}${problem === 'per_image_token' ? ': give --image-tokens' : ''}`;
}

export async function printBill(
  model: string,
  one: RequestBill,
  volume: Volume,
  when: string,
  context: Context,
): Promise<void> {
  const { lines, total } = timesBill(one, volume);
  const style = Style.of(context);
  const requests = volumeWords(volume);
  print(context, `${style.strong(escapeControls(model))}  ${requests === '' ? when : `${requests}, ${when}`}`);
  const rows: Cell[][] = lines.map((line) => [
    line.component,
    digits(line.quantity),
    line.unitPrice === null ? null : lineWords(line, line.unitPrice),
    whenWords(line),
    line.amount === null ? { text: problemWords(line.problem ?? 'no_price'), style: 'red' } : dollars(line.amount),
  ]);
  rows.push(['total', null, null, null, total === null ? totalCell(null) : { text: dollars(total), style: 'bold' }]);
  await printTable(context, [left(''), right('quantity'), right('price'), remark(''), right('USD')], rows);
  for (const text of billNotes(one, volume)) print(context, style.quiet(escapeControls(text)));
}

/** What a reader has to know besides the lines of the bill. */
function billNotes(one: RequestBill, volume: Volume): string[] {
  const { lines, total, subtotal, skipped, unbilled, discount, promptTokens } = timesBill(one, volume);
  const share = shareWords(one.total, volume);
  return [
    ...(share === null ? [] : [share]),
    ...(total === null ? [`The lines with a price come to ${dollars(subtotal)}.`] : []),
    ...skipped.map((condition) => `Skipped, for nobody here knows when it holds: the price under ${condition}.`),
    ...unbilled.map((component) => `Not in it: this model also charges for each ${component}; add --${component}s 1.`),
    ...(discount === null
      ? []
      : [`Upstream lists a discount of ${priceWords('discount', discount)}; its prices are net of it.`]),
    ...(lines.some(({ condition }) => condition.includes('min_prompt_tokens'))
      ? [`The whole prompt${volume.times === 1n ? '' : ' of a request'} is ${digits(promptTokens)} tokens.`]
      : []),
  ];
}

/** An amount in dollars. An unknown one is never shown as zero. */
export function totalCell(total: string | null): Cell {
  return total === null ? { text: 'not known', style: 'red' } : dollars(total);
}

function lineWords({ component, pricedAs }: RequestBillLine, price: string): string {
  return priceWords(pricedAs, price, component === 'image_token' ? 'image token' : unitOf(pricedAs));
}

function whenWords({ condition, component, pricedAs }: RequestBillLine): string {
  const as = component === pricedAs ? '' : `as ${pricedAs}`;
  return [as, conditionWords(condition)].filter((word) => word !== '').join(', ');
}
