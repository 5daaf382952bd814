import { sql } from 'drizzle-orm';
import { blob, check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { refersTo } from './columns.ts';

/** Bodies by their hash, from which most other tables are made; see docs/archive.md. */
export const archive = sqliteTable(
  'archive',
  {
    id: integer().primaryKey(),
    sha256: text().notNull(),
    /** The number of bytes that are kept. */
    bytes: integer().notNull(),
    /** Only the first bytes were kept (a rejected body over the limit). */
    cut: integer({ mode: 'boolean' }).notNull(),
    /** Its pack, and after how many bytes of the pack's bodies it begins. */
    pack: refersTo('pack', () => archivePacks.id),
    start: integer().notNull(),
  },
  (t) => [uniqueIndex('archive_sha256').on(t.sha256), check('archive_cut', sql`${t.cut} IN (0, 1)`)],
);

/**
 * Bodies one after the other, compressed together with brotli. Neighbouring answers are nearly the same; what several
 * have in common is kept once.
 */
export const archivePacks = sqliteTable('archive_packs', {
  id: integer().primaryKey(),
  /** The number of bodies. */
  bodies: integer().notNull(),
  /** How many bytes `data` unpacks to. */
  bytes: integer().notNull(),
  data: blob({ mode: 'buffer' }).notNull(),
  /** The ranges of `data` that make up the bodies; null where `data` is the bodies themselves. */
  ranges: blob({ mode: 'buffer' }),
});
