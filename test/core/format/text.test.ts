import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv, csvCell, escapeControls } from '../../../src/core/format/text.ts';

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Any text, lone surrogates included. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('escapeControls text', () => {
  test.each([
    ['an escape sequence', 'a\u001b[31mb', 'a\\u{1b}[31mb'],
    ['an OSC 52 clipboard write', '\u001b]52;c;eA==\u0007', '\\u{1b}]52;c;eA==\\u{7}'],
    ['a C1 control', 'a\u009b2Jb', 'a\\u{9b}2Jb'],
    ['line ends that could forge a line', 'a\r\nb\u2028c', 'a\\u{d}\\u{a}b\\u{2028}c'],
    ['a bidirectional override', 'a\u202egpj', 'a\\u{202e}gpj'],
    ['zero-width and tag characters', 'a\u200bb\ufeffc\u{e0041}', 'a\\u{200b}b\\u{feff}c\\u{e0041}'],
    ['a lone surrogate', 'a\ud83db', 'a\\u{d83d}b'],
    ['a whole surrogate pair', 'a😀b', 'a😀b'],
    ['letters of any script', 'Qwen 通义千问 · naïve', 'Qwen 通义千问 · naïve'],
  ])('%s', (_, text, expected) => {
    expect(escapeControls(text)).toBe(expected);
  });

  test('nothing active is ever left, and text without it is unchanged', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeControls(text)).not.toMatch(unsafe);
        if (!unsafe.test(text)) expect(escapeControls(text)).toBe(text);
      }),
    );
  });
});

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
    expect(csvCell(value)).toBe(expected);
  });

  test('rows end in CRLF, and a row of one empty cell is still a row', () => {
    expect(csv([['id', 'price'], ['a,b', 1], [null]])).toBe('id,price\r\n"a,b",1\r\n""\r\n');
    expect(csv([])).toBe('');
  });

  test('a reader gets back every escapeControls text that is no formula', () => {
    const harmless = anyText.map(escapeControls).filter((text) => !/^[=+\-@＝＋－＠]/u.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(harmless, { minLength: 1 })), (rows) => {
        expect(parse(csv(rows))).toEqual(rows);
      }),
    );
  });

  test('no cell of any text begins as a formula does', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝'), anyText, (sign, text) => {
        const [[cell = ''] = []] = parse(csv([[sign + text]]));
        expect(cell).toMatch(/^'|^-\d+(\.\d+)?$/);
      }),
    );
  });
});

/** RFC 4180, read by hand. */
function parse(document: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of document.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
