import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { DataFileError } from '../../../core/errors.ts';
import { openDatabase } from '../driver.ts';
import { RESTORE } from '../failure.ts';
import { SEALED_TABLES } from '../seals.ts';
import { applyMigration, readMigrations } from './migrations.ts';

interface SchemaObject {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  /** The table that an index or a trigger belongs to. */
  readonly owner: string;
  readonly sql: string;
}

/** One difference between a file's schema and the one that this program makes. */
export interface SchemaFault {
  readonly kind: 'missing' | 'altered' | 'alien';
  readonly object: SchemaObject;
}

/**
 * Compares the schema with that of a new file. Views and tables that others have added do no harm; triggers and indexes
 * on this program's tables do, as they can change or refuse what it writes.
 */
export function findSchemaFaults(sqlite: Database.Database): SchemaFault[] {
  const schema = readSchema(sqlite);
  const digest = digestOf(schema);
  if (digest === NEW_SCHEMA.swept || (digest === NEW_SCHEMA.unswept && !hasSweeps(sqlite))) return [];
  const expected = new Map(newSchema().map((object) => [keyOf(object), object]));
  const tables = new Set([...expected.values()].filter(({ type }) => type === 'table').map(({ name }) => name));
  const found = new Map(schema.map((object) => [keyOf(object), object]));
  const isSwept = found.has('table endpoint_sweeps') && hasSweeps(sqlite);
  const faults: SchemaFault[] = [];
  for (const [key, object] of expected) {
    const there = found.get(key);
    if (there === undefined && !isSwept && waitsForSweep(object)) continue;
    if (there === undefined) faults.push({ kind: 'missing', object });
    else if (there.sql !== object.sql || there.owner !== object.owner) faults.push({ kind: 'altered', object });
  }
  for (const [key, object] of found) {
    const isOurs = object.type === 'trigger' || object.type === 'index';
    if (isOurs && tables.has(object.owner) && !expected.has(key)) faults.push({ kind: 'alien', object });
  }
  return faults;
}

export function describeFault({ kind, object: { type, name, owner } }: SchemaFault): string {
  const words = {
    missing: 'is missing',
    altered: 'is not what this program made',
    alien: 'was added by another program',
  };
  return `the ${type} ${name}${kind === 'alien' ? ` on ${owner}` : ''} ${words[kind]}`;
}

/**
 * Mends the schema, without touching rows.
 * @throws DataFileError where a table was altered, or one is missing that cannot be made again
 */
export function mendSchema(file: string, sqlite: Database.Database): void {
  for (const fault of findSchemaFaults(sqlite)) {
    const { type, name, sql } = fault.object;
    if (type === 'table' && (fault.kind === 'altered' || SEALED_TABLES.includes(name))) {
      const message = `${file}: ${describeFault(fault)}, and nothing tells what it held.`;
      throw new DataFileError('altered', message, { hint: `${RESTORE}.` });
    }
    if (fault.kind !== 'missing') sqlite.exec(`DROP ${type} "${name.replaceAll('"', '""')}"`);
    if (fault.kind !== 'alien') sqlite.exec(sql);
  }
}

/**
 * Whether an index is created only with the first sweep. Most files never have one, and each index of an empty table
 * takes a page. One of them must always exist, as a foreign key depends on it.
 */
function waitsForSweep({ type, name, owner }: SchemaObject): boolean {
  return type === 'index' && SWEPT.test(owner) && name !== 'endpoint_models_model';
}

const SWEPT = /^endpoint(?:s|_(?:answers|events|limits|models|prices|quarantine|sweeps|telemetry|texts))$/;

function hasSweeps(sqlite: Database.Database): boolean {
  return sqlite.prepare('SELECT 1 FROM endpoint_sweeps LIMIT 1').get() !== undefined;
}

/** To be called before the row of a sweep is inserted, in the same transaction. */
export function makeSweepIndexes(sqlite: Database.Database): void {
  if (hasSweeps(sqlite)) return;
  const there = new Set(readSchema(sqlite).map(({ name }) => name));
  for (const object of newSchema()) if (waitsForSweep(object) && !there.has(object.name)) sqlite.exec(object.sql);
}

/** To be called after migrations. */
export function dropSweepIndexes(sqlite: Database.Database): void {
  if (hasSweeps(sqlite)) return;
  for (const object of readSchema(sqlite)) if (waitsForSweep(object)) sqlite.exec(`DROP INDEX ${object.name}`);
}

/**
 * The digests of the schema that the migrations make. Every run checks them, and making that schema anew would take as
 * long as all its other checks together. When there is a new migration, the tests tell the new digests.
 */
const NEW_SCHEMA: Readonly<Record<'swept' | 'unswept', string>> = {
  swept: 'ca0706db1d50b0b294c1d680420a1197411da07e72ef95455ce28536e33d35a5',
  unswept: '6c424fee4109b042a129e10f6572fbc413848299ff45ee8abfae423e11f29c19',
};

function digestOf(schema: readonly SchemaObject[]): string {
  const lines = schema.map(({ type, name, owner, sql }) => JSON.stringify([type, name, owner, sql]));
  return hash('sha256', lines.sort().join('\n'), 'hex');
}

/** The digests above, and those of the schema that the migrations make: a test compares them. */
export function schemaDigests(): { readonly expected: typeof NEW_SCHEMA; readonly found: typeof NEW_SCHEMA } {
  const schema = newSchema();
  const unswept = schema.filter((object) => !waitsForSweep(object));
  return { expected: NEW_SCHEMA, found: { swept: digestOf(schema), unswept: digestOf(unswept) } };
}

/** The schema that the migrations make. */
function newSchema(): SchemaObject[] {
  const sqlite = openDatabase(':memory:', {});
  try {
    for (const migration of readMigrations()) applyMigration(sqlite, migration);
    return readSchema(sqlite);
  } finally {
    sqlite.close();
  }
}

/** Leaves out what SQLite makes by itself, which has no SQL. */
function readSchema(sqlite: Database.Database): SchemaObject[] {
  return sqlite
    .prepare<[], SchemaObject>(
      `SELECT type, name, tbl_name AS owner, sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '__drizzle_migrations'
        ORDER BY type = 'trigger', type = 'index', type = 'view', rowid`,
    )
    .all();
}

function keyOf({ type, name }: SchemaObject): string {
  return `${type} ${name}`;
}
