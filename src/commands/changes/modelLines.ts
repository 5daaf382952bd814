import { stripVTControlCharacters } from 'node:util';
import { verdictWords } from '../../core/endpoints/verdict.ts';
import { changeWords } from '../../core/format/eventWords.ts';
import { cutWords, LEAST_MOVE } from '../../core/format/lines.ts';
import { perMillion } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { durationWords, exactCount } from '../../core/format/units.ts';
import type { Zone } from '../../core/time/when.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import type { Context } from '../shared/context.ts';
import { Style } from '../shared/style.ts';

export interface ChangesLayout {
  readonly style: Style;
  readonly width: number;
  readonly zone: Zone;
}

export function layoutOf(context: Context, zone: Zone): ChangesLayout {
  const style = Style.of(context);
  return { style, width: style.width, zone };
}

/** What most changes of a price need. */
const MOVE_WIDTH = 32;

/** What happened to one model: a line, or a block where several of its fields changed. */
export function modelLines(events: readonly EventWithContext[], layout: ChangesLayout): string[] {
  const lifecycle = events.find(({ field }) => field === null);
  const fields = events.filter(({ field }) => field !== null);
  if (lifecycle !== undefined) return [...lifecycleLines(lifecycle, layout), ...fieldLines(fields, layout, '    ')];
  const [only] = fields;
  return only === undefined ? [] : headLines(fields, escapeControls(only.model), layout);
}

/** What changed of the fields of a model, or of several alike, behind or below its name. */
export function headLines(fields: readonly EventWithContext[], name: string, layout: ChangesLayout): string[] {
  const head = `  ${signOf(fields)} ${name}`;
  if (fields.length > 1) return [head, ...fieldLines(fields, layout, '    ')];
  const [line = ''] = fieldLines(fields, { ...layout, width: Number.POSITIVE_INFINITY }, '');
  const fits = head.length + 2 + stripVTControlCharacters(line).length <= layout.width;
  return fits ? [`${head}  ${line}`] : [head, ...fieldLines(fields, layout, '    ')];
}

function signOf(fields: readonly EventWithContext[]): string {
  if (fields.some(({ type }) => type === 'repriced')) return '$';
  return fields.some(({ type }) => type === 'limits_changed') ? '#' : '.';
}

function lifecycleLines(event: EventWithContext, layout: ChangesLayout): string[] {
  const { style } = layout;
  const isGone = event.type === 'removed';
  const head = `  ${isGone ? '-' : '+'} ${escapeControls(event.model)}`;
  return beside(head, lifecycleWords(event), isGone ? style.bad : style.good, layout);
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

/** Words behind their heading, or below it where the line is too short for both. */
export function beside(
  head: string,
  words: string,
  paint: (text: string) => string,
  { width }: ChangesLayout,
): string[] {
  const indent = /^ */.exec(head)?.[0] ?? '';
  if (words === '') return [paint(head)];
  if (head.length + 2 + words.length <= width) return [`${paint(head)}  ${words}`];
  return [paint(head), `${indent}  ${words}`];
}

/** `$0.15 in, $1.50 out /M, 32,768 context`. */
function offerWords({ prompt, completion, contextLength }: EventWithContext): string {
  const price =
    prompt === null || completion === null
      ? ''
      : prompt === 'dynamic' || completion === 'dynamic'
        ? 'price decided per request'
        : Number(prompt) === 0 && Number(completion) === 0
          ? 'free'
          : `${perMillion(prompt)} in, ${perMillion(completion)} out /M`;
  const context = contextLength === null ? '' : `${exactCount(contextLength)} context`;
  return [price, context].filter((part) => part !== '').join(', ');
}

/** A line a field, the names in a column of their own. */
function fieldLines(events: readonly EventWithContext[], { style, width }: ChangesLayout, indent: string): string[] {
  const told = events.map((event) => ({
    note: event.cause ?? verdictWords(event.verdict),
    ...changeWords(event, style),
  }));
  const longest = Math.max(0, ...told.map(({ what }) => escapeControls(what).length));
  const column = longest + MOVE_WIDTH <= width ? longest : Math.min(MOVE_WIDTH, longest);
  return told.map(({ what, move, isBetter, note }) => {
    const name = escapeControls(what).padEnd(column);
    const mark = note === null ? '' : `  (${note})`;
    const room = width - indent.length - name.length - 2 - mark.length;
    return `${indent}${name}  ${style.move(isBetter, cutWords(escapeControls(move), Math.max(room, LEAST_MOVE), style.ascii))}${style.quiet(mark)}`;
  });
}
