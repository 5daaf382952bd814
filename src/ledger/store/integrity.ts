import type Database from 'better-sqlite3';

/** What SQLite itself finds wrong with the pages, indexes and references of a database, in words. */
export function checkIntegrity(sqlite: Database.Database): string[] {
  const integrity = sqlite.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all();
  const broken = sqlite.prepare<[], { table: string; rowid: number; parent: string }>('PRAGMA foreign_key_check').all();
  return [
    ...integrity.filter((words) => words !== 'ok').map((words) => `SQLite: ${words}`),
    ...broken.map(
      ({ table, rowid, parent }) => `${table}: row ${rowid} refers to a row of ${parent} that is not there`,
    ),
  ];
}
