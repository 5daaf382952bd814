import { UsageError } from '../../core/errors.ts';
import { isGlob, modelGlob } from '../../core/format/glob.ts';
import { suggest } from '../../core/format/suggest.ts';
import { authorOf } from '../../core/query/filter.ts';
import { allIds } from '../../ledger/queries/model.ts';
import { resolveModel as resolve } from '../../ledger/queries/resolveModel.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { note } from './context.ts';
import type { LedgerQuestion } from './reading.ts';

/**
 * Finds the id that a person means, and prints it if it is not what they typed.
 * @throws UsageError that lists the ids if the name is ambiguous, or suggests some if there is no such model
 */
export function resolveModel({ ledger, context, zone }: LedgerQuestion, typed: string): string {
  const id = resolve(ledger, typed, zone, 'Run model-ledger prices --sort name to list them.');
  if (id !== typed) note(context, `${typed} is ${id}.`);
  return id;
}

/**
 * Does the same for several names. Patterns stay as they are, with a note if no model ever fitted one.
 * @throws UsageError that says how to name all models of an author, if only an author is named
 */
export function resolveModels(question: LedgerQuestion, typed: readonly string[]): string[] {
  for (const name of typed) checkAuthor(question.ledger, name);
  notePatterns(question, typed.filter(isGlob));
  return typed.map((name) => (isGlob(name) ? name : resolveModel(question, name)));
}

function checkAuthor(ledger: Ledger, typed: string): void {
  const ids = allIds(ledger).map(({ id }) => id.toLowerCase());
  const wanted = typed.toLowerCase();
  const isAuthor = ids.some((id) => authorOf(id) === wanted) && !ids.some((id) => id.endsWith(`/${wanted}`));
  if (isAuthor)
    throw new UsageError('unknown_model', `"${typed}" is an author, not a model.`, {
      hint: `Write '${wanted}/*' for all models of that author.`,
    });
}

/** Notes patterns that no model ever fitted, because they may be mistyped. */
function notePatterns({ ledger, context }: LedgerQuestion, patterns: readonly string[]): void {
  if (patterns.length === 0) return;
  const ids = allIds(ledger).map(({ id }) => id);
  for (const pattern of patterns) {
    if (ids.some(modelGlob(pattern))) continue;
    const near = suggest(authorOf(pattern), [...new Set(ids.map(authorOf))], 3);
    const hint = near.map((author) => `'${author}${pattern.slice(authorOf(pattern).length)}'`).join(', ');
    note(context, `No model was ever called ${pattern}.${hint === '' ? '' : ` Did you mean ${hint}?`}`);
  }
}

/** The models that are named as arguments, and the patterns of `--model`; undefined if there are none: all models. */
export function modelsOf(
  question: LedgerQuestion,
  typed: readonly string[],
  patterns: readonly string[] = [],
): readonly string[] | undefined {
  notePatterns(question, patterns);
  const all = [...resolveModels(question, typed), ...patterns];
  return all.length > 0 ? all : undefined;
}
