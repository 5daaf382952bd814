import Database from 'better-sqlite3';

/** Makes of a data file what it was after the first migration: without views, triggers and what later ones added. */
export function makeOlder(db: string): void {
  const sqlite = new Database(db);
  const made = "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger')";
  for (const { type, name } of sqlite.prepare<[], { type: string; name: string }>(made).all())
    sqlite.exec(`DROP ${type} "${name}"`);
  sqlite.exec(
    `ALTER TABLE pricing_history DROP COLUMN price_usd;
     DELETE FROM __drizzle_migrations WHERE created_at > (SELECT min(created_at) FROM __drizzle_migrations);
     PRAGMA user_version = 1`,
  );
  sqlite.close();
}
