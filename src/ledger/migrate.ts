import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { DataFileError } from '../core/errors.ts';
import { withFile } from './failure.ts';

interface Migration {
  readonly file: string;
  readonly sqlite: Database.Database;
  readonly orm: BetterSQLite3Database;
  readonly isNew: boolean;
  /** The schema to reach. */
  readonly version: number;
}

/** `migrations/` stands beside `dist/` where the program is built, and beside `src/` where it is tested. */
function migrationsFolder(): string {
  const candidates = ['../migrations/', '../../migrations/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(`${path}meta/_journal.json`));
  if (found === undefined)
    throw new DataFileError('no_migrations', 'the folder "migrations" of this program is missing');
  return found;
}

/**
 * Brings the file to this program's schema: everything or nothing, with a copy of an older file kept beside it.
 * @throws DataFileError when the result does not hold together
 */
export function migrateFile({ file, sqlite, orm, isNew, version }: Migration): void {
  withFile(file, () => {
    if (!isNew) keepCopy(file, sqlite);
    // A rebuilt parent table would take its children with it, and the pragma is ignored inside a transaction.
    sqlite.pragma('foreign_keys = OFF');
    migrate(orm, { migrationsFolder: migrationsFolder() });
    const broken = sqlite.pragma('foreign_key_check');
    if (Array.isArray(broken) && broken.length > 0) {
      throw new DataFileError(
        'broken_references',
        `${file}: ${broken.length} rows refer to nothing after the migration`,
        {
          hint: 'put the copy beside it in its place',
        },
      );
    }
    sqlite.pragma(`user_version = ${version}`);
    sqlite.pragma('foreign_keys = ON');
  });
}

function keepCopy(file: string, sqlite: Database.Database): void {
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  const copy = `${file}.schema-${version}.bak`;
  rmSync(copy, { force: true });
  sqlite.prepare('VACUUM INTO ?').run(copy);
}
