import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { publicTables } from '../../src/ledger/queries/publicTables.ts';
import { call } from '../program/call.ts';
import { jsonLines, ledgerOf, newFolder, query, SAMPLES } from '../program/program.ts';

const ENGINES = readFileSync(new URL('../../docs/engines.md', import.meta.url), 'utf8');
const QUERIES = Array.from(ENGINES.matchAll(/```duckdb\n(.*?)```/gs), ([, sql]) => sql ?? '');

/** Asks a query of the page as it stands there, with the folder in front of its files. */
async function ask(sql: string, folder: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return (await connection.runAndReadAll(sql.replaceAll(/'(usage|lake)/g, `'${folder}/$1`))).getRowsJson();
}

test('the queries for DuckDB run as they stand, and bill a log as cost --log does', async () => {
  const folder = newFolder();
  const db = await ledgerOf(folder, SAMPLES.length);
  await call(['export', 'parquet', join(folder, 'lake'), '--db', db]);
  const log = [
    'at,model_id,prompt_tokens,completion_tokens',
    '2026-05-02T12:00:00Z,qwen/qwen3.6-plus,1000,200',
    '2026-06-04T12:00:00Z,qwen/qwen3.6-plus,3000,1',
  ];
  writeFileSync(join(folder, 'usage.csv'), log.join('\n'));
  const [bills = [], months = []] = await Promise.all(QUERIES.map((sql) => ask(sql, folder)));
  expect(QUERIES.length).toBe(2);
  const { stdout } = await call(['cost', '--log', join(folder, 'usage.csv'), '--json', '--db', db]);
  const models = jsonLines(stdout);
  expect(bills.map(([model, requests, usd]) => [model, requests, Number(usd)])).toEqual([
    ['qwen/qwen3.6-plus', '2', Number(models[0].subtotal)],
  ]);
  expect(months.map(([month, component]) => [month, component])).toContainEqual(['2026-05', 'prompt']);
});

/** The archive and what this program keeps for itself. */
const OWN = [
  'acceptances',
  'archive',
  'archive_packs',
  'endpoint_answers',
  'endpoint_models',
  'endpoint_texts',
  'outbox',
  'seals',
];

test('every table of the data file is exported, or known to be this program’s own', async () => {
  const db = await ledgerOf(newFolder(), 1);
  const tables = query(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite_%'",
  );
  const names = tables.map(({ name }) => String(name)).sort();
  expect(names).toEqual([...publicTables().map(({ name }) => name), ...OWN].sort());
});
