import { isGlob } from '../../core/format/glob.ts';
import type { Zone } from '../../core/time/when.ts';
import { resolveModel as resolve } from '../../ledger/queries/resolveModel.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { type Context, note } from './context.ts';

/**
 * The id that a person means, which is told where it is not what was typed.
 * @throws UsageError that lists the ids where several have that name, or suggests some where none has
 */
export function resolveModel(ledger: Ledger, typed: string, context: Context, zone: Zone): string {
  const id = resolve(ledger, typed, zone, 'Run model-ledger prices --sort name to list them.');
  if (id !== typed) note(context, `${typed} is ${id}.`);
  return id;
}

/** The same for each of several names; patterns as they are. */
export function resolveModels(ledger: Ledger, typed: readonly string[], context: Context, zone: Zone): string[] {
  return typed.map((name) => (isGlob(name) ? name : resolveModel(ledger, name, context, zone)));
}

/** The patterns of `--model` and the models that are named; undefined where there are none: then all are meant. */
export function modelsOf(
  ledger: Ledger,
  typed: readonly string[],
  patterns: readonly string[],
  context: Context,
  zone: Zone,
): readonly string[] | undefined {
  const all = [...resolveModels(ledger, typed, context, zone), ...patterns];
  return all.length > 0 ? all : undefined;
}
