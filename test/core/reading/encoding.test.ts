import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, NotText } from '../../../src/core/reading/text/encoding.ts';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const big = (text: string): Buffer => utf16(text).swap16();

describe('a text', () => {
  it('is the same in UTF-8 and UTF-16, with a mark before it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const marked = `\ufeff${text}`;
        expect([Buffer.from(marked), utf16(marked), big(marked)].map(decodeText)).toEqual([text, text, text]);
      }),
    );
  });

  it('without a mark is UTF-16 where it begins with a plain character and its zero byte', () => {
    for (const text of ['{"a":"é"}', '\n model,time', 'a']) {
      expect([Buffer.from(text), utf16(text), big(text)].map(decodeText)).toEqual([text, text, text]);
    }
    expect([Buffer.from(''), Buffer.from('a'), Buffer.from([0])].map(decodeText)).toEqual(['', 'a', '\0']);
  });

  it.each<[string, Buffer, string]>([
    [
      'Latin-1',
      Buffer.from('caf\xe9 au lait', 'latin1'),
      'it is not UTF-8 at byte 3 (0xe9), perhaps Latin-1 or Windows-1252',
    ],
    [
      'a last byte of Latin-1',
      Buffer.from('caf\xe9', 'latin1'),
      'it is not UTF-8 at byte 3 (0xe9), perhaps Latin-1 or Windows-1252',
    ],
    [
      'bytes behind a character that stands for some',
      Buffer.concat([Buffer.from('é\ufffdé'), Buffer.from([0x80, 0x41])]),
      'it is not UTF-8 at byte 7 (0x80), perhaps Latin-1 or Windows-1252',
    ],
    ['UTF-32', Buffer.from('fffe000041000000', 'hex'), 'it is UTF-32, which is not read here'],
    ['UTF-32, big end first', Buffer.from('0000feff00000041', 'hex'), 'it is UTF-32, which is not read here'],
    [
      'half a character of UTF-16',
      utf16('\ufeffab').subarray(0, 5),
      'it begins as UTF-16LE and ends or goes on as something else',
    ],
  ])('is refused by name where it is %s', (_, bytes, why) => {
    expect(() => decodeText(bytes)).toThrow(new NotText(why));
  });
});
