import { stripVTControlCharacters } from 'node:util';
import { groupBy } from '../../core/collections.ts';
import { changeWords } from '../../core/format/eventWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { clockOf, dayOf, type Zone } from '../../core/time/when.ts';
import type { EventWithContext } from '../../ledger/queries/eventsWithContext.ts';
import type { Style } from '../shared/style.ts';
import { SIGNS } from './eventTypes.ts';
import { headLines, modelLines } from './modelLines.ts';

/** The events in their order, grouped by day, run and model. */
export function changesText(events: readonly EventWithContext[], style: Style, zone: Zone): string {
  const lines: string[] = [];
  for (const [day, ofDay] of groupBy(events, ({ observedAt }) => dayOf(observedAt, zone))) {
    if (lines.length > 0) lines.push('');
    lines.push(style.strong(day));
    for (const run of groupBy(ofDay, (event) => event.run).values()) lines.push(...runLines(run, style, zone));
  }
  lines.push('', style.quiet(legend(lines)));
  return lines.join('\n');
}

const MEANINGS = [
  [SIGNS.added, 'added or back'],
  [SIGNS.removed, 'removed'],
  [SIGNS.repriced, 'repriced'],
  [SIGNS.limits_changed, 'other limits'],
  [SIGNS.updated, 'anything else'],
] as const;

/** What the signs mean that occur in these lines. */
function legend(lines: readonly string[]): string {
  const plain = lines.map(stripVTControlCharacters);
  const used = MEANINGS.filter(([sign]) => plain.some((line) => line.startsWith(`  ${sign} `)));
  return used.map(([sign, words]) => `${sign} ${words}`).join('   ');
}

function runLines(events: readonly EventWithContext[], style: Style, zone: Zone): string[] {
  const [first] = events;
  if (first === undefined) return [];
  const models = [...groupBy(events, ({ model }) => model).values()];
  const head = `${clockOf(first.observedAt, zone)}  run ${first.run}`;
  const isFirst = first.previousObservedAt === null ? '  the first look' : '';
  const lines = groupAlike(models).flatMap((alike) => {
    const [model = []] = alike;
    return alike.length === 1 ? modelLines(model, style) : alikeLines(alike, style);
  });
  return [style.quiet(`${head}${isFirst}`), ...lines];
}

/** From this many on, models with the same changes share a line. */
const LEAST_ALIKE = 3;
/** How many of them are named. */
const MOST_NAMED = 12;

/** Puts models with the same changes together, where the first of them was; all others stay by themselves. */
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

/** What makes two changes the same. Lists may differ, if the same items were added and removed. */
function moveOf(event: EventWithContext): readonly unknown[] {
  const { type, field, cause, before, after } = event;
  const isList = [before, after].some((side) => side?.startsWith('['));
  return [type, field, cause, ...(isList ? [changeWords(event).move] : [before, after])];
}

function alikeLines(alike: readonly (readonly EventWithContext[])[], style: Style): string[] {
  const [model = []] = alike;
  const ids = alike.flatMap(([event]) => (event === undefined ? [] : [escapeControls(event.model)]));
  const more = ids.length - MOST_NAMED;
  const names = [...ids.slice(0, more > 1 ? MOST_NAMED : ids.length), ...(more > 1 ? [`and ${more} more`] : [])];
  return [...headLines(model, `${ids.length} models`, style), style.quiet(`    ${names.join(', ')}`)];
}
