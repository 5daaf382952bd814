import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';
import { allIds } from '../model.ts';
import { idsCalled, nearIds } from '../resolveModel.ts';

interface SlugRow {
  readonly id: string;
  readonly slug: string;
}

/** The models that the names in a log stand for. */
export interface LogModels {
  /** By name, where that is not the id itself. */
  readonly ids: ReadonlyMap<string, string>;
  /** Those of these names that have no author, which a person may want to check. */
  readonly short: ReadonlySet<string>;
  /** The candidates for a name that several models have. */
  readonly several: ReadonlyMap<string, readonly string[]>;
  /** Suggestions for a name that no model ever had. */
  readonly unknown: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds the models that a log names: by id; by upstream's permanent slug, `openai/gpt-4.1-2025-04-14`, as in its
 * activity export (the model with the same variant, or without one); or without an author, where only one model has
 * that name.
 */
export function modelsOfLog(ledger: Ledger, names: ReadonlySet<string>): LogModels {
  const all = allIds(ledger);
  const known = new Set(all.map(({ id }) => id));
  const slugs =
    ledger.orm.all<SlugRow>(sql`SELECT id, canonical_slug AS slug FROM models WHERE canonical_slug IS NOT NULL
    ORDER BY removed_at IS NOT NULL, removed_at DESC, id`);
  const ids = new Map<string, string>();
  const short = new Set<string>();
  const several = new Map<string, readonly string[]>();
  const unknown = new Map<string, readonly string[]>();
  for (const name of names) {
    if (known.has(name)) continue;
    const bySlug = slugs.find(({ id, slug }) => slug === baseOf(name) && variantOf(id) === variantOf(name))?.id;
    const called = bySlug === undefined ? idsCalled(all, name) : [bySlug];
    const found = called.length > 0 ? called : idsBySlugsEnd(slugs, name);
    const [id] = found;
    if (id === undefined) unknown.set(name, nearIds(ledger, name));
    else if (found.length > 1) several.set(name, found);
    else ids.set(name, id);
    if (bySlug === undefined && found.length === 1) short.add(name);
  }
  return { ids, short, several, unknown };
}

/** For a name such as `gpt-4.1-2025-04-14`: one model of each permanent slug that ends with it. */
function idsBySlugsEnd(rows: readonly SlugRow[], name: string): string[] {
  const end = `/${baseOf(name).toLowerCase()}`;
  const found = new Map<string, string>();
  for (const { id, slug } of rows) {
    if (slug.toLowerCase().endsWith(end) && variantOf(id) === variantOf(name) && !found.has(slug)) found.set(slug, id);
  }
  return [...found.values()];
}

function variantOf(id: string): string {
  return id.startsWith('~') ? '~' : id.slice(baseOf(id).length);
}

function baseOf(name: string): string {
  const end = name.indexOf(':');
  return end < 0 ? name : name.slice(0, end);
}
