import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/ledger/store/driver.ts';
import { answerOf } from '../commands/asking.ts';
import { makeLedger, sampleLists } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { HISTORY } from '../recordings.ts';
import { isSlowSuite } from '../thorough.ts';

const PAGE = readFileSync(new URL('../../docs/sql.md', import.meta.url), 'utf8');
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const ANSWERED = /(?<!-->\n)```sql\n([\s\S]*?)```\n+(?:```text\n[\s\S]*?```\n)?/g;

const hasRecordings = existsSync(HISTORY);
if (!hasRecordings) console.info(`no recordings at ${HISTORY}: the questions are not asked of them`);

const folder = newFolder(afterAll);
const db = join(folder, 'ledger.db');

beforeAll(async () => {
  await makeLedger(db, sampleLists());
  for (const query of questions) answers.set(query, await answerOf({ db, query }));
});

const questions = Array.from(PAGE.matchAll(ANSWERED), ([, sql = '']) => sql.trim());
const answers = new Map<string, string>();
const answerTo = (sql: string): string => answers.get(sql) ?? '';

/** The block behind a comment of this name. */
function example(name: string): string {
  const [, text = ''] = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(PAGE) ?? [];
  return text;
}

describe('the page of questions', () => {
  test('has twenty and more, each with the answer of the demonstration’s ledger', async () => {
    expect(questions.length).toBeGreaterThanOrEqual(20);
    const answered = PAGE.replaceAll(ANSWERED, (_block, sql: string) => {
      return `\`\`\`sql\n${sql}\`\`\`\n\n\`\`\`text\n${answerTo(sql.trim())}\`\`\`\n`;
    });
    await expect(answered).toMatchFileSnapshot('../../docs/sql.md');
  });

  test('asks nothing whose answer is empty', () => {
    expect(questions.filter((sql) => answerTo(sql).split('\n').length < 3)).toEqual([]);
  });

  test.runIf(isSlowSuite && hasRecordings)('is answered on months of recordings too', () => {
    const recorded = join(folder, 'recorded.db');
    for (const season of ['spring', 'summer']) {
      const bundle = join(HISTORY, `openrouter-2026-${season}.bundle`);
      execFileSync('node', [CLI, 'import', 'git', bundle, '--path', 'models.json', '--db', recorded], {
        stdio: 'ignore',
      });
    }
    const sqlite = openDatabase(recorded, { readonly: true });
    for (const sql of questions) expect(() => sqlite.prepare(sql).all()).not.toThrow();
    sqlite.close();
  });
});

const REQUESTS = `at,model,prompt_tokens,completion_tokens
2026-05-03T12:00:00.000Z,qwen/qwen3.6-plus,1000000,100000
2026-05-21T12:00:00.000Z,qwen/qwen3.6-plus,1000000,100000
2026-05-21T12:00:00.000Z,mistralai/mistral-large-2512,1000,2000
2026-05-18T12:00:00.000Z,qwen/qwen3.6-plus,7,7
`;
/** Worked out by hand; on 18 May qwen was not listed. */
const BILL = [
  ['mistralai/mistral-large-2512', 1, 0.0028],
  ['qwen/qwen3.6-plus', 3, 0.936],
];

describe('a usage log', () => {
  beforeAll(() => writeFileSync(join(folder, 'requests.csv'), REQUESTS));

  test.runIf(hasProgram('sqlite3'))('joins the prices in force in the sqlite3 shell', () => {
    const copy = join(folder, 'copy.db');
    execFileSync('sqlite3', [db, `VACUUM INTO '${copy}'`]);
    const script = example('sqlite3').replace('.mode box', '.mode json');
    const said = execFileSync('sqlite3', [copy], { input: script, cwd: folder, encoding: 'utf8' });
    const rows: Record<string, unknown>[] = JSON.parse(said);
    expect(rows.map(({ model, requests, usd }) => [model, requests, usd])).toEqual(BILL);
  });

  /** The scanner comes over the network, so the rows are handed over here, as text, which is how it reads them. */
  test('joins them in DuckDB', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const script = example('duckdb').replace("'requests.csv'", `'${join(folder, 'requests.csv')}'`);
    await connection.run('CREATE SCHEMA ledger');
    await connection.run(`CREATE TABLE ledger.price_periods AS
      SELECT * FROM read_csv('${writePeriods()}', all_varchar = true, header = true, force_not_null = ['condition'])`);
    const rows = await (await connection.run(script.slice(script.indexOf('SELECT')))).getRowsJson();
    expect(rows.map(([model, requests, usd]) => [model, Number(requests), Number(usd)])).toEqual(BILL);
  });

  test.runIf(hasProgram('python3', '-c', 'import pandas'))('joins them in pandas', () => {
    const said = execFileSync('python3', ['-c', example('pandas')], { cwd: folder, encoding: 'utf8' });
    expect(said).toContain('mistralai/mistral-large-2512    0.0028');
    expect(said).toContain('qwen/qwen3.6-plus               0.9360');
  });
});

function writePeriods(): string {
  const file = join(folder, 'periods.csv');
  const sql = 'SELECT model_id, component, condition, price, valid_from, valid_until FROM price_periods';
  writeFileSync(file, execFileSync('node', [CLI, 'sql', '--csv', '--limit', '100000', '--db', db, sql]));
  return file;
}

function hasProgram(name: string, ...args: string[]): boolean {
  try {
    execFileSync(name, args.length === 0 ? ['--version'] : args, { stdio: 'ignore' });
    return true;
  } catch {
    console.info(`no ${[name, ...args].join(' ')} here: what it makes of the ledger is left out of this run`);
    return false;
  }
}
