// npm run bench [-- REPOSITORY FILE]: what docs/performance.md shows, each figure beside its floor measured in the same run.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, makeYear } from './answers.mjs';
import { asOf } from './asOf.mjs';
import { endpoints } from './endpoints.mjs';
import { foundation } from './foundation.mjs';
import { growth } from './growth.mjs';
import { imports } from './imports.mjs';
import { largest } from './largest.mjs';
import { served } from './serve.mjs';
import { starts } from './starts.mjs';

const RECORDINGS = ['spring', 'summer'].map((season) => `../shared/history/openrouter-2026-${season}.bundle`);

const [repository, file = 'models.json'] = process.argv.slice(2);
const repositories = repository ? [repository] : RECORDINGS.filter(existsSync);
const folder = mkdtempSync(join(tmpdir(), 'model-ledger-bench-'));
/** @type {import('./measure.mjs').Row[]} */
const rows = [];
/** @param {import('./measure.mjs').Row} row */
const say = (row) => {
  rows.push(row);
  console.error(`${row.what}: ${row.value}  floor ${row.floor}  ratio ${row.ratio}  (${row.target})`);
};
try {
  if (repositories.length === 0) {
    console.error('No recordings here: give a git repository and the path of the scraped file to bench imports.');
  } else {
    const imported = await imports(folder, repositories, file, say);
    starts(folder, imported.newestBody, say);
    asOf(imported.db, say);
    await foundation('the recordings', imported.db, say);
    answers('the recordings', imported.db, say);
    await served(folder, imported.db, say);
  }
  const year = makeYear(folder);
  answers('a year of hourly runs', year, say);
  await foundation('a year of hourly runs', year, say);
  largest(folder, say);
  await endpoints(folder, say);
  growth(folder, Number(process.env.BENCH_SYNCS ?? 200), say);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`Node ${process.versions.node}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}\n`);
console.log('| what | measured | floor | ratio | target |\n|---|---|---|---|---|');
for (const { what, value, floor, ratio, target } of rows) {
  console.log(`| ${what} | ${value} | ${floor} | ${ratio} | ${target} |`);
}
