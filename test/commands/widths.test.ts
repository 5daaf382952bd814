import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { define as changes } from '../../src/commands/changes/changes.ts';
import { define as config } from '../../src/commands/config.ts';
import { define as cost } from '../../src/commands/cost/cost.ts';
import { define as diff } from '../../src/commands/diff/diff.ts';
import { define as prices } from '../../src/commands/prices/prices.ts';
import type { Define } from '../../src/commands/shared/command.ts';
import { define as show } from '../../src/commands/show/show.ts';
import { define as status } from '../../src/commands/status/status.ts';
import { define as tokens } from '../../src/commands/tokens/tokens.ts';
import { define as verify } from '../../src/commands/verify.ts';
import { ledgerOf, newFolder, SAMPLES } from '../program/program.ts';
import { corpus } from '../program/tokenLedger.ts';
import { ask } from './asking.ts';

const WIDTHS = [60, 80, 100, 140, 200];
const TEXT = corpus('english');
const CALLS: readonly (readonly [name: string, define: Define, args: readonly string[]])[] = [
  ['changes', changes, ['--all', '--limit', '300']],
  ['changes', changes, ['--top']],
  ['changes', changes, ['--type', 'updated', '--all', '--limit', '100']],
  ['show', show, ['qwen/qwen3.6-plus']],
  ['show', show, ['deepseek/deepseek-v4-pro']],
  ['prices', prices, []],
  ['prices', prices, ['--free']],
  ['prices', prices, ['--blend', '3:1', '--sort', 'blend', '--desc']],
  ['diff', diff, ['2026-05-12', 'now']],
  ['cost', cost, ['qwen/qwen3.6-plus', '--prompt-tokens', '300k', '--completion-tokens', '800']],
  ['cost', cost, ['*/*', '--prompt-tokens', '12k', '--images', '1', '--monthly', '30k']],
  ['cost', cost, ['qwen/qwen3.6-plus', '--prompt-tokens', '300k', '--over', '2026-05..now']],
  ['cost', cost, ['openai/*', 'anthropic/*', 'qwen/*', '--text', TEXT, '--times', '1000']],
  ['tokens', tokens, [TEXT]],
  ['status', status, []],
  ['config', config, []],
  ['verify', verify, []],
];
const SAID_WHOLE = new Set([cost, prices, tokens]);
/** What draws: lines, blocks and marks, alone or in a row. */
const DRAWING = /^[\p{S}\p{Pd}\p{Po}|+_-]+$/u;
const CUT = /(?:…|\.\.\.)$/;

describe('on a terminal of 60 to 200 columns', () => {
  const clean: (() => void)[] = [];
  let db: string;
  beforeAll(async () => {
    db = await ledgerOf(
      newFolder((action) => void clean.push(action)),
      SAMPLES.length,
    );
  });
  afterAll(() => {
    for (const action of clean) action();
  });

  test.each(CALLS)('no line of %s is longer, and no word is broken (%#)', async (_, define, args) => {
    const at = async (columns: number): Promise<string> => {
      const options = { now: '2026-06-10T00:00:00Z', env: { LANG: 'en_US.UTF-8' }, columns };
      const { stdout, stderr } = await ask(define, [...args, '--db', db], options);
      expect(stdout, stderr).not.toBe('');
      return stripVTControlCharacters(stdout);
    };
    const whole = new Set((await at(2000)).split(/\s+/));
    for (const columns of WIDTHS) {
      const lines = (await at(columns)).split('\n');
      // A word that is longer than the terminal is nobody's fault.
      const long = lines.filter(
        (line) => stringWidth(line) > columns && !line.split(' ').some((word) => stringWidth(word) > columns),
      );
      const words = lines.flatMap((line) => line.split(/\s+/)).filter((word) => !DRAWING.test(word));
      const broken = words.filter((word) => !whole.has(word) && !whole.has(word.replace(CUT, '')));
      // What a bill stands on is said whole, however narrow the terminal is.
      const cut = SAID_WHOLE.has(define) || args.includes('--top') ? words.filter((word) => CUT.test(word)) : [];
      expect({ columns, long, broken, cut }).toEqual({ columns, long: [], broken: [], cut: [] });
    }
  });
});
