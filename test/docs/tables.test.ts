import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/ledger/store/driver.ts';
import { makeLedger, sampleLists } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';

interface Described {
  readonly description?: string;
  readonly hidden?: boolean;
  readonly columns?: Readonly<Record<string, string>>;
}

interface Metadata {
  readonly databases: {
    readonly ledger: {
      readonly tables: Readonly<Record<string, Described>>;
      readonly queries: Readonly<Record<string, { readonly title: string; readonly sql: string }>>;
    };
  };
}

const metadata: Metadata = JSON.parse(
  readFileSync(new URL('../../docs/datasette-metadata.json', import.meta.url), 'utf8'),
);
const { tables, queries } = metadata.databases.ledger;
const described = Object.entries(tables).filter(([, table]) => table.hidden !== true);

let sqlite: Database.Database;

beforeAll(async () => {
  const db = join(newFolder(afterAll), 'ledger.db');
  await makeLedger(db, sampleLists());
  sqlite = openDatabase(db, { readonly: true });
});
afterAll(() => sqlite.close());

const namesOf = (type: string): string[] =>
  sqlite
    .prepare<[string], string>(
      "SELECT name FROM sqlite_schema WHERE type = ? AND name NOT GLOB 'sqlite_*' ORDER BY name",
    )
    .pluck()
    .all(type);
const columnsOf = (name: string): string[] =>
  sqlite.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?) ORDER BY cid').pluck().all(name);

/** What each question of Datasette is asked about. */
const ASKED: Readonly<Record<string, string>> = {
  model: 'qwen/qwen3.6-plus',
  at: '2026-05-03',
  parameter: 'tools',
  days: '30',
  day: '2026-05-20',
  author: 'x-ai',
};

describe('the descriptions for Datasette', () => {
  test('are of all tables and views, and of every column of those that are meant for people', () => {
    expect(Object.keys(tables).sort()).toEqual([...namesOf('table'), ...namesOf('view')].sort());
    for (const [name, { columns = {} }] of described)
      expect([name, Object.keys(columns)]).toEqual([name, columnsOf(name)]);
  });

  test.each(Object.entries(queries))('ask what has an answer: %s', (_, { sql }) => {
    const names = Array.from(sql.matchAll(/:(\w+)/g), ([, name = '']) => name);
    const values = Object.fromEntries(names.map((name) => [name, ASKED[name]]));
    expect(sqlite.prepare(sql).all(values).length).toBeGreaterThan(0);
  });
});

test('the page of tables says what the schema and the descriptions say, and its queries run', async () => {
  const section = ([name, { description = '', columns = {} }]: readonly [string, Described]): string => {
    const rows = Object.entries(columns).map(
      ([column, words]) => `| \`${column}\` | ${words.replaceAll('|', '\\|')} |`,
    );
    return `### ${name}\n\n${description}\n\n| column | |\n|---|---|\n${rows.join('\n')}\n\n${exampleOf(name)}`;
  };
  const of = (names: readonly string[]) => described.filter(([name]) => names.includes(name)).map(section);
  const page = `# Tables and views

Instants are text, UTC, \`2026-06-07T18:23:50.000Z\`. What is not described here is the program's own affair and may change.
Questions with their answers are in [sql.md](sql.md).

## Tables

${of(namesOf('table')).join('\n')}
## Views

${of(namesOf('view')).join('\n')}`;
  await expect(page).toMatchFileSnapshot('../../docs/tables.md');
});

/** A query that shows what it is for. */
const EXAMPLES: Readonly<Record<string, string>> = {
  current_endpoints:
    "SELECT provider, quantization, prompt, completion FROM current_endpoints WHERE model_id = 'qwen/qwen3.6-plus'",
  endpoint_events:
    'SELECT observed_at, endpoint_id, type, field, old_value, new_value FROM endpoint_events WHERE cause IS NULL',
  endpoint_limits: 'SELECT endpoint_id, context_length FROM endpoint_limits WHERE valid_to IS NULL',
  endpoint_prices: "SELECT endpoint_id, price FROM endpoint_prices WHERE component = 'prompt' AND price_usd < 0.000001",
  endpoint_quarantine: 'SELECT model_id, issues FROM endpoint_quarantine',
  endpoint_sweeps: 'SELECT started_at, status, models_answered, endpoints_seen FROM endpoint_sweeps ORDER BY id DESC',
  endpoint_telemetry: 'SELECT provider, avg(uptime_last_1d) AS uptime FROM endpoint_telemetry GROUP BY provider',
  endpoints: 'SELECT model_id, count(*) AS providers FROM endpoints WHERE removed_at IS NULL GROUP BY model_id',
  headline_changes: 'SELECT observed_at, model_id, field, verdict FROM headline_changes',
  change_events:
    "SELECT observed_at, field, old_value, new_value FROM change_events WHERE model_id = 'qwen/qwen3.6-plus'",
  models: "SELECT id, first_seen_at, removed_at FROM models WHERE author = 'qwen'",
  pricing_history:
    "SELECT component, price FROM pricing_history WHERE price_usd < 0.000001 AND condition = '' AND valid_to IS NULL",
  provider_limits:
    'SELECT model_id, context_length FROM provider_limits WHERE valid_to IS NULL ORDER BY context_length DESC',
  quarantine: "SELECT model_id, issues ->> '$[0].reason' AS reason FROM quarantine",
  schema_drift: 'SELECT observed_at, key_path, kind, models FROM schema_drift',
  sync_runs: 'SELECT observed_at, status, model_count, added, removed FROM sync_runs ORDER BY id DESC',
  absences: 'SELECT model_id, days_away FROM absences WHERE restored_at IS NOT NULL',
  attributes_history: `SELECT model_id FROM attributes_history
WHERE valid_from <= '2026-05-20' AND '2026-05-20' < valid_until AND supported_parameters LIKE '%"tools"%'`,
  calendar: 'SELECT month, count(*) AS days FROM calendar GROUP BY month',
  components: 'SELECT component, unit FROM components',
  conditional_prices: 'SELECT model_id, component, condition, times_base FROM conditional_prices WHERE times_base > 1',
  current_models: 'SELECT author, count(*) AS models FROM current_models GROUP BY author ORDER BY models DESC',
  current_offers:
    'SELECT model_id, prompt, completion FROM current_offers WHERE context_length >= 1000000 ORDER BY prompt',
  current_prices: "SELECT model_id, prompt, completion FROM current_prices WHERE author = 'openai' ORDER BY prompt",
  daily_prices:
    "SELECT day, per_million FROM daily_prices WHERE model_id = 'qwen/qwen3.6-plus' AND component = 'prompt'",
  limit_changes: 'SELECT model_id, field, old_limit, new_limit FROM limit_changes WHERE change_pct < 0',
  limit_cuts: 'SELECT observed_at, model_id, change_pct FROM limit_cuts',
  monthly_prices:
    "SELECT month, mean_per_million FROM monthly_prices WHERE model_id = 'qwen/qwen3.6-plus' AND component = 'prompt'",
  new_models: 'SELECT observed_at, model_id, prompt, completion FROM new_models',
  price_changes:
    "SELECT observed_at, model_id, change_pct FROM price_changes WHERE component = 'prompt' AND condition = ''",
  price_moves: 'SELECT model_id, component, change_pct FROM price_moves WHERE days = 30 ORDER BY change_pct',
  price_periods: "SELECT component, price_exact, valid_from FROM price_periods WHERE model_id = 'qwen/qwen3.6-plus'",
  recent_changes: "SELECT observed_at, model_id, type, field FROM recent_changes WHERE author = 'qwen'",
  removed_models: 'SELECT model_id, removed_at FROM removed_models ORDER BY removed_at DESC',
  run_health: 'SELECT last_good_at, last_status, runs_since_good FROM run_health',
};

function exampleOf(name: string): string {
  const sql = EXAMPLES[name];
  if (sql === undefined) throw new TypeError(`no example of ${name}: give it one`);
  const rows = sqlite.prepare(sql).raw().all().length;
  // The demonstration's ledger has no sweep.
  if (!/^(?:current_)?endpoint/.test(name)) expect([name, rows]).not.toEqual([name, 0]);
  return `\`\`\`sql\n${sql}\n\`\`\`\n`;
}
