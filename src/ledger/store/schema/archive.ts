import { sql } from 'drizzle-orm';
import { blob, check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { refersTo } from './columns.ts';

/** Bodies by their hash. The truth of this file; docs/archive.md tells how to read it without this program. */
export const archive = sqliteTable(
  'archive',
  {
    id: integer().primaryKey(),
    sha256: text().notNull(),
    /** How many are kept. */
    bytes: integer().notNull(),
    /** Only the first bytes were kept (a rejected body over the limit). */
    cut: integer({ mode: 'boolean' }).notNull(),
    /** In which pack it stands, and behind how many bytes. */
    pack: refersTo('pack', () => archivePacks.id),
    start: integer().notNull(),
  },
  (t) => [uniqueIndex('archive_sha256').on(t.sha256), check('archive_cut', sql`${t.cut} IN (0, 1)`)],
);

/**
 * Bodies one behind the other, compressed together with brotli: neighbouring answers are nearly the same, and what several
 * have in common is kept once.
 */
export const archivePacks = sqliteTable('archive_packs', {
  id: integer().primaryKey(),
  /** How many it holds. */
  bodies: integer().notNull(),
  /** How many bytes `data` unpacks to. */
  bytes: integer().notNull(),
  data: blob({ mode: 'buffer' }).notNull(),
  /** Which of them follow each other; null where they are the bodies as they stand. */
  ranges: blob({ mode: 'buffer' }),
});
