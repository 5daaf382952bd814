import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeControls } from '../../../src/core/format/text.ts';

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Any text, lone surrogates included. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('inert text', () => {
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
        const escaped = escapeControls(text);
        expect(escaped).not.toMatch(unsafe);
        expect(escaped === text).toBe(!unsafe.test(text));
      }),
    );
  });
});
