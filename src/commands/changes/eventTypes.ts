import type { ChangeType } from '../../core/diff/changes.ts';
import { TYPE_WORDS } from '../../core/format/eventWords.ts';

/** The sign at the start of a line about an event. */
export const SIGNS: Readonly<Record<ChangeType, string>> = {
  added: '+',
  removed: '-',
  restored: '+',
  repriced: '$',
  limits_changed: '#',
  updated: '.',
};

/** `2 added`, `1 removed`: a text for each type of which there are any. */
export function typeCounts(countOf: (type: ChangeType) => number): string[] {
  return TYPE_WORDS.flatMap(([type, words]) => {
    const count = countOf(type);
    return count === 0 ? [] : [`${count} ${words}`];
  });
}
