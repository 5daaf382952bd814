import { DEFAULTS } from '../../config/settings.ts';
import { LedgerError } from '../../core/errors.ts';
import { allIds } from '../../ledger/queries/model.ts';
import { readLedger } from '../../ledger/store/open.ts';
import type { Define } from '../shared/command.ts';
import { type Context, printAsIs } from '../shared/context.ts';
import { type Candidate, completeWords, type LedgerWords } from './candidates.ts';

/** Short, because a person has pressed a key and waits. */
const BUSY_MS = 50;
/** Only ids that mean nothing special to a shell are offered, because upstream chooses them and people run them. */
const PLAIN = /^~?[\w][\w.:@+/-]*$/;

/**
 * Answers the scripts of `completion`. The arguments are the words after the program's name; the last may be incomplete.
 * Prints a candidate on each line, with its description after a tab, and `:files` or `:folders` if the shell should offer
 * those.
 */
export const define: Define = (command, context) => {
  command.argument('[words...]').action((words: readonly string[]) => {
    const program = command.parent;
    if (program === null) return;
    const { candidates, paths } = completeWords(program, words, knownFrom(fileOf(words, context)));
    const lines = candidates.map(({ word, description }) => (description === '' ? word : `${word}\t${description}`));
    if (paths !== null) lines.push(`:${paths}`);
    if (lines.length > 0) printAsIs(context, lines.join('\n'));
  });
};

/** The data file that the words name, or else the one that the command would use. */
function fileOf(words: readonly string[], { env }: Context): string {
  const at = words.lastIndexOf('--db');
  const named = at < 0 || at > words.length - 3 ? undefined : words[at + 1];
  const assigned = words.findLast((word) => word.startsWith('--db='))?.slice('--db='.length);
  return named || assigned || env.MODEL_LEDGER_DB || DEFAULTS.db;
}

function knownFrom(file: string): LedgerWords {
  const models = (): Candidate[] =>
    idsOf(file)
      .filter(({ id }) => PLAIN.test(id))
      .map(({ id, removedAt }) => ({
        word: id,
        description: removedAt === null ? '' : `removed ${removedAt.slice(0, 10)}`,
      }));
  const authors = (): Candidate[] => {
    const names = models().map(({ word }) => word.replace(/^~/, '').split('/')[0] ?? '');
    return [...new Set(names)].sort().map((word) => ({ word, description: '' }));
  };
  return { models, authors };
}

/** Empty if the ledger cannot be read: an error message would only disturb the command line. */
function idsOf(file: string): ReturnType<typeof allIds> {
  try {
    return readLedger(file, allIds, BUSY_MS);
  } catch (error) {
    if (error instanceof LedgerError) return [];
    throw error;
  }
}
