import type Database from 'better-sqlite3';
import { DataFileError, LedgerError } from '../../../core/errors.ts';
import { putCopy } from '../backup.ts';
import { isSqliteError } from '../driver.ts';
import { dataFileError, UNSURE_SCHEMA } from '../failure.ts';
import { SCHEMA_VERSION } from '../file.ts';
import { applyMigration, readMigrations } from './migrations.ts';
import { dropSweepIndexes } from './schemaCheck.ts';

/**
 * Brings the file to this program's schema, completely or not at all, and keeps a copy of the older file beside it.
 * @param afterwards adapts the rows to this program's rules, in the same transaction
 * @throws DataFileError when a step fails or a reference is broken afterwards; it tells the state of the file
 */
export function migrateFile(file: string, sqlite: Database.Database, afterwards: () => void): void {
  let state = 'the file is as it was';
  try {
    // A file without tables is new, or the process that made it was killed.
    if (sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() !== 0) {
      putCopy({ sqlite, file }, `${file}.schema-${sqlite.pragma('user_version', { simple: true })}.bak`);
    }
    // Else rebuilding a parent table would delete its children. The pragma has no effect inside a transaction.
    sqlite.pragma('foreign_keys = OFF');
    // The version is in the same transaction, so that a kill never leaves a new schema with an old version.
    sqlite
      .transaction(() => {
        applyMissing(file, sqlite);
        dropSweepIndexes(sqlite);
        checkReferences(file, sqlite);
        afterwards();
        checkReferences(file, sqlite);
        sqlite.pragma(`user_version = ${SCHEMA_VERSION}`);
        state = UNSURE_SCHEMA;
      })
      .immediate();
    sqlite.pragma('foreign_keys = ON');
  } catch (thrown) {
    const error = migrationError(file, thrown);
    throw error instanceof LedgerError ? error.leaving(state) : error;
  }
}

/** Where a step fails, the file is not as the steps before have left it, whatever SQLite's words are. */
function migrationError(file: string, thrown: unknown): unknown {
  const error = dataFileError(file, thrown);
  if (!isSqliteError(error)) return error;
  const message = `${file} cannot be brought to the schema of this version (${error.message})`;
  return new DataFileError('migration_failed', message, {
    hint: 'Find out what another program has changed with model-ledger verify of the older version; a backup may be whole: model-ledger restore FILE.',
    cause: error,
  });
}

/**
 * Applies the missing migrations, and records them as drizzle's own migrator would.
 * @throws DataFileError when the file was made by other migrations than these
 */
function applyMissing(file: string, sqlite: Database.Database): void {
  sqlite.exec(
    'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  const seen = new Map(
    sqlite.prepare<[], [number, string]>('SELECT created_at, hash FROM __drizzle_migrations').raw().all(),
  );
  const note = sqlite.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
  const all = readMigrations();
  const missing = all.filter(({ madeAt }) => !seen.has(madeAt));
  const [first] = missing;
  for (const { name, hash, madeAt } of all) {
    const there = seen.get(madeAt);
    if (there === undefined) continue;
    const isEarly = first !== undefined && first.madeAt < madeAt;
    if (there === hash && !isEarly) continue;
    const what = isEarly ? `before ${first.name}` : 'in another wording';
    throw new DataFileError('other_migrations', `${file} has seen the migration ${name} ${what}.`, {
      hint: 'Use the version of model-ledger that the file was made with, or a backup: model-ledger restore FILE.',
    });
  }
  for (const migration of missing) {
    applyMigration(sqlite, migration);
    note.run(migration.hash, migration.madeAt);
  }
}

function checkReferences(file: string, sqlite: Database.Database): void {
  const broken = sqlite.pragma('foreign_key_check');
  if (!Array.isArray(broken) || broken.length === 0) return;
  const message = `${file}: ${broken.length} rows would refer to nothing after the migration.`;
  throw new DataFileError('broken_references', message, {
    hint: 'Find out which with model-ledger verify of the older version; a backup may be whole: model-ledger restore FILE.',
  });
}
