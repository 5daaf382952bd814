import { groupBy } from '../collections.ts';
import { verdictWords } from '../endpoints/verdict.ts';
import { changeWords, modelCounts } from '../format/eventWords.ts';
import { perMillion } from '../format/priceWords.ts';
import { escapeControls } from '../format/text.ts';
import { exactCount } from '../format/units.ts';
import type { BaseOffer } from '../pricing/offers.ts';
import { minuteWords } from '../time/when.ts';
import type { News, NewsEvent } from './news.ts';

/** `2 models added, 1 removed, 3 repriced`: the number of models with events of each type. */
export function countNews(events: readonly NewsEvent[]): string {
  return modelCounts(events)
    .join(', ')
    .replace(/^\S+/, (count) => `${count} ${count === '1' ? 'model' : 'models'}`);
}

/** `2 models added, 1 removed · 2026-06-07 18:23 UTC`. */
export function headline({ events, observedAt }: Pick<News, 'events' | 'observedAt'>): string {
  return `${countNews(events)} · ${minuteWords(observedAt, 'utc')}`;
}

/** One line per event; mere updates share one line per model. */
export function newsLines(events: readonly NewsEvent[]): string[] {
  const updated = groupBy(
    events.filter(({ type }) => type === 'updated'),
    ({ model }) => model,
  );
  const lines = events.filter(({ type }) => type !== 'updated').map((event) => `${event.model} ${eventWords(event)}`);
  const others = [...updated].map(
    ([model, fields]) => `${model} updated: ${fields.map(({ field }) => field ?? '').join(', ')}`,
  );
  return [...lines, ...others].map(escapeControls);
}

/** An event without the name of its model. */
export function eventWords(event: NewsEvent): string {
  switch (event.type) {
    case 'added':
      return `added${aboutWords(event)}`;
    case 'restored':
      return `is back${aboutWords(event)}`;
    case 'removed':
      return 'removed';
    default: {
      const { what, move } = changeWords(event);
      const verdict = verdictWords(event.verdict);
      return escapeControls(`${what} ${move}${verdict === null ? '' : ` (${verdict})`}`);
    }
  }
}

function aboutWords({ about }: NewsEvent): string {
  const words = about === null ? '' : offerWords(about);
  return words === '' ? '' : `: ${words}`;
}

/** `$0.15 in, $1.50 out /M, 32,768 context`; empty where nothing is known. */
export function offerWords({ prompt, completion, contextLength }: BaseOffer): string {
  return [
    prompt === null || completion === null ? '' : `${perMillion(prompt)} in, ${perMillion(completion)} out /M`,
    contextLength === null ? '' : `${exactCount(contextLength)} context`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
