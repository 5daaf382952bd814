import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { makeSweepIndexes } from '../../src/ledger/store/migration/schemaCheck.ts';
import { dropRanges } from '../program/older.ts';
import { ask, endpointOf, newWorld, problemsOf, sweepAt, T } from './world.ts';

/** When the migration was made that left them out. */
const FEWER_INDEXES = 1_795_736_377_790;
/** A foreign key needs it. */
const ALWAYS = ['endpoint_models_model'];
const SWEPT = [
  ...['endpoint_answers_model', 'endpoint_answers_sweep'],
  ...['endpoint_events_endpoint', 'endpoint_events_model', 'endpoint_events_sweep'],
  ...['endpoint_limits_key', ...ALWAYS, 'endpoint_prices_key', 'endpoint_sweeps_started'],
  ...['endpoint_telemetry_sweep', 'endpoint_texts_sha256', 'endpoints_label', 'endpoints_label_unquantized'],
];

function indexes(db: string): unknown {
  const query = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name LIKE 'endpoint%' ORDER BY name";
  return ask(db, query).flat();
}

async function problems(db: string): Promise<unknown> {
  (await openForRecording(db)).close();
  return await problemsOf(db);
}

/** A list, and a sweep of its model where asked for. */
async function make({ isSwept }: { readonly isSwept: boolean }): Promise<string> {
  const { db, upstream } = await newWorld(['a/1']);
  if (!isSwept) return db;
  upstream.models.set('a/1', [endpointOf('A', '0.000001')]);
  await sweepAt(db, upstream.url, { at: T(1) });
  return db;
}

it('the first sweep makes the indexes on what it fills', async () => {
  const db = await make({ isSwept: false });
  expect([indexes(db), await problems(db)]).toEqual([ALWAYS, []]);
  const swept = await make({ isSwept: true });
  expect([indexes(swept), await problems(swept)]).toEqual([SWEPT, []]);
  new Database(swept).exec('DROP INDEX endpoint_events_model').close();
  expect(await problems(swept)).toEqual(['schema: the index endpoint_events_model is missing']);
});

it.each([
  [false, ALWAYS],
  [true, SWEPT],
])('a file of the schema before keeps them where it has sweeps: %s', async (isSwept, expected) => {
  const db = await make({ isSwept });
  const sqlite = new Database(db);
  makeSweepIndexes(sqlite);
  expect(indexes(db)).toEqual(SWEPT);
  dropRanges(sqlite);
  sqlite
    .exec(
      `DROP INDEX pricing_history_open;
      CREATE INDEX models_removed ON models (removed_at) WHERE "models"."removed_at" IS NOT NULL;
      CREATE INDEX pricing_history_to ON pricing_history (valid_to);
      DELETE FROM __drizzle_migrations WHERE created_at >= ${FEWER_INDEXES};
      PRAGMA user_version = 10`,
    )
    .close();
  expect([await problems(db), indexes(db)]).toEqual([[], expected]);
});
