import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import journal from '../../migrations/meta/_journal.json' with { type: 'json' };
import { schemaDigests } from '../../src/ledger/store/migration/schemaCheck.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { newFolder } from '../program/program.ts';
import { newLedger, recordAll, rows } from './ledgers.ts';
import { hour } from './snapshots.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the tables', () => {
  it('are STRICT, all of them but the one of the migrator', async () => {
    const ledger = await newLedger(':memory:');
    expect(
      rows(
        ledger,
        "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      ),
    ).toEqual([
      ['__drizzle_migrations', 0],
      ...[
        ...['acceptances', 'archive', 'archive_packs', 'change_events'],
        ...['endpoint_answers', 'endpoint_events', 'endpoint_limits', 'endpoint_models', 'endpoint_prices'],
        ...['endpoint_quarantine', 'endpoint_sweeps', 'endpoint_telemetry', 'endpoint_texts', 'endpoints'],
        ...[
          'models',
          'outbox',
          'pricing_history',
          'provider_limits',
          'quarantine',
          'schema_drift',
          'seals',
          'sync_runs',
        ],
      ].map((name) => [name, 1]),
    ]);
  });

  it('are told from others by a digest, which each migration makes another one', () => {
    const { expected, found } = schemaDigests();
    expect(expected).toEqual(found);
  });

  it('and views are whole: no error, no dangling reference', async () => {
    const ledger = await newLedger(':memory:');
    expect(rows(ledger, 'PRAGMA integrity_check')).toEqual([['ok']]);
    for (const [view] of rows(ledger, "SELECT name FROM sqlite_schema WHERE type = 'view'")) {
      expect(rows(ledger, `SELECT * FROM ${view}`).length).toBe({ run_health: 1, components: 15 }[String(view)] ?? 0);
    }
  });
});

/** A ledger with one model, whose price and limits were closed by run 2 and opened anew by it. */
async function filled(): Promise<Ledger> {
  const ledger = await newLedger(':memory:');
  const document = (n: number) => [documentOf('a/1', { pricing: { prompt: String(n) }, context_length: n })];
  recordAll(ledger, document(1), document(2));
  return ledger;
}

const PRICE = `INSERT INTO pricing_history (model_id, component, condition, price, dynamic, valid_from, valid_to, opened_by, closed_by) VALUES`;
const LIMITS = `INSERT INTO provider_limits (model_id, context_length, valid_from, valid_to, opened_by, closed_by) VALUES`;
const EVENT = `INSERT INTO change_events (run_id, model_id, type, field, old_value, new_value, cause, change_pct, observed_at, previous_observed_at) VALUES`;
const RUN = `INSERT INTO sync_runs (trigger, source, scope, started_at, finished_at, observed_at, status, attempts, body_sha256, body_bytes, error_code) VALUES`;
const [T0, T1, T2] = [0, 1, 2].map((hours) => `'${hour(hours)}'`);
const HASH = `'${'a'.repeat(64)}'`;

describe('a nonsense row is refused', () => {
  it.each([
    [
      'a second open price of one key',
      `${PRICE} ('a/1', 'prompt', '', '3', 0, ${T2}, NULL, 2, NULL)`,
      'intervals of one price overlap',
    ],
    [
      'a price within an older interval',
      `${PRICE} ('a/1', 'prompt', '', '3', 0, '2026-03-01T00:30:00.000Z', ${T1}, 1, 2)`,
      'intervals of one price overlap',
    ],
    [
      'a price around an older interval',
      `${PRICE} ('a/1', 'prompt', '', '3', 0, '2020-01-01T00:00:00.000Z', ${T1}, 1, 2)`,
      'intervals of one price overlap',
    ],
    [
      'a price moved over another',
      `UPDATE pricing_history SET valid_to = ${T2} WHERE id = 1`,
      'intervals of one price overlap',
    ],
    [
      'a closed price opened beside another',
      'UPDATE pricing_history SET valid_to = NULL, closed_by = NULL WHERE id = 1',
      'intervals of one price overlap',
    ],
    [
      'an interval that ends where it begins',
      `${PRICE} ('a/1', 'new', '', '3', 0, ${T1}, ${T1}, 1, 2)`,
      'pricing_history_interval',
    ],
    [
      'an interval that ends before it begins',
      `${PRICE} ('a/1', 'new', '', '3', 0, ${T1}, ${T0}, 1, 2)`,
      'pricing_history_interval',
    ],
    [
      'an interval closed by nobody',
      `${PRICE} ('a/1', 'new', '', '3', 0, ${T0}, ${T1}, 1, NULL)`,
      'pricing_history_interval',
    ],
    [
      'an open interval closed by somebody',
      `${PRICE} ('a/1', 'new', '', '3', 0, ${T0}, NULL, 1, 2)`,
      'pricing_history_interval',
    ],
    [
      'an instant without zone',
      `${PRICE} ('a/1', 'new', '', '3', 0, '2026-03-01 00:00:00', NULL, 1, NULL)`,
      'pricing_history_interval',
    ],
    [
      'a price with an exponent',
      `${PRICE} ('a/1', 'new', '', '1e-7', 0, ${T0}, NULL, 1, NULL)`,
      'pricing_history_price',
    ],
    ['a negative price', `${PRICE} ('a/1', 'new', '', '-1', 0, ${T0}, NULL, 1, NULL)`, 'pricing_history_price'],
    ['an empty price', `${PRICE} ('a/1', 'new', '', '', 0, ${T0}, NULL, 1, NULL)`, 'pricing_history_price'],
    [
      'a dynamic price with an amount',
      `${PRICE} ('a/1', 'new', '', '1', 1, ${T0}, NULL, 1, NULL)`,
      'pricing_history_dynamic',
    ],
    [
      'a price that is neither',
      `${PRICE} ('a/1', 'new', '', NULL, 0, ${T0}, NULL, 1, NULL)`,
      'pricing_history_dynamic',
    ],
    ['a price of nobody', `${PRICE} ('x/1', 'new', '', '1', 0, ${T0}, NULL, 1, NULL)`, 'FOREIGN KEY'],
    ['a price of no run', `${PRICE} ('a/1', 'new', '', '1', 0, ${T0}, NULL, 9, NULL)`, 'FOREIGN KEY'],
    [
      'a price that is a blob',
      `${PRICE} ('a/1', 'new', '', x'31', 0, ${T0}, NULL, 1, NULL)`,
      'cannot store BLOB value in TEXT column',
    ],
    ['second open limits of one model', `${LIMITS} ('a/1', 3, ${T2}, NULL, 2, NULL)`, 'intervals of one model overlap'],
    [
      'limits moved over others',
      `UPDATE provider_limits SET valid_to = ${T2} WHERE id = 1`,
      'intervals of one model overlap',
    ],
    ['limits that end before they begin', `${LIMITS} ('a/1', 3, ${T1}, ${T0}, 1, 2)`, 'provider_limits_interval'],
    [
      'a word as a limit',
      `UPDATE provider_limits SET context_length = 'many'`,
      'cannot store TEXT value in INTEGER column',
    ],
    ['moderation of 2', 'UPDATE provider_limits SET is_moderated = 2', 'provider_limits_moderated'],
    [
      'an unknown type',
      `${EVENT} (1, 'a/1', 'renamed', 'name', 'a', 'b', NULL, NULL, ${T1}, ${T0})`,
      'change_events_type',
    ],
    [
      'an unknown cause',
      `${EVENT} (1, 'a/1', 'updated', 'name', 'a', 'b', 'whim', NULL, ${T1}, ${T0})`,
      'change_events_cause',
    ],
    [
      'a removal of a field',
      `${EVENT} (1, 'a/1', 'removed', 'name', NULL, NULL, NULL, NULL, ${T1}, ${T0})`,
      'change_events_',
    ],
    [
      'an update of nothing',
      `${EVENT} (1, 'a/1', 'updated', NULL, NULL, NULL, NULL, NULL, ${T1}, ${T0})`,
      'change_events_field',
    ],
    [
      'an update from nothing to nothing',
      `${EVENT} (1, 'a/1', 'updated', 'x', NULL, NULL, NULL, NULL, ${T1}, ${T0})`,
      'change_events_values',
    ],
    [
      'an event before the one before',
      `${EVENT} (1, 'a/1', 'removed', NULL, NULL, NULL, NULL, NULL, ${T0}, ${T1})`,
      'change_events_order',
    ],
    ['an event of nobody', `${EVENT} (1, 'x/1', 'removed', NULL, NULL, NULL, NULL, NULL, ${T1}, ${T0})`, 'FOREIGN KEY'],
    [
      'an unknown status',
      `${RUN} ('manual', 'x', 'x', ${T0}, ${T0}, ${T0}, 'fine', 1, ${HASH}, 1, NULL)`,
      'sync_runs_status',
    ],
    [
      'an unknown trigger',
      `${RUN} ('whim', 'x', 'x', ${T0}, ${T0}, ${T0}, 'changed', 1, ${HASH}, 1, NULL)`,
      'sync_runs_trigger',
    ],
    [
      'a good run without a body',
      `${RUN} ('manual', 'x', 'x', ${T0}, ${T0}, ${T0}, 'changed', 1, NULL, NULL, NULL)`,
      'sync_runs_body',
    ],
    [
      'a good run without an instant',
      `${RUN} ('manual', 'x', 'x', ${T0}, ${T0}, NULL, 'changed', 1, ${HASH}, 1, NULL)`,
      'sync_runs_body',
    ],
    [
      'a failure without a reason',
      `${RUN} ('manual', 'x', 'x', ${T0}, ${T0}, NULL, 'failed', 1, NULL, NULL, NULL)`,
      'sync_runs_error',
    ],
    ['a model without an id', `UPDATE models SET id = ''`, 'models_id'],
    ['a model gone and never seen last', `UPDATE models SET removed_at = ${T1}`, 'models_gone'],
    ['a model gone before it came', `UPDATE models SET last_seen_at = ${T0}, removed_at = ${T0}`, 'models_life'],
    ['a document that is not JSON', `UPDATE models SET document = '{'`, 'malformed JSON'],
    ['a body cut in another way', 'UPDATE archive SET cut = 2', 'archive_cut'],
    ['a body in no pack', 'UPDATE archive SET pack = 9', 'FOREIGN KEY'],
    [
      'the same body twice',
      `INSERT INTO archive (sha256, bytes, cut, pack, start) SELECT sha256, 1, 0, 1, 0 FROM archive WHERE id = 1`,
      'UNIQUE',
    ],
    [
      'drift on more models than there are',
      `INSERT INTO schema_drift (run_id, key_path, kind, models, compared, observed_at) VALUES (1, 'x', 'appeared', 3, 2, ${T0})`,
      'schema_drift_models',
    ],
    [
      'quarantine of a run that is not',
      `INSERT INTO quarantine (run_id, position, issues, document) VALUES (9, 0, '[]', '')`,
      'FOREIGN KEY',
    ],
    ['the end of a run that is referred to', 'DELETE FROM sync_runs WHERE id = 1', 'FOREIGN KEY'],
  ])('%s', async (_, sql, reason) => {
    const ledger = await filled();
    expect(() => ledger.sqlite.exec(sql)).toThrow(reason);
  });

  it('and intervals that touch are not', async () => {
    const ledger = await filled();
    ledger.sqlite.exec(`${PRICE} ('a/1', 'prompt', '', '3', 0, '2020-01-01T00:00:00.000Z', ${T0}, 1, 1)`);
    ledger.sqlite.exec(`${PRICE} ('a/1', 'prompt', 'min_prompt_tokens=1', '3', 0, ${T0}, NULL, 1, NULL)`);
    expect(rows(ledger, "SELECT count(*) FROM pricing_history WHERE component = 'prompt'")).toEqual([[4]]);
  });
});

describe('the migrations', () => {
  it('stand in strictly rising order', () => {
    const times = journal.entries.map(({ when }) => when);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(journal.entries.map(({ idx }) => idx)).toEqual(times.map((_, i) => i));
  });

  it('make what the schema in src says: generating finds nothing new', () => {
    const folder = newFolder();
    for (const part of ['src', 'migrations', 'drizzle.config.ts', 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const before = readdirSync(join(folder, 'migrations'));
    const args = [join(ROOT, 'node_modules/drizzle-kit/bin.cjs'), 'generate'];
    const said = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(readdirSync(join(folder, 'migrations'))).toEqual(before);
    expect(said).toContain('No schema changes');
  });
});

/** Debian's shell, which many people will open the file with. */
function hasShell(): boolean {
  try {
    execFileSync('sqlite3', ['--version']);
    return true;
  } catch {
    console.info('no sqlite3 on PATH: what it makes of the file is left out of this run');
    return false;
  }
}

describe.runIf(hasShell())('the sqlite3 shell', () => {
  it('opens the file and runs each view', async () => {
    const ledger = await newLedger();
    const dear = documentOf('a/1', {
      pricing: { prompt: '0.000002', image: '0.01', overrides: [{ min_prompt_tokens: 1, prompt: '3' }] },
    });
    recordAll(ledger, [documentOf('a/1'), documentOf('b/2', { pricing: { prompt: '-1' } })], [dear]);
    const ask = (sql: string): unknown => {
      const said = execFileSync('sqlite3', ['-json', ledger.file, sql], { encoding: 'utf8' });
      return said === '' ? [] : JSON.parse(said);
    };
    expect(ask('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(ask('SELECT id, name, author, context_length, first_seen_at FROM current_models')).toEqual([
      { id: 'a/1', name: 'The model a/1', author: 'a', context_length: 4096, first_seen_at: hour(0) },
    ]);
    expect(
      ask('SELECT model_id, prompt, completion, image_each, dynamic, conditional_prices FROM current_prices'),
    ).toEqual([{ model_id: 'a/1', prompt: 2, completion: null, image_each: 0.01, dynamic: 0, conditional_prices: 1 }]);
    expect(
      ask('SELECT component, condition, unit, old_value, new_value, old_per_million, new_price FROM price_changes'),
    ).toEqual(
      [
        ['prompt', '', 'token', '0.000001', '0.000002', 1, 0.000002],
        ['image', '', 'image', null, '0.01', null, 0.01],
        ['prompt', 'min_prompt_tokens=1', 'token', null, '3', null, 3],
      ].map(([component, condition, unit, old_value, new_value, old_per_million, new_price]) => {
        return { component, condition, unit, old_value, new_value, old_per_million, new_price };
      }),
    );
    expect(ask('SELECT model_id, first_seen_at, last_seen_at, removed_at, days_known FROM removed_models')).toEqual([
      { model_id: 'b/2', first_seen_at: hour(0), last_seen_at: hour(0), removed_at: hour(1), days_known: 0 },
    ]);
    expect(ask('SELECT model_id, type FROM recent_changes ORDER BY 1, 2')).toEqual([
      { model_id: 'a/1', type: 'repriced' },
      { model_id: 'a/1', type: 'repriced' },
      { model_id: 'a/1', type: 'repriced' },
      { model_id: 'b/2', type: 'removed' },
    ]);
    expect(ask('SELECT last_good_at, last_status, runs, runs_since_good, models_listed FROM run_health')).toEqual([
      { last_good_at: hour(1), last_status: 'changed', runs: 2, runs_since_good: 0, models_listed: 1 },
    ]);
  });
});
