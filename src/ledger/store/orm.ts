import type Database from 'better-sqlite3';
import { BetterSQLiteSession } from 'drizzle-orm/better-sqlite3/session';
import { BaseSQLiteDatabase, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';

export type Orm = BaseSQLiteDatabase<'sync', Database.RunResult>;

/** Replaces drizzle's own entry point, which would load the driver by the only name that it knows. */
export function openOrm(sqlite: Database.Database): Orm {
  const dialect = new SQLiteSyncDialect();
  return new BaseSQLiteDatabase('sync', dialect, new BetterSQLiteSession(sqlite, dialect, undefined), undefined);
}
