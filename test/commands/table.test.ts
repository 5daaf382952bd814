import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell, Column } from '../../src/commands/shared/columns.ts';
import { Style } from '../../src/commands/shared/style.ts';
import { renderTable } from '../../src/commands/shared/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'model', flexible: true },
  { title: 'prompt', align: 'right' },
  { title: 'name', flexible: true },
];
const ROWS: readonly (readonly Cell[])[] = [
  ['qwen/qwen3-max', '$0.78', '通义千问 三代 最大 模型'],
  ['evil/\u001b[31m\nfake', 1250, '😀😀😀😀😀😀😀😀😀😀 smile'],
  ['free/a-model-with-a-long-name', { text: '$0.00', style: 'green' }, null],
];

async function render(options: ConstructorParameters<typeof Style>[0]): Promise<string[]> {
  return (await renderTable(COLUMNS, ROWS, new Style(options))).split('\n');
}

describe('a table', () => {
  test('without a width shows everything, aligned, inert and without borders', async () => {
    expect(await render({})).toEqual([
      'model                          prompt  name',
      'qwen/qwen3-max                  $0.78  通义千问 三代 最大 模型',
      'evil/\\u{1b}[31m\\u{a}fake         1250  😀😀😀😀😀😀😀😀😀😀 smile',
      'free/a-model-with-a-long-name   $0.00',
    ]);
  });

  test('is cut in its flexible columns between words, the widest first', async () => {
    expect(await render({ width: 60 })).toEqual([
      'model                      prompt  name',
      'qwen/qwen3-max              $0.78  通义千问 三代 最大 模型',
      'evil/\\u{1b}[31m\\u{a}fake     1250  😀😀😀😀😀😀😀😀😀😀…',
      'free/a-model-with-a-long-name',
      '                            $0.00',
    ]);
  });

  test('ends in three dots where there is no ellipsis', async () => {
    expect(await render({ width: 60, ascii: true })).toEqual([
      'model                      prompt  name',
      'qwen/qwen3-max              $0.78  通义千问 三代 最大 模型',
      'evil/\\u{1b}[31m\\u{a}fake     1250  😀😀😀😀😀😀😀😀😀😀...',
      'free/a-model-with-a-long-name',
      '                            $0.00',
    ]);
  });

  test('gives a name that is too long for its column a line of its own', async () => {
    const rows = [
      ...Array.from({ length: 4 }, (_, n) => [`a/b${n}`, n, 'x']),
      ['an-author/a-name-as-long-as-it-is', 5, 'y'],
    ];
    expect((await renderTable(COLUMNS, rows, new Style({ width: 40 }))).split('\n')).toEqual([
      'model                       prompt  name',
      'a/b0                             0  x',
      'a/b1                             1  x',
      'a/b2                             2  x',
      'a/b3                             3  x',
      'an-author/a-name-as-long-as-it-is',
      '                                 5  y',
    ]);
  });

  test('that cannot be narrow enough keeps its numbers and words whole', async () => {
    expect(await render({ width: 10 })).toEqual([
      'model                 prompt  name',
      'qwen/qwen3-max         $0.78  通义千问 三代 最大 模型',
      'evil/\\u{1b}[31m\\u{a}fake',
      '                        1250  😀😀😀😀😀😀😀😀😀😀…',
      'free/a-model-with-a-long-name',
      '                       $0.00',
    ]);
  });

  test('is folded where its names would become alike, or its numbers would not fit', async () => {
    const columns: readonly Column[] = [
      { title: 'model', flexible: true },
      { title: 'price', flexible: true },
      { title: 'then', align: 'right' },
      { title: 'now', align: 'right' },
    ];
    const rows = [
      ['qwen/qwen3-235b-a22b-thinking-2507', 'completion', '$0.10 /M', '$1.495 /M'],
      ['qwen/qwen3-235b-a22b-2507', 'prompt', '$12.00 /M', '$1.00 /M'],
      ['zed/other', 'a text that says much, and more than fits', null, null],
    ];
    expect((await renderTable(columns, rows, new Style({ width: 70 }))).split('\n')).toEqual([
      'model',
      '  price                                           then        now',
      'qwen/qwen3-235b-a22b-thinking-2507',
      '  completion                                  $0.10 /M  $1.495 /M',
      'qwen/qwen3-235b-a22b-2507',
      '  prompt                                     $12.00 /M   $1.00 /M',
      'zed/other',
      '  a text that says much, and more than fits',
    ]);
    expect((await renderTable(columns, rows, new Style({ width: 56 }))).split('\n')).toEqual([
      'model',
      '  price                                  then        now',
      'qwen/qwen3-235b-a22b-thinking-2507',
      '  completion                         $0.10 /M  $1.495 /M',
      'qwen/qwen3-235b-a22b-2507',
      '  prompt                            $12.00 /M   $1.00 /M',
      'zed/other',
      '  a text that says much, and more…',
    ]);
  });

  test('is a list where not even its numbers fit side by side', async () => {
    const columns: readonly Column[] = [
      { title: 'model', flexible: true },
      { title: 'words' },
      { title: 'then', align: 'right' },
      { title: 'now', align: 'right' },
    ];
    const row = ['a/b', 'word '.repeat(12).trim(), '$0.00000000000000000001 /M', '$1234567890123456.00 /M'];
    const lines = (await renderTable(columns, [row, ['a/c', null, '$1', null]], new Style({ width: 44 }))).split('\n');
    expect(lines).toEqual([
      ...['a/b', '  words', '    word word word word word word word word', '    word word word word'],
      ...['  then  $0.00000000000000000001 /M', '  now  $1234567890123456.00 /M', 'a/c', '  then  $1'],
    ]);
  });

  test('says a note beside its row where there is room, else below, and never cuts it', async () => {
    const columns: readonly Column[] = [
      { title: 'model', flexible: true },
      { title: 'USD', align: 'right' },
      { title: 'why', isNote: true },
    ];
    const rows: readonly (readonly Cell[])[] = [
      ['an-author/a-name', '$1.00', 'short'],
      [
        'an-author/another-name',
        'not known',
        { text: 'prompt: no price is listed; decided per request', style: 'red' },
      ],
      ['an-author/free', null, null],
    ];
    expect((await renderTable(columns, rows, new Style({ width: 46 }))).split('\n')).toEqual([
      'model                         USD  why',
      'an-author/a-name            $1.00  short',
      'an-author/another-name  not known',
      '  prompt: no price is listed; decided per',
      '    request',
      'an-author/free',
    ]);
    expect((await renderTable(columns, rows, new Style({ width: 100 }))).split('\n')[2]).toBe(
      'an-author/another-name  not known  prompt: no price is listed; decided per request',
    );
  });

  test('that is folded has its notes below too', async () => {
    const columns: readonly Column[] = [
      { title: 'model', flexible: true },
      { title: 'then', align: 'right' },
      { title: 'now', align: 'right' },
      { title: '', isNote: true },
    ];
    const row = ['an-author/a-long-name-of-a-model', '$0.000000001 /M', '$1234567890 /M', 'and a few words about it'];
    expect((await renderTable(columns, [row], new Style({ width: 40 }))).split('\n')).toEqual([
      'model',
      '             then             now',
      'an-author/a-long-name-of-a-model',
      '  $0.000000001 /M  $1234567890 /M',
      '  and a few words about it',
    ]);
  });

  test('has colour only where it is asked for', async () => {
    const coloured = await renderTable(COLUMNS, ROWS, new Style({ color: true, width: 60 }));
    expect(coloured.split('\n').at(-1)).toBe('                            \u001b[32m$0.00\u001b[39m');
    expect(stripVTControlCharacters(coloured).split('\n')).toEqual(await render({ width: 60 }));
  });

  test('without rows is its titles, and missing cells are empty', async () => {
    expect(await renderTable(COLUMNS, [], new Style())).toBe('model  prompt  name');
    expect(await renderTable(COLUMNS, [['a']], new Style())).toBe('model  prompt  name\na');
  });

  test('of more rows than are laid out at a time stays aligned', async () => {
    const rows = Array.from({ length: 120 }, (_, index) => [`m${index}`, 10 ** (index % 5), 'x']);
    const lines = (await renderTable(COLUMNS, rows, new Style())).split('\n');
    expect(lines.length).toBe(121);
    expect(new Set(lines.slice(1).map((line) => line.length))).toEqual(new Set(['model  prompt  x'.length]));
  });

  test('has nothing active in it, whatever the cells hold', async () => {
    const text = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
      .map((units) => String.fromCharCode(...units));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text, text), { maxLength: 5 }),
        fc.integer({ min: 20, max: 60 }),
        async (rows, width) => {
          const lines = (await renderTable(COLUMNS, rows, new Style({ width }))).split('\n');
          expect(lines.length).toBeGreaterThan(rows.length);
          for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('never breaks a word, and never makes two rows alike', async () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const name = fc.tuple(word, word).map((parts) => parts.join('/'));
    const words = fc.array(word, { maxLength: 9 }).map((parts) => parts.join(' '));
    const row = fc.tuple(name, fc.nat(), words);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 6 }), fc.integer({ min: 40, max: 90 }), async (rows, width) => {
        const shown = await renderTable(COLUMNS, rows, new Style({ width }));
        const known = new Set([
          'model',
          'prompt',
          'name',
          '',
          ...rows.flat().flatMap((cell) => String(cell).split(' ')),
        ]);
        const broken = shown.split(/\s+/).filter((part) => !known.has(part.replace('…', '')));
        expect(broken).toEqual([]);
        for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      }),
      { numRuns: 100 },
    );
  });

  test('says every word of a note, in lines no longer than the terminal', async () => {
    const columns: readonly Column[] = [...COLUMNS.slice(0, 2), { title: 'why', isNote: true }];
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const name = fc.tuple(word, word).map((parts) => parts.join('/'));
    const words = fc.array(word, { maxLength: 20 }).map((parts) => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, fc.nat(), words), { maxLength: 6 }),
        fc.integer({ min: 40, max: 90 }),
        async (rows, width) => {
          const shown = await renderTable(columns, rows, new Style({ width }));
          for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
          const said = shown.split(/\s+/).filter((one) => !['model', 'prompt', 'why', ''].includes(one));
          const asked = rows.flat().flatMap((cell) => String(cell).split(' '));
          expect(said).toEqual(asked.filter((one) => !['model', 'prompt', 'why', ''].includes(one)));
        },
      ),
      { numRuns: 100 },
    );
  });
});
