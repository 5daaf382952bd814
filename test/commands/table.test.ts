import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, type Column, renderTable } from '../../src/commands/shared/table.ts';

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

async function render(options: Parameters<typeof renderTable>[2]): Promise<string[]> {
  return (await renderTable(COLUMNS, ROWS, options)).split('\n');
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

  test('is cut in its flexible columns, the widest first, between characters', async () => {
    expect(await render({ width: 46 })).toEqual([
      'model               prompt  name',
      'qwen/qwen3-max       $0.78  通义千问 三代 最…',
      'evil/\\u{1b}[31m\\u…    1250  😀😀😀😀😀😀😀😀…',
      'free/a-model-with…   $0.00',
    ]);
  });

  test('ends in three dots where there is no ellipsis', async () => {
    expect(await render({ width: 46, ascii: true })).toEqual([
      'model               prompt  name',
      'qwen/qwen3-max       $0.78  通义千问 三代...',
      'evil/\\u{1b}[31m...    1250  😀😀😀😀😀😀😀...',
      'free/a-model-wi...   $0.00',
    ]);
  });

  test('that cannot be narrow enough keeps its numbers whole', async () => {
    expect(await render({ width: 10 })).toEqual([
      'model     prompt  name',
      'qwen/qw…   $0.78  通义千…',
      'evil/\\u…    1250  😀😀😀…',
      'free/a-…   $0.00',
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
    expect((await renderTable(columns, rows, { width: 70 })).split('\n')).toEqual([
      'model                    price                         then        now',
      'qwen/qwen3-235b-a22b-t…  completion                $0.10 /M  $1.495 /M',
      'qwen/qwen3-235b-a22b-2…  prompt                   $12.00 /M   $1.00 /M',
      'zed/other                a text that says much,…',
    ]);
    expect((await renderTable(columns, rows, { width: 56 })).split('\n')).toEqual([
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
    const lines = (await renderTable(columns, [row, ['a/c', null, '$1', null]], { width: 44 })).split('\n');
    expect(lines).toEqual([
      ...['a/b', '  words', '    word word word word word word word word', '    word word word word'],
      ...['  then  $0.00000000000000000001 /M', '  now  $1234567890123456.00 /M', 'a/c', '  then  $1'],
    ]);
  });

  test('has colour only where it is asked for', async () => {
    const coloured = await renderTable(COLUMNS, ROWS, { color: true, width: 46 });
    expect(coloured.split('\n').at(-1)).toBe('free/a-model-with…   \u001b[32m$0.00\u001b[39m');
    expect(stripVTControlCharacters(coloured).split('\n')).toEqual(await render({ width: 46 }));
  });

  test('without rows is its titles, and missing cells are empty', async () => {
    expect(await renderTable(COLUMNS, [])).toBe('model  prompt  name');
    expect(await renderTable(COLUMNS, [['a']])).toBe('model  prompt  name\na');
  });

  test('of more rows than are laid out at a time stays aligned', async () => {
    const rows = Array.from({ length: 120 }, (_, index) => [`m${index}`, 10 ** (index % 5), 'x']);
    const lines = (await renderTable(COLUMNS, rows)).split('\n');
    expect(lines.length).toBe(121);
    expect(new Set(lines.slice(1).map((line) => line.length))).toEqual(new Set(['model  prompt  x'.length]));
  });

  test('has nothing active in it, and one line a row unless it is folded, whatever the cells hold', async () => {
    const text = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
      .map((units) => String.fromCharCode(...units));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text, text), { maxLength: 5 }),
        fc.integer({ min: 20, max: 60 }),
        async (rows, width) => {
          const lines = (await renderTable(COLUMNS, rows, { width })).split('\n');
          if (width < 40) expect(lines.length).toBe(rows.length + 1);
          for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        },
      ),
      { numRuns: 50 },
    );
  });
});
