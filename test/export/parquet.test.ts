import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { toDecimal } from '../../src/export/parquet/columns.ts';
import { endpointOf, list, sweepAt, Upstream } from '../endpoints/world.ts';
import { call } from '../program/call.ts';
import { ledgerOf, newFolder, query, run, SAMPLES, start } from '../program/program.ts';
import { modelList } from '../upstream/misbehaving.ts';

const LAST = SAMPLES.length;

async function read(path: string): Promise<Record<string, unknown>[]> {
  const bytes = await readFile(path);
  return await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
}

/** Asks DuckDB, as another program would. */
async function duck(sql: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

/** Every file below a folder, by its path there. */
function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

describe('the export to Parquet', () => {
  test('has every row of the price history: text, decimal, double and instants', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, LAST);
    const { code, stderr } = await call(['export', 'parquet', join(folder, 'lake'), '--db', db]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(`files written to .*lake, up to run ${LAST}\\.\\n$`)]);
    const rows = await read(join(folder, 'lake/pricing_history.parquet'));
    const expected = query(db, 'SELECT * FROM pricing_history ORDER BY id').map((row) => ({
      id: BigInt(row.id ?? 0),
      model_id: row.model_id,
      component: row.component,
      condition: row.condition,
      price: row.price,
      price_decimal: row.price === null ? null : Number(row.price),
      price_double: row.price === null ? null : Number(row.price),
      dynamic: row.dynamic === 1,
      valid_from: new Date(String(row.valid_from)),
      valid_from_text: row.valid_from,
      valid_to: row.valid_to === null ? null : new Date(String(row.valid_to)),
      valid_to_text: row.valid_to,
      opened_by: BigInt(row.opened_by ?? 0),
      closed_by: row.closed_by === null ? null : BigInt(row.closed_by ?? 0),
    }));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows).toEqual(
      expected
        .map((row) => ({ ...row, price_decimal: expect.closeTo(row.price_decimal ?? 0, 20) }))
        .map((row, i) => (expected[i]?.price === null ? { ...row, price_decimal: null } : row)),
    );
  });

  test('is read by DuckDB with its types, each table with all of its rows, also an empty one', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, LAST);
    await call(['export', 'parquet', join(folder, 'lake'), '--db', db]);
    for (const name of [
      'sync_runs',
      'models',
      'pricing_history',
      'provider_limits',
      'change_events',
      'quarantine',
      'schema_drift',
    ]) {
      const [row] = query(db, `SELECT count(*) AS n FROM ${name}`);
      expect([name, await duck(`SELECT count(*) FROM '${join(folder, 'lake', `${name}.parquet`)}'`)]).toEqual([
        name,
        [[String(row?.n)]],
      ]);
    }
    const file = join(folder, 'lake/pricing_history.parquet');
    expect(
      await duck(
        `SELECT column_name, column_type FROM (DESCRIBE SELECT price, price_decimal, price_double, dynamic, valid_from, valid_from_text FROM '${file}')`,
      ),
    ).toEqual([
      ['price', 'VARCHAR'],
      ['price_decimal', 'DECIMAL(38,24)'],
      ['price_double', 'DOUBLE'],
      ['dynamic', 'BOOLEAN'],
      ['valid_from', 'TIMESTAMP WITH TIME ZONE'],
      ['valid_from_text', 'VARCHAR'],
    ]);
    expect(
      await duck(
        `SELECT count(*) FROM '${file}' WHERE price IS DISTINCT FROM CASE WHEN price IS NULL THEN NULL ELSE rtrim(rtrim(price_decimal::varchar, '0'), '.') END`,
      ),
    ).toEqual([['0']]);
    expect(
      await duck(
        `SELECT count(*) FROM '${file}' WHERE strftime(valid_from AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') <> valid_from_text`,
      ),
    ).toEqual([['0']]);
  });

  test('has the same bytes for the same ledger, and leaves a file alone that would not change', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, LAST);
    for (const lake of ['a', 'b']) await call(['export', 'parquet', join(folder, lake), '--db', db]);
    expect(tree(join(folder, 'a'))).toEqual(tree(join(folder, 'b')));
    for (const name of tree(join(folder, 'a'))) {
      expect([name, await readFile(join(folder, 'a', name))]).toEqual([name, await readFile(join(folder, 'b', name))]);
    }
    const again = await call(['export', 'parquet', join(folder, 'a'), '--db', db, '--json']);
    const { files } = JSON.parse(again.stdout);
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file: { isChanged: boolean }) => file.isChanged)).toEqual([]);
  });

  test('since a run ends as a whole export does', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const lake = join(folder, 'lake');
    await call(['export', 'parquet', lake, '--db', db]);
    await call(['import', 'files', ...SAMPLES.slice(3), '--db', db, '--scope', 'output_modalities=all']);
    const { code } = await call(['export', 'parquet', lake, '--db', db, '--since', '3']);
    await call(['export', 'parquet', join(folder, 'whole'), '--db', db]);
    expect(code).toBe(0);
    expect(tree(lake)).toEqual(tree(join(folder, 'whole')));
    for (const name of tree(lake)) {
      expect([name, await readFile(join(lake, name))]).toEqual([name, await readFile(join(folder, 'whole', name))]);
    }
    const nothing = await call(['export', 'parquet', lake, '--db', db, '--since', String(LAST), '--json']);
    const { run: last, files } = JSON.parse(nothing.stdout);
    expect([last, files.filter((file: { isChanged: boolean }) => file.isChanged)]).toEqual([LAST, []]);
    expect(files.map((file: { name: string }) => file.name)).not.toContainEqual(expect.stringMatching(/daily/));
  });

  test.each([
    ['an answer that was rejected', [modelList(40), '<html>', modelList(41)], [0, 1], [2]],
    ['one that is held since an older one was imported', [modelList(40), modelList(20)], [1], [0]],
  ])('since a run ends as a whole export does, also after %s', async (_, bodies, before, after) => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    const put = async (months: readonly number[]): Promise<void> => {
      for (const month of months) {
        const file = join(folder, `2026-0${1 + 2 * month}-13.json`);
        writeFileSync(file, bodies[month] ?? '');
        await call(['import', 'files', file, '--db', db]);
      }
    };
    const lake = join(folder, 'lake');
    await put(before);
    await call(['export', 'parquet', lake, '--db', db]);
    await put(after);
    expect((await call(['export', 'parquet', lake, '--db', db, '--since', String(before.length)])).code).toBe(0);
    await call(['export', 'parquet', join(folder, 'whole'), '--db', db]);
    expect(tree(lake)).toEqual(tree(join(folder, 'whole')));
    for (const name of tree(lake)) {
      expect([name, await readFile(join(lake, name))]).toEqual([name, await readFile(join(folder, 'whole', name))]);
    }
  });

  test('since a run has the endpoints that were swept after it, though no list was', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    await list(db, '2026-08-01T00:00:00.000Z', ['a/1']);
    const lake = join(folder, 'lake');
    await call(['export', 'parquet', lake, '--db', db]);
    const upstream = await Upstream.start();
    upstream.models.set('a/1', [endpointOf('P', '0.000003')]);
    await sweepAt(db, upstream.url, { at: '2026-08-01T01:00:00.000Z' });
    expect((await call(['export', 'parquet', lake, '--db', db, '--since', '1'])).code).toBe(0);
    await call(['export', 'parquet', join(folder, 'whole'), '--db', db]);
    expect((await read(join(lake, 'endpoints.parquet'))).length).toBe(1);
    for (const name of tree(join(folder, 'whole'))) {
      expect([name, await readFile(join(lake, name))]).toEqual([name, await readFile(join(folder, 'whole', name))]);
    }
  });

  test('knows only runs that there are, and says where it cannot write', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 2);
    const unknown = await call(['export', 'parquet', join(folder, 'lake'), '--db', db, '--since', '99']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('The ledger has no run 99; nothing was written.');
    writeFileSync(join(folder, 'file'), '');
    const blocked = await call(['export', 'parquet', join(folder, 'file'), '--db', db]);
    expect(blocked).toMatchObject({ code: 5, stdout: '' });
    expect(blocked.stderr).toContain(join(folder, 'file'));
  });

  test('killed at any file leaves whole files only', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, LAST);
    const [lake, half] = [join(folder, 'lake'), join(folder, 'half')];
    await call(['export', 'parquet', lake, '--db', db]);
    mkdirSync(half);
    const { child, exit } = start(['export', 'parquet', half, '--db', db]);
    const whole = (): string[] => tree(half).filter((name) => name.endsWith('.parquet'));
    while (child.exitCode === null && whole().length === 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await exit;
    expect(whole()).not.toEqual([]);
    for (const name of whole()) {
      expect([name, await readFile(join(half, name))]).toEqual([name, await readFile(join(lake, name))]);
    }
    await call(['export', 'parquet', half, '--db', db]);
    expect(tree(half)).toEqual(tree(lake));
  });

  test('has the days of each month in a folder of its own, as the view has them', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, LAST);
    await call(['export', 'parquet', join(folder, 'lake'), '--db', db]);
    const [expected] = query(db, 'SELECT count(*) AS n, count(DISTINCT day) AS days FROM daily_prices');
    const files = `'${join(folder, 'lake/daily_prices/*/*.parquet')}', hive_partitioning = true`;
    expect(
      await duck(
        `SELECT count(*), count(DISTINCT day), bool_and(strftime(day, '%Y-%m') = month) FROM read_parquet(${files})`,
      ),
    ).toEqual([[String(expected?.n), String(expected?.days), true]]);
  });
});

test('a decimal has 24 places and 14 digits before them, or there is none', () => {
  expect(toDecimal('0.000001')).toBe(10n ** 18n);
  expect(toDecimal('0.0000000000000000000000001')).toBeNull();
  expect(toDecimal('100000000000000')).toBeNull();
  expect(toDecimal(null)).toBeNull();
  expect(toDecimal('dynamic')).toBeNull();
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 38n - 1n), (units) => {
      const text = units.toString().padStart(25, '0');
      expect(toDecimal(`${text.slice(0, -24)}.${text.slice(-24)}`)).toBe(units);
    }),
  );
});

test.runIf(existsSync('/proc/self'))(
  'a place where no folder can be made is told by export and site alike',
  async () => {
    const db = await ledgerOf(newFolder(), 1);
    for (const words of [['export', 'parquet'], ['site']]) {
      const { code, stderr } = await run([...words, '/proc/none/there', '--db', db], { timeout: 20_000 });
      expect([words, code, stderr]).toEqual([words, 5, expect.stringContaining('/proc/none')]);
    }
  },
);
