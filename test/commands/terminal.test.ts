import { describe, expect, test } from 'vitest';
import { define as changes } from '../../src/commands/changes/changes.ts';
import { define as cost } from '../../src/commands/cost/cost.ts';
import { define as diff } from '../../src/commands/diff/diff.ts';
import { define as prices } from '../../src/commands/prices/prices.ts';
import type { Define } from '../../src/commands/shared/command.ts';
import { define as show } from '../../src/commands/show/show.ts';
import { define as showSnapshot } from '../../src/commands/snapshot.ts';
import { define as status } from '../../src/commands/status/status.ts';
import { define as verify } from '../../src/commands/verify.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { jsonLines } from '../program/program.ts';
import { ask, ledgerWith } from './asking.ts';

/** A clipboard write, a C1 control, line ends, a bidirectional override, a zero-width space, a tag, a lone surrogate. */
const HOSTILE = 'a\u001b]52;c;eA==\u0007b\u009b31mc\r\nd\u202ee\u200bf\u2028g\u{e0041}h\ud83d';
/** What acts; line feeds and the carriage returns of CSV end lines here. */
const ACTIVE = /(?!\n|\r\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Our own colours. */
const COLOR = new RegExp(`${'\u001b'}\\[[\\d;]*m`, 'g');

const model = (mark: string, prompt: string): object => ({
  id: 'ann/one',
  ...{ name: `${HOSTILE}${mark}`, description: `${HOSTILE}${mark}`, hugging_face_id: HOSTILE, [`key${HOSTILE}`]: mark },
  architecture: { modality: HOSTILE, tokenizer: `${HOSTILE}${mark}`, input_modalities: [HOSTILE] },
  pricing: { prompt, completion: '1', [`component${HOSTILE}`]: prompt },
  supported_parameters: [HOSTILE, mark],
  context_length: 8000,
});

const ledger = (): Promise<string> =>
  ledgerWith([
    snapshot('2026-01-01T00:00:00.000Z', [model('1', '0.000001')]),
    snapshot('2026-01-02T00:00:00.000Z', [model('2', '0.000002')]),
    snapshot('2026-01-03T00:00:00.000Z', `<html>${HOSTILE}`),
  ]);

const CALLS: readonly { readonly name: string; readonly define: Define; readonly args: readonly string[] }[] = [
  { name: 'changes', define: changes, args: ['--all'] },
  { name: 'changes', define: changes, args: ['--all', '--csv'] },
  { name: 'show', define: show, args: ['ann/one'] },
  { name: 'prices', define: prices, args: ['--filter', `x${HOSTILE}`] },
  { name: 'prices', define: prices, args: ['--csv'] },
  { name: 'diff', define: diff, args: ['2026-01-01T12:00Z', 'now'] },
  { name: 'cost', define: cost, args: ['ann/one', '--prompt-tokens', '1000'] },
  { name: 'status', define: status, args: [] },
  { name: 'verify', define: verify, args: [] },
  { name: 'snapshot', define: showSnapshot, args: [] },
  { name: 'snapshot', define: showSnapshot, args: ['--run', '3'] },
];
const AS_JSON: readonly { readonly name: string; readonly define: Define; readonly args: readonly string[] }[] = [
  { name: 'changes', define: changes, args: ['--all'] },
  { name: 'show', define: show, args: ['ann/one'] },
  { name: 'prices', define: prices, args: [] },
  { name: 'diff', define: diff, args: ['2026-01-01T12:00Z', 'now'] },
  { name: 'cost', define: cost, args: ['ann/one', '--prompt-tokens', '1000'] },
  { name: 'status', define: status, args: [] },
];

describe('on a terminal nothing of upstream’s acts', () => {
  test.each(CALLS)('$name $args', async ({ define, args }) => {
    const db = await ledger();
    const { stdout, stderr } = await ask(define, [...args, '--db', db], { columns: 100 });
    expect(stdout + stderr).not.toBe('');
    expect((stdout + stderr).replace(COLOR, '')).not.toMatch(ACTIVE);
  });

  test.each(AS_JSON)('and JSON is the same value as in a pipe: $name', async ({ define, args }) => {
    const db = await ledger();
    const [shown, piped] = [
      await ask(define, [...args, '--json', '--db', db], { columns: 100 }),
      await ask(define, [...args, '--json', '--db', db]),
    ];
    expect(shown.stdout).not.toMatch(ACTIVE);
    const values = (text: string): unknown[] => jsonLines(text);
    expect(values(shown.stdout)).toEqual(values(piped.stdout));
  });
});

test('a snapshot in a pipe is byte for byte what was observed', async () => {
  const db = await ledger();
  const { stdout, stderr } = await ask(showSnapshot, ['--db', db, '--at', '2026-01-02']);
  expect([stdout, stderr]).toEqual([JSON.stringify({ data: [model('2', '0.000002')] }), '']);
});

test('a terminal of any width gets every answer', async () => {
  const words = Array.from({ length: 30 }, (_, i) => `word_${i}`);
  const long = { description: words.join(' '), supported_parameters: words };
  const db = await ledgerWith(
    ['0.000001', '0.000002'].map((prompt, day) =>
      snapshot(`2026-01-0${day + 1}T00:00:00.000Z`, [{ ...model('', prompt), ...long }]),
    ),
  );
  for (const columns of [1, 2, 7, 12, 16, 20]) {
    for (const { define, args } of AS_JSON) {
      const { stdout } = await ask(define, [...args, '--db', db], { columns });
      expect([columns, args, stdout.length > 0]).toEqual([columns, args, true]);
    }
  }
});
