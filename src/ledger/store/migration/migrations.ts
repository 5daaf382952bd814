import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import journal from '../../../../migrations/meta/_journal.json' with { type: 'json' };
import { DataFileError } from '../../../core/errors.ts';
import { repack } from './repack.ts';

/** One migration, as drizzle-kit wrote it. */
export interface SchemaMigration {
  readonly name: string;
  readonly statements: readonly string[];
  /** Of its whole file; a data file records it. */
  readonly hash: string;
  /** When it was generated, which is also the order of migrations. */
  readonly madeAt: number;
}

/** `migrations/` is beside `dist/`, or beside `src/` when the source is run. */
function migrationsFolder(): string {
  const candidates = ['../migrations/', '../../../../migrations/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(`${path}meta/_journal.json`));
  if (found === undefined)
    throw new DataFileError('no_migrations', 'The folder "migrations" of this program is missing.');
  return found;
}

/** The part of a migration that SQL cannot do, run after it in the same transaction. */
const IN_CODE: Readonly<Record<string, (sqlite: Database.Database) => void>> = { '0002_packs': repack };

/** Applies a migration, inside the caller's transaction. */
export function applyMigration(sqlite: Database.Database, { name, statements }: SchemaMigration): void {
  for (const statement of statements) sqlite.exec(statement);
  IN_CODE[name]?.(sqlite);
}

/** All migrations, oldest first. */
export function readMigrations(): SchemaMigration[] {
  const folder = migrationsFolder();
  return journal.entries.map(({ tag, when }) => {
    const text = readFileSync(`${folder}${tag}.sql`, 'utf8');
    return {
      name: tag,
      statements: text.split('--> statement-breakpoint'),
      madeAt: when,
      hash: hash('sha256', text, 'hex'),
    };
  });
}
