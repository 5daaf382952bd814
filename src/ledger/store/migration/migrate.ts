import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import journal from '../../../../migrations/meta/_journal.json' with { type: 'json' };
import { DataFileError } from '../../../core/errors.ts';
import { copyInto } from '../backup.ts';
import { putInPlace } from '../durable.ts';
import { withFile } from '../failure.ts';
import { repack } from './repack.ts';

interface Migration {
  readonly file: string;
  readonly sqlite: Database.Database;
  /** The schema to reach. */
  readonly version: number;
  /** Brings what the file holds to this program's rules; in the same transaction. */
  readonly afterwards: () => void;
}

/** What SQL cannot do of a migration, done right after it in the same transaction. */
const IN_CODE: Readonly<Record<string, (sqlite: Database.Database) => void>> = { '0002_packs': repack };

/** `migrations/` stands beside `dist/` where the program is built, and beside `src/` where it is tested. */
function migrationsFolder(): string {
  const candidates = ['../migrations/', '../../../../migrations/'].map((path) =>
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
export function migrateFile({ file, sqlite, version, afterwards }: Migration): void {
  withFile(file, () => {
    // Without tables there is nothing to keep: the file is new, or its maker was killed.
    if (sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() !== 0) keepCopy(file, sqlite);
    // A rebuilt parent table would take its children with it, and the pragma is ignored inside a transaction.
    sqlite.pragma('foreign_keys = OFF');
    // In one transaction with the version: a kill in between must not leave a new schema under an old number.
    sqlite
      .transaction(() => {
        applyMissing(sqlite);
        checkReferences(file, sqlite);
        afterwards();
        checkReferences(file, sqlite);
        sqlite.pragma(`user_version = ${version}`);
      })
      .immediate();
    sqlite.pragma('foreign_keys = ON');
  });
}

/** Applies what the file has not seen yet and notes it, in the table and by the rules of drizzle's own migrator. */
function applyMissing(sqlite: Database.Database): void {
  sqlite.exec(
    'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  const last = Number(sqlite.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() ?? 0);
  const note = sqlite.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: migrationsFolder() })) {
    if (folderMillis <= last) continue;
    for (const statement of sql) sqlite.exec(statement);
    IN_CODE[journal.entries.find(({ when }) => when === folderMillis)?.tag ?? '']?.(sqlite);
    note.run(hash, folderMillis);
  }
}

function checkReferences(file: string, sqlite: Database.Database): void {
  const broken = sqlite.pragma('foreign_key_check');
  if (!Array.isArray(broken) || broken.length === 0) return;
  const message = `${file}: ${broken.length} rows would refer to nothing after the migration`;
  throw new DataFileError('broken_references', message, {
    hint: 'model-ledger verify of the older version tells which; a backup may be whole: model-ledger restore FILE',
  });
}

/** The copy stands in its place only when it is whole. */
function keepCopy(file: string, sqlite: Database.Database): void {
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  const copy = `${file}.schema-${version}.bak`;
  const partial = `${copy}.partial`;
  rmSync(partial, { force: true });
  try {
    copyInto({ sqlite, file }, partial);
    putInPlace(partial, copy);
  } finally {
    rmSync(partial, { force: true });
  }
}
