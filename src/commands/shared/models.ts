import { UsageError } from '../../core/errors.ts';
import { isGlob, modelGlob } from '../../core/format/glob.ts';
import { suggest } from '../../core/format/suggest.ts';
import { allIds } from '../../ledger/queries/model.ts';
import { resolveModel as resolve } from '../../ledger/queries/resolveModel.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { note } from './context.ts';
import type { LedgerQuestion } from './reading.ts';

/**
 * The id that a person means, which is told where it is not what was typed.
 * @throws UsageError that lists the ids where several have that name, or suggests some where none has
 */
export function resolveModel({ ledger, context, zone }: LedgerQuestion, typed: string): string {
  const id = resolve(ledger, typed, zone, 'Run model-ledger prices --sort name to list them.');
  if (id !== typed) note(context, `${typed} is ${id}.`);
  return id;
}

/**
 * The same for each of several names; patterns as they are, told where nothing was ever called so.
 * @throws UsageError that says how to write all models of an author where only that is named
 */
export function resolveModels(question: LedgerQuestion, typed: readonly string[]): string[] {
  for (const name of typed) checkAuthor(question.ledger, name);
  notePatterns(question, typed.filter(isGlob));
  return typed.map((name) => (isGlob(name) ? name : resolveModel(question, name)));
}

/** The part before the `/`; empty where there is none. */
const authorOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf('/')));

function checkAuthor(ledger: Ledger, typed: string): void {
  const ids = allIds(ledger).map(({ id }) => id.toLowerCase());
  const wanted = typed.toLowerCase();
  const isAuthor = ids.some((id) => authorOf(id) === wanted) && !ids.some((id) => id.endsWith(`/${wanted}`));
  if (isAuthor)
    throw new UsageError('unknown_model', `"${typed}" is an author, not a model.`, {
      hint: `Write '${wanted}/*' for all models of that author.`,
    });
}

/** A pattern that no model ever fitted may be mistyped; of one that fits none now others tell. */
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

/** The patterns of `--model` and the models that are named; undefined where there are none: then all are meant. */
export function modelsOf(
  question: LedgerQuestion,
  typed: readonly string[],
  patterns: readonly string[] = [],
): readonly string[] | undefined {
  notePatterns(question, patterns);
  const all = [...resolveModels(question, typed), ...patterns];
  return all.length > 0 ? all : undefined;
}
