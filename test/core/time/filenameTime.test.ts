import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFilenameTime } from '../../../src/core/time/filenameTime.ts';

const NOW = new Date('2026-11-26T00:00:00Z');
const read = (name: string): string => {
  const time = readFilenameTime(name, NOW);
  return 'at' in time ? time.at : `none: ${time.problem}`;
};

/** The table of the documentation is the specification. */
const DOCUMENTATION = readFileSync(new URL('../../../docs/histories.md', import.meta.url), 'utf8');
const ROWS = Array.from(DOCUMENTATION.matchAll(/^\| `(.+?)` \| (.+) \|$/gm), ([, name = '', says = '']) => [
  name,
  says,
]);

describe('the instant in the name of a file', () => {
  test('stands in the documentation', () => expect(ROWS.length).toBeGreaterThan(50));

  test.each(ROWS)('%s is %s', (name, says) => expect(read(name)).toBe(says));

  test.each([
    ['2026-05-01\u202f6.30.00\u202fPM.json', '2026-05-01T18:30:00.000Z'],
    ['2026-05-01T0630pm', '2026-05-01T18:30:00.000Z'],
    ['2026-05-01T06:30:00.1234567Z.json', '2026-05-01T06:30:00.123Z'],
    ['2026-05-01T06:30:00.000+0000.json', '2026-05-01T06:30:00.000Z'],
    ['2026-05-01T06:30 UTC.json', '2026-05-01T06:30:00.000Z'],
    ['2026-05-01T06:30:00+05:45.json', '2026-05-01T00:45:00.000Z'],
    ['2026-05-01T00:30:00+02:00.json', '2026-04-30T22:30:00.000Z'],
    ['2026-05-01T12-30-00Z_400-models.json', '2026-05-01T12:30:00.000Z'],
    ['2026-05-01T06-00-00_2.json', '2026-05-01T06:00:00.000Z'],
    ['2026-05-01.06.json', '2026-05-01T06:00:00.000Z'],
    ['2026-05-01Z.json', '2026-05-01T00:00:00.000Z'],
    ['2026-05-01_gpt4.json', '2026-05-01T00:00:00.000Z'],
    ['2024-02-29.json', '2024-02-29T00:00:00.000Z'],
    ['1777615200.1234567.json', '2026-05-01T06:00:00.123Z'],
    ['2026/0501/0600.json', '2026-05-01T06:00:00.000Z'],
    ['2026-05/01.json', '2026-05-01T00:00:00.000Z'],
    ['2026-05-01/1777615200.json', '2026-05-01T06:00:00.000Z'],
    ['2026-05-01/2026-05-01T06.json', '2026-05-01T06:00:00.000Z'],
    ['2036-05-02.json', '2036-05-02T00:00:00.000Z'],
    // What stands for a colon where none may be, and the signs that typography has for a minus.
    ['2026-05-01T06：15：00Z.json', '2026-05-01T06:15:00.000Z'],
    ['2026-05-01T06꞉15꞉00Z.json', '2026-05-01T06:15:00.000Z'],
    ['2026-05-01T06∶15.json', '2026-05-01T06:15:00.000Z'],
    ['2026-05-01T06-15-00−0500.json', '2026-05-01T11:15:00.000Z'],
    ['2026–05–01 06–15.json', '2026-05-01T06:15:00.000Z'],
    // Numbers before a date that are no time.
    ['v2.10 2026-05-01.json', '2026-05-01T00:00:00.000Z'],
    ['gpt-4.1 2026-05-01.json', '2026-05-01T00:00:00.000Z'],
    ['x-999999-2026-05-01.json', '2026-05-01T00:00:00.000Z'],
  ])('%j is %s', (name, at) => expect(read(name)).toBe(at));

  test.each([
    ...[
      '2025-02-29',
      '2026-13-01',
      '20261301',
      '2026-05-01_24',
      '2026-05-01T24-30',
      '2026-05-01T06=30',
      '2026-05-01T06~30',
      '2026-05-01T06%253A30',
      '2026-05-01T6',
      '2026-05-01T',
    ],
    ...['2026-05-01-420', '2026-05-01T06-00_2', '2026-05-01T08:00+2', '2026-05-01T08:00:00+25:00', '2026-05-01+02:00'],
    ...[
      '2026-05-01 00.30 PM',
      '2026-05-01_part-02',
      '99999999999',
      '2026W18',
      '2026121',
      '2026-05-01T06:00:00 EST',
      '',
    ],
    ...['6.15 PM 2026-05-01', '12:00 AM 2026-05-01', '6 pm, 2026-05-01', '061500-20260501', 'T06 2026-05-01'],
  ])('%j is none', (name) => expect(read(`${name}.json`)).toMatch(/^none: /));

  test('every way to write an instant reads back as that instant', () => {
    const ways: ((iso: string) => string)[] = [
      (iso) => iso,
      (iso) => iso.replace(/[:.]/g, '-'),
      (iso) => iso.replace(/[-:]/g, ''),
      (iso) => iso.replace('T', '_').replace(/[:.Z]/g, ''),
      (iso) => iso.replace(/:/g, '%3A'),
      (iso) => iso.replace(/[-T:]/g, '/').replace('Z', ''),
      (iso) => String(Date.parse(iso)),
    ];
    const date = fc.date({ min: new Date('2023-01-01'), max: new Date('2026-11-25'), noInvalidDate: true });
    const prefix = fc.constantFrom('', 'models-', 'openrouter_', 'a.');
    fc.assert(
      fc.property(date, fc.constantFrom(...ways), prefix, (moment, write, start) => {
        const iso = moment.toISOString();
        expect(read(`${start}${write(iso)}.json`)).toBe(iso);
      }),
    );
  });

  test('whatever the name, it is an instant of the calendar or a reason', () => {
    const part = fc.constantFrom(
      ...'2026 05 01 30 - _ . / T Z : 06 24 61 PM at + 1777615200 models %3A (1) h'.split(' '),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        expect(read(parts.join(''))).toMatch(/^(?:none: .|20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$)/);
      }),
    );
  });
});
