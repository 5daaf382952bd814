import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../../src/core/format/csv.ts';
import { escapeControls } from '../../../src/core/format/text.ts';

/** Any text, lone surrogates included. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('CSV', () => {
  test.each([
    ['plain text', 'openai/gpt-4o', 'openai/gpt-4o'],
    ['the empty text', '', ''],
    ['nothing', null, ''],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'say "hi"', '"say ""hi"""'],
    ['a line feed', 'a\nb', '"a\nb"'],
    ['a space at the end', 'a ', '"a "'],
    ['a number', -0.5, '-0.5'],
    ['a bigint', 1_000_000_000_000n, '1000000000000'],
    ['a boolean', true, 'true'],
    ['a price', '0.00000008333333333333334', '0.00000008333333333333334'],
    ['a negative number as text', '-12.5', '-12.5'],
    ['a small negative number', -1.5e-7, '-1.5e-7'],
    ['an equals sign', '=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['a plus sign', '+1+cmd', "'+1+cmd"],
    ['a minus sign', '-1+cmd', "'-1+cmd"],
    ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
    ['a full-width equals sign', '＝1+1', "'＝1+1"],
    ['a tab', '\t=1', "'\t=1"],
    ['a carriage return', '\r=1', "'\\u{d}=1"],
    ['an escape', 'a\u001b[2J', 'a\\u{1b}[2J'],
    ['a byte order mark before a formula', '\ufeff=1', '\\u{feff}=1'],
  ])('a cell with %s', (_, value, expected) => {
    expect(csv([['', value]])).toBe(`,${expected}\r\n`);
  });

  test('rows end in CRLF, and a row of one empty cell is still a row', () => {
    expect(csv([['id', 'price'], ['a,b', 1], [null]])).toBe('id,price\r\n"a,b",1\r\n""\r\n');
    expect(csv([])).toBe('');
  });

  test('a reader gets back every inert text that is no formula', () => {
    const harmless = anyText.map(escapeControls).filter((text) => !/^[=+\-@＝＋－＠]/u.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(harmless, { minLength: 1 })), (rows) => {
        expect(parse(csv(rows), { relax_column_count: true })).toEqual(rows);
      }),
    );
  });

  test('no cell of any text begins as a formula does', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝'), anyText, (sign, text) => {
        const [[cell = ''] = []]: string[][] = parse(csv([[sign + text]]));
        expect(cell).toMatch(/^'|^-\d+(\.\d+)?$/);
      }),
    );
  });
});
