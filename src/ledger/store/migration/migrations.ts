import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import journal from '../../../../migrations/meta/_journal.json' with { type: 'json' };
import { DataFileError } from '../../../core/errors.ts';
import { repack } from './repack.ts';

/** One step of the schema's history, as drizzle-kit wrote it. */
export interface SchemaMigration {
  readonly name: string;
  readonly statements: readonly string[];
  /** Of the whole file, by which a data file remembers it. */
  readonly hash: string;
  /** When it was made: its place in the order. */
  readonly madeAt: number;
}

/** `migrations/` stands beside `dist/` where the program is built, and beside `src/` where it is tested. */
function migrationsFolder(): string {
  const candidates = ['../migrations/', '../../../../migrations/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(`${path}meta/_journal.json`));
  if (found === undefined)
    throw new DataFileError('no_migrations', 'The folder "migrations" of this program is missing.');
  return found;
}

/** What SQL cannot do of a migration, done right after it in the same transaction. */
const IN_CODE: Readonly<Record<string, (sqlite: Database.Database) => void>> = { '0002_packs': repack };

/** Takes one step, inside the caller's transaction. */
export function applyMigration(sqlite: Database.Database, { name, statements }: SchemaMigration): void {
  for (const statement of statements) sqlite.exec(statement);
  IN_CODE[name]?.(sqlite);
}

/** All steps, oldest first. */
export function readMigrations(): SchemaMigration[] {
  const folder = migrationsFolder();
  return journal.entries.map(({ tag, when }) => {
    const text = readFileSync(`${folder}${tag}.sql`, 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    return { name: tag, statements: text.split('--> statement-breakpoint'), hash, madeAt: when };
  });
}
