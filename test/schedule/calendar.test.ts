import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isCalendar } from '../../src/schedule/calendar.ts';

const EVENTS = [
  ...['hourly', 'daily', '*:07', '*:0/15', '04:20', '04:20:00', '*-*-* 04:20', 'Mon..Fri 22:30', 'Mon,Thu *:07'],
  ...['Sat', 'Monday 6:00', '2026-06-07', '2026-06-07 18:23 UTC', '*-*-1 00:00', '*-02~1', '*-1,7-1 0:00'],
  ...['*:07 Europe/Berlin', '0..5:30', '*-*-1..7 18:00:00', 'quarterly'],
];
const GARBAGE = [
  ...[
    'garbage',
    '',
    ' ',
    'every hour',
    '7 * * * *',
    '25:00',
    '04:60',
    '*-13-01',
    '*-*-32',
    '4',
    '*',
    ':07',
    '04:20 04:20',
  ],
  ...['daily 04:20', 'Mon..Fun', '5..1:00', '*:07\\', '*:07 Europe', '*:0/0', '2026-06', 'UTC', '-'],
];

describe('a calendar event', () => {
  test.each(EVENTS)('is understood without systemd: %j', (text) => {
    expect(isCalendar(text)).toBe(true);
  });

  test.each(GARBAGE)('is refused without systemd: %j', (text) => {
    expect(isCalendar(text)).toBe(false);
  });

  // What is understood here without systemd, systemd must understand: the unit is for it.
  const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
  test.skipIf(!isThere)('is understood by systemd too', () => {
    const refused = EVENTS.filter((text) => spawnSync('systemd-analyze', ['calendar', '--', text]).status !== 0);
    expect(refused).toEqual([]);
  });
});
