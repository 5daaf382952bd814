import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';

interface Row {
  readonly id: string;
  readonly slug: string;
}

/**
 * The ids of models that a log calls by upstream's permanent slug, `openai/gpt-4.1-2025-04-14`, as its activity export
 * does: the model without a variant, or the one with the variant that is named. What is an id itself has no entry.
 */
export function idsOfNames({ orm }: Ledger, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  const wanted = JSON.stringify([...names].flatMap((name) => [name, baseOf(name)]));
  const rows = orm.all<Row>(sql`SELECT id, canonical_slug AS slug FROM models
    WHERE id IN (SELECT value FROM json_each(${wanted})) OR canonical_slug IN (SELECT value FROM json_each(${wanted}))
    ORDER BY removed_at IS NOT NULL, removed_at DESC, id`);
  const ids = new Map<string, string>();
  for (const name of names) {
    if (rows.some(({ id }) => id === name)) continue;
    const found = rows.find(({ id, slug }) => slug === baseOf(name) && variantOf(id) === variantOf(name));
    if (found !== undefined) ids.set(name, found.id);
  }
  return ids;
}

function variantOf(id: string): string {
  return id.startsWith('~') ? '~' : id.slice(baseOf(id).length);
}

function baseOf(name: string): string {
  const end = name.indexOf(':');
  return end < 0 ? name : name.slice(0, end);
}
