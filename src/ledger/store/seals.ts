// Longer than other files: what makes a seal, what renews it and what checks it have to agree.
import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';

/**
 * Checksums (seals) of rows that cannot be made again from the archive, so that damage to them is noticed. Temporary
 * triggers, which only this program's connections have, renew them with each write; they are not renewed where another
 * program or a failing disk changes a row. They are no defence against somebody who computes them as well.
 */

const RUNS = 'sync_runs';
/** Tables whose rows are nowhere else. Runs have their seals in a column, the others in the table `seals`. */
export const SEALED_TABLES: readonly string[] = [
  RUNS,
  ...['acceptances', 'archive', 'archive_packs'],
  ...['endpoint_sweeps', 'endpoint_models', 'endpoint_texts', 'endpoint_answers', 'endpoint_telemetry'],
];

interface Sealed {
  readonly table: string;
  readonly key: string;
  readonly columns: readonly string[];
}

/**
 * Makes every later write over this connection renew the seals of its rows, in the same transaction. A broken seal
 * stays broken: a later write must not hide the damage.
 */
export function keepSeals(sqlite: Database.Database): void {
  defineSeal(sqlite);
  for (const sealed of readSealed(sqlite))
    sqlite.exec(sealed.table === RUNS ? triggersOfRuns(sealed) : triggersOf(sealed));
}

/** Seals every row as it is now, after a migration or when the tables were made anew. */
export function sealAll(sqlite: Database.Database): void {
  defineSeal(sqlite);
  for (const sealed of readSealed(sqlite)) {
    const { table, key } = sealed;
    if (table === RUNS) {
      sqlite.exec(`UPDATE ${RUNS} SET seal = ${sealOf(sealed, RUNS, beforeOf(RUNS))}
        WHERE seal IS NOT ${sealOf(sealed, RUNS, beforeOf(RUNS))}`);
      continue;
    }
    sqlite.exec(`DELETE FROM seals WHERE table_name = '${table}';
      INSERT INTO seals SELECT '${table}', ${key}, ${sealOf(sealed, table)} FROM ${table}`);
  }
}

/** Describes the rows that are not as this program wrote them. */
export function findBrokenSeals(sqlite: Database.Database): string[] {
  defineSeal(sqlite);
  return readSealed(sqlite).flatMap((sealed) =>
    sealed.table === RUNS ? checkRuns(sqlite, sealed) : check(sqlite, sealed),
  );
}

/** Whether one row of a table beside `sync_runs` is as this program wrote it. */
export function isAsWritten(sqlite: Database.Database, table: string, id: number): boolean {
  defineSeal(sqlite);
  const sealed = readSealed(sqlite).find((other) => other.table === table);
  if (sealed === undefined) return false;
  const isWhole = sqlite.prepare<[number], number>(
    `SELECT s.seal IS ${sealOf(sealed, 't')} ${withSeals(sealed)} WHERE t.${sealed.key} = ?`,
  );
  return isWhole.pluck().get(id) === 1;
}

function withSeals({ table, key }: Sealed): string {
  return `FROM ${table} AS t LEFT JOIN seals AS s ON s.table_name = '${table}' AND s.row_key = t.${key}`;
}

function checkRuns(sqlite: Database.Database, runs: Sealed): string[] {
  const rows = sqlite
    .prepare<[], { id: number; before: number | null; seal: string | null; isLost: number }>(
      `SELECT id, ${beforeOf(RUNS)} AS before, seal, seal IS ${sealOf(runs, RUNS, 'id - 1')} AS isLost FROM ${RUNS}
        WHERE seal IS NOT ${sealOf(runs, RUNS, beforeOf(RUNS))} ORDER BY id`,
    )
    .all();
  return rows.map(({ id, before, seal, isLost }) => {
    if (seal === null) return `${RUNS}: run ${id} was added by another program`;
    if (isLost === 0) return `${RUNS}: run ${id} is not as it was written`;
    const first = (before ?? 0) + 1;
    return first === id - 1 ? `${RUNS}: run ${first} is gone` : `${RUNS}: the runs ${first} to ${id - 1} are gone`;
  });
}

function check(sqlite: Database.Database, sealed: Sealed): string[] {
  const { table, key } = sealed;
  const rows = sqlite
    .prepare<[], { id: number; isNew: number }>(
      `SELECT t.${key} AS id, s.seal IS NULL AS isNew ${withSeals(sealed)} WHERE s.seal IS NOT ${sealOf(sealed, 't')} ORDER BY 1`,
    )
    .all();
  const lost = sqlite
    .prepare<[], number>(
      `SELECT row_key FROM seals WHERE table_name = '${table}' AND row_key NOT IN (SELECT ${key} FROM ${table}) ORDER BY 1`,
    )
    .pluck()
    .all();
  return [
    ...rows.map(({ id, isNew }) =>
      isNew === 1 ? `${table}: row ${id} was added by another program` : `${table}: row ${id} is not as it was written`,
    ),
    ...lost.map((id) => `${table}: row ${id} is gone`),
  ];
}

/** The seal of a run covers the id of the run before it, so that a missing row is noticed at the next one. */
function triggersOfRuns(runs: Sealed): string {
  const others = runs.columns.join(', ');
  const after = `(SELECT min(id) FROM ${RUNS} WHERE id > OLD.id)`;
  return `
    CREATE TEMP TRIGGER seal_new_run AFTER INSERT ON main.${RUNS} BEGIN
      UPDATE ${RUNS} SET seal = ${sealOf(runs, 'NEW', beforeOf('NEW'))} WHERE id = NEW.id;
    END;
    CREATE TEMP TRIGGER seal_changed_run AFTER UPDATE OF ${others} ON main.${RUNS}
    WHEN OLD.seal IS ${sealOf(runs, 'OLD', beforeOf('OLD'))} BEGIN
      UPDATE ${RUNS} SET seal = ${sealOf(runs, 'NEW', beforeOf('NEW'))} WHERE id = NEW.id;
    END;
    CREATE TEMP TRIGGER seal_after_lost_run AFTER DELETE ON main.${RUNS}
    WHEN OLD.seal IS ${sealOf(runs, 'OLD', beforeOf('OLD'))} BEGIN
      UPDATE ${RUNS} SET seal = ${sealOf(runs, RUNS, beforeOf('OLD'))}
      WHERE id = ${after} AND seal IS ${sealOf(runs, RUNS, 'OLD.id')};
    END;`;
}

function triggersOf(sealed: Sealed): string {
  const { table, key } = sealed;
  const isOf = (row: string): string => `table_name = '${table}' AND row_key = ${row}.${key}`;
  const put = `INSERT OR REPLACE INTO seals VALUES ('${table}', NEW.${key}, ${sealOf(sealed, 'NEW')});`;
  return `
    CREATE TEMP TRIGGER seal_new_${table} AFTER INSERT ON main.${table} BEGIN ${put} END;
    CREATE TEMP TRIGGER seal_changed_${table} AFTER UPDATE ON main.${table}
    WHEN (SELECT seal FROM seals WHERE ${isOf('OLD')}) IS ${sealOf(sealed, 'OLD')} BEGIN
      DELETE FROM seals WHERE ${isOf('OLD')} AND OLD.${key} <> NEW.${key};
      ${put}
    END;
    CREATE TEMP TRIGGER seal_lost_${table} AFTER DELETE ON main.${table} BEGIN
      DELETE FROM seals WHERE ${isOf('OLD')};
    END;`;
}

function beforeOf(row: string): string {
  return `(SELECT max(b.id) FROM ${RUNS} AS b WHERE b.id < ${row}.id)`;
}

function sealOf({ table, columns }: Sealed, row: string, ...more: readonly string[]): string {
  const values = [...columns.map((column) => `${row}."${column}"`), ...more];
  return `seal_of('${table}', ${values.join(', ')})`;
}

/** Leaves out missing tables, which the check of the schema reports. */
function readSealed(sqlite: Database.Database): Sealed[] {
  const query = sqlite.prepare<[string], { name: string; pk: number; hidden: number }>(
    'SELECT name, pk, hidden FROM pragma_table_xinfo(?)',
  );
  return SEALED_TABLES.flatMap((table) => {
    const columns = query.all(table).filter(({ name, hidden }) => hidden === 0 && name !== 'seal');
    const key = columns.find(({ pk }) => pk === 1)?.name;
    return key === undefined ? [] : [{ table, key, columns: columns.map(({ name }) => name) }];
  });
}

function defineSeal(sqlite: Database.Database): void {
  sqlite.function('seal_of', { varargs: true, deterministic: true }, (...values: unknown[]) => {
    const texts = values.map((value) => (Buffer.isBuffer(value) ? { blob: hash('sha256', value, 'hex') } : value));
    return hash('sha256', JSON.stringify(texts), 'hex').slice(0, 16);
  });
}
