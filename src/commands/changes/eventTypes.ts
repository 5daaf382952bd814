import type { ChangeType } from '../../core/diff/changes.ts';

/** The sign at the start of a line about an event. */
export const SIGNS: Readonly<Record<ChangeType, string>> = {
  added: '+',
  removed: '-',
  restored: '+',
  repriced: '$',
  limits_changed: '#',
  updated: '.',
};
