import { groupBy } from '../../core/collections.ts';
import { TYPE_WORDS } from '../../core/format/eventWords.ts';
import { minuteWords } from '../../core/time/when.ts';
import { observedBy } from '../../ledger/queries/coverage.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import { beside, type ChangesLayout, modelLines } from '../changes/modelLines.ts';
import type { LedgerQuestion } from '../shared/reading.ts';
import { WEIGHTIEST_FIRST } from './diffEvents.ts';

/** The two instants that are compared. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

export function diffText(
  events: readonly EventWithContext[],
  shown: readonly EventWithContext[],
  [span = '', lists = '']: readonly string[],
  layout: ChangesLayout,
): string {
  const words = new Map<string, string>(TYPE_WORDS);
  const counts = WEIGHTIEST_FIRST.flatMap((type) => {
    const models = new Set(events.filter((event) => event.type === type).map(({ model }) => model)).size;
    return models === 0 ? [] : [`${models} ${words.get(type)}`];
  });
  const models = groupBy(shown, ({ model }) => model);
  return [
    ...beside(span, counts.join(', '), layout.style.strong, layout),
    ...(lists === '' ? [] : [layout.style.quiet(`  ${lists}`)]),
    ...[...models.values()].flatMap((model) => modelLines(model, layout)),
  ].join('\n');
}

/** Which lists were compared, where they were not observed at the very minutes asked for; else empty. */
export function listsWords({ ledger, zone }: LedgerQuestion, { from, to }: Interval): string {
  const words = [from, to].map((at) => minuteWords(observedBy(ledger, at) ?? at, zone));
  const isAsked = [from, to].every((at, index) => minuteWords(at, zone) === words[index]);
  return isAsked ? '' : `as observed ${words.join(' and ')}`;
}

/** That one list was in force at both instants is another thing than that two lists agree. */
export function nothingWords({ ledger, zone }: LedgerQuestion, { from, to }: Interval): string {
  const [before, after] = [observedBy(ledger, from), observedBy(ledger, to)];
  if (before === null || after === null) return 'Nothing differs.';
  if (before === after)
    return `No list was observed in between: both instants have that of ${minuteWords(before, zone)}.`;
  return `Nothing differs between the lists of ${minuteWords(before, zone)} and ${minuteWords(after, zone)}.`;
}
