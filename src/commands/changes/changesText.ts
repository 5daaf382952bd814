import { stripVTControlCharacters } from 'node:util';
import { groupBy } from '../../core/collections.ts';
import { changeWords } from '../../core/format/eventWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { clockOf, dayOf, type Zone } from '../../core/time/when.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import type { Context } from '../shared/context.ts';
import { type ChangesLayout, headLines, layoutOf, modelLines } from './modelLines.ts';

/** A log for readers: by day, run and model, in the order given. */
export function changesText(events: readonly EventWithContext[], context: Context, zone: Zone): string {
  const layout = layoutOf(context, zone);
  const lines: string[] = [];
  for (const [day, ofDay] of groupBy(events, ({ observedAt }) => dayOf(observedAt, zone))) {
    if (lines.length > 0) lines.push('');
    lines.push(layout.style.strong(day));
    for (const run of groupBy(ofDay, (event) => event.run).values()) lines.push(...runLines(run, layout));
  }
  lines.push('', layout.style.quiet(legend(lines)));
  return lines.join('\n');
}

const MARKS = [
  ['+', 'added or back'],
  ['-', 'removed'],
  ['$', 'repriced'],
  ['#', 'other limits'],
  ['.', 'anything else'],
] as const;

/** What the marks mean that stand there. */
function legend(lines: readonly string[]): string {
  const plain = lines.map(stripVTControlCharacters);
  const used = MARKS.filter(([mark]) => plain.some((line) => line.startsWith(`  ${mark} `)));
  return used.map(([mark, words]) => `${mark} ${words}`).join('   ');
}

function runLines(events: readonly EventWithContext[], layout: ChangesLayout): string[] {
  const [first] = events;
  if (first === undefined) return [];
  const models = [...groupBy(events, ({ model }) => model).values()];
  const head = `${clockOf(first.observedAt, layout.zone)}  run ${first.run}`;
  const isFirst = first.previousObservedAt === null ? '  the first look' : '';
  const lines = groupAlike(models).flatMap((alike) => {
    const [model = []] = alike;
    return alike.length === 1 ? modelLines(model, layout) : alikeLines(model, alike, layout);
  });
  return [layout.style.quiet(`${head}${isFirst}`), ...lines];
}

/** So many models of which the same is told share a line. */
const LEAST_ALIKE = 3;
/** So many of them are named. */
const MOST_NAMED = 12;

/** Models of a run that moved alike, together where the first of them stood; all others by themselves. */
function groupAlike(models: readonly (readonly EventWithContext[])[]): (readonly EventWithContext[])[][] {
  const keyed = models.map((events, index) => {
    const isField = events.every(({ field }) => field !== null);
    return { events, key: isField ? JSON.stringify(events.map(moveOf)) : String(index) };
  });
  const groups = groupBy(keyed, ({ key }) => key);
  return keyed.flatMap(({ events, key }) => {
    const group = (groups.get(key) ?? []).map((one) => one.events);
    if (group.length < LEAST_ALIKE) return [[events]];
    return group[0] === events ? [group] : [];
  });
}

/** What moved how: lists are alike where the same came and went. */
function moveOf(event: EventWithContext): readonly unknown[] {
  const { type, field, cause, before, after } = event;
  const isList = [before, after].some((side) => side?.startsWith('['));
  return [type, field, cause, ...(isList ? [changeWords(event).move] : [before, after])];
}

function alikeLines(
  model: readonly EventWithContext[],
  alike: readonly (readonly EventWithContext[])[],
  layout: ChangesLayout,
): string[] {
  const ids = alike.flatMap(([event]) => (event === undefined ? [] : [escapeControls(event.model)]));
  const more = ids.length - MOST_NAMED;
  const names = [...ids.slice(0, more > 1 ? MOST_NAMED : ids.length), ...(more > 1 ? [`and ${more} more`] : [])];
  return [...headLines(model, `${ids.length} models`, layout), layout.style.quiet(`    ${names.join(', ')}`)];
}
