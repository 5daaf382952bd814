import { stripVTControlCharacters } from 'node:util';
import { verdictWords } from '../../core/endpoints/verdict.ts';
import { changeWords } from '../../core/format/eventWords.ts';
import { cutWords, LEAST_MOVE } from '../../core/format/lines.ts';
import { escapeControls } from '../../core/format/text.ts';
import { durationWords } from '../../core/format/units.ts';
import { offerWords as pricedWords } from '../../core/notification/newsWords.ts';
import { DYNAMIC } from '../../core/reading/price.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import type { Style } from '../shared/style.ts';
import { SIGNS } from './eventTypes.ts';

/** Enough for most changes of a price. */
const MOVE_WIDTH = 32;

/** The lines about one model: a single line, or a block if several of its fields changed. */
export function modelLines(events: readonly EventWithContext[], style: Style): string[] {
  const lifecycle = events.find(({ field }) => field === null);
  const fields = events.filter(({ field }) => field !== null);
  if (lifecycle !== undefined) return [...lifecycleLines(lifecycle, style), ...fieldLines(fields, style)];
  const [only] = fields;
  return only === undefined ? [] : headLines(fields, escapeControls(only.model), style);
}

/** The changed fields of a model, or of several models with the same changes, after or below the name. */
export function headLines(fields: readonly EventWithContext[], name: string, style: Style): string[] {
  const head = `  ${signOf(fields)} ${name}`;
  if (fields.length === 1) {
    const [line = ''] = fieldLines(fields, style, { indent: '', width: Number.POSITIVE_INFINITY });
    if (head.length + 2 + stripVTControlCharacters(line).length <= style.width) return [`${head}  ${line}`];
  }
  return [head, ...fieldLines(fields, style)];
}

function signOf(fields: readonly EventWithContext[]): string {
  if (fields.some(({ type }) => type === 'repriced')) return SIGNS.repriced;
  return fields.some(({ type }) => type === 'limits_changed') ? SIGNS.limits_changed : SIGNS.updated;
}

function lifecycleLines(event: EventWithContext, style: Style): string[] {
  const isGone = event.type === 'removed';
  const head = `  ${isGone ? SIGNS.removed : SIGNS.added} ${escapeControls(event.model)}`;
  return beside(head, lifecycleWords(event), isGone ? style.bad : style.good, style.width);
}

function lifecycleWords(event: EventWithContext): string {
  const offer = offerWords(event);
  const span = event.since === null ? '' : durationWords(Date.parse(event.observedAt) - Date.parse(event.since));
  switch (event.type) {
    case 'removed': {
      const lived = span === '' ? '' : ` after ${event.sinceBefore ? 'at least ' : ''}${span}`;
      return `removed${lived}${offer === '' ? '' : `; was ${offer}`}`;
    }
    case 'restored':
      return `back${span === '' ? '' : ` after ${span}`}${offer === '' ? '' : `: ${offer}`}`;
    default:
      return offer;
  }
}

/** Puts words after their heading, or below it if the line is too short for both. */
export function beside(head: string, words: string, paint: (text: string) => string, width: number): string[] {
  const indent = /^ */.exec(head)?.[0] ?? '';
  if (words === '') return [paint(head)];
  if (head.length + 2 + words.length <= width) return [`${paint(head)}  ${words}`];
  return [paint(head), `${indent}  ${words}`];
}

/** `$0.15 in, $1.50 out /M, 32,768 context`, or `free` where nothing costs anything. */
function offerWords(offer: EventWithContext): string {
  const base = [offer.prompt, offer.completion];
  const free = base.every((price) => price === '0') ? 'free' : '';
  const price = base.includes(null) ? '' : base.includes(DYNAMIC) ? 'price decided per request' : free;
  if (price === '') return pricedWords(offer);
  return [price, pricedWords({ ...offer, prompt: null })].filter((part) => part !== '').join(', ');
}

/** A line for each field, with the names in a column of their own. */
function fieldLines(
  events: readonly EventWithContext[],
  style: Style,
  { indent = '    ', width = style.width } = {},
): string[] {
  const lines = events.map((event) => ({
    note: event.cause ?? verdictWords(event.verdict),
    ...changeWords(event, style),
  }));
  const longest = Math.max(0, ...lines.map(({ what }) => escapeControls(what).length));
  const column = longest + MOVE_WIDTH <= width ? longest : Math.min(MOVE_WIDTH, longest);
  return lines.map(({ what, move, isBetter, note }) => {
    const name = escapeControls(what).padEnd(column);
    const mark = note === null ? '' : `  (${note})`;
    const room = width - indent.length - name.length - 2 - mark.length;
    const words = cutWords(escapeControls(move), Math.max(room, LEAST_MOVE), style.ascii);
    return `${indent}${name}  ${style.move(isBetter, words)}${style.quiet(mark)}`;
  });
}
