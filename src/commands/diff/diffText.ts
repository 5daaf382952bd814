import { groupBy } from '../../core/collections.ts';
import { modelCounts } from '../../core/format/eventWords.ts';
import { minuteWords } from '../../core/time/when.ts';
import { observedBy } from '../../ledger/queries/coverage.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import { beside, modelLines } from '../changes/modelLines.ts';
import type { LedgerQuestion } from '../shared/reading.ts';
import type { Style } from '../shared/style.ts';
import { WEIGHTIEST_FIRST } from './diffEvents.ts';

/** The two instants that are compared. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

/**
 * @param events all differences, which are counted
 * @param shown those that are listed
 * @param span the two instants
 * @param lists which lists were compared; may be empty
 */
export function diffText(
  events: readonly EventWithContext[],
  shown: readonly EventWithContext[],
  span: string,
  lists: string,
  style: Style,
): string {
  const models = groupBy(shown, ({ model }) => model);
  return [
    ...beside(span, modelCounts(events, WEIGHTIEST_FIRST).join(', '), style.strong, style.width),
    ...(lists === '' ? [] : [style.quiet(`  ${lists}`)]),
    ...[...models.values()].flatMap((model) => modelLines(model, style)),
  ].join('\n');
}

/** Which lists were compared; empty if they were observed at the very minutes that were asked for. */
export function listsWords({ ledger, zone }: LedgerQuestion, { from, to }: Interval): string {
  const words = [from, to].map((at) => minuteWords(observedBy(ledger, at) ?? at, zone));
  const isAsked = [from, to].every((at, index) => minuteWords(at, zone) === words[index]);
  return isAsked ? '' : `as observed ${words.join(' and ')}`;
}

/** Distinguishes one list that was in force at both instants from two lists that agree. */
export function noDifferenceWords({ ledger, zone }: LedgerQuestion, { from, to }: Interval): string {
  const [before, after] = [observedBy(ledger, from), observedBy(ledger, to)];
  if (before === null || after === null) return 'Nothing differs.';
  if (before === after)
    return `No list was observed in between: both instants have that of ${minuteWords(before, zone)}.`;
  return `Nothing differs between the lists of ${minuteWords(before, zone)} and ${minuteWords(after, zone)}.`;
}
