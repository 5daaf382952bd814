import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { documentOf } from '../core/documents.ts';
import { makeOlder } from '../program/older.ts';
import { newFolder } from '../program/program.ts';
import { differingRows, newLedger, readTables, recordAll, rows } from './ledgers.ts';

const DAYS = '["sunday","saturday"]';

const weekend = (prompt: string) =>
  documentOf('a/weekend', { pricing: { prompt, overrides: [{ utc_days: JSON.parse(DAYS), prompt: '1' }] } });
const wordy = documentOf('b/wordy', { per_request_limits: { prompt_tokens: 'Infinity' } });
const others = Array.from({ length: 9 }, (_, i) => documentOf(`c/${i}`));

/** What was recorded by the rules before: weekdays as JSON, their flips as news, limits in words set aside. */
const AS_BEFORE = `
  UPDATE pricing_history SET condition = 'utc_days=${DAYS}' WHERE condition <> '';
  UPDATE change_events SET type = 'repriced', cause = NULL WHERE cause = 'clock';
  UPDATE sync_runs SET repriced = repriced + updated, updated = 0, added = 10, quarantined = 1 WHERE id > 1;
  DELETE FROM pricing_history WHERE model_id = 'b/wordy';
  DELETE FROM provider_limits WHERE model_id = 'b/wordy';
  DELETE FROM change_events WHERE model_id = 'b/wordy';
  DELETE FROM models WHERE id = 'b/wordy';
  INSERT INTO quarantine (run_id, position, model_id, issues, document)
    VALUES (1, 1, 'b/wordy', '[{"path":"per_request_limits.prompt_tokens","reason":"Invalid input"}]', '{}')`;

it('a file that was written by older rules says what today’s say, once it is migrated', async () => {
  const file = join(newFolder(), 'ledger.db');
  const ledger = await newLedger(file);
  const lists = ['2', '1', '2', '1'].map((prompt) => [weekend(prompt), wordy, ...others]);
  recordAll(ledger, ...lists);
  const expected = readTables(ledger);
  expect(rows(ledger, "SELECT field, cause FROM change_events WHERE type = 'updated'")).toEqual(
    Array.from({ length: 3 }, () => ['pricing.prompt', 'clock']),
  );
  ledger.sqlite.exec(AS_BEFORE);
  ledger.close();
  makeOlder(file);

  const migrated = await openForRecording(file);
  try {
    expect(differingRows(readTables(migrated), expected)).toEqual([]);
    expect((await verify(migrated)).problems).toEqual([]);
  } finally {
    migrated.close();
  }
});

it('a file without schedules is migrated without being read anew', async () => {
  const file = join(newFolder(), 'ledger.db');
  const ledger = await newLedger(file);
  recordAll(ledger, others);
  ledger.sqlite.exec("UPDATE models SET document = json_set(document, '$.name', 'as it was') WHERE id = 'c/1'");
  ledger.close();
  makeOlder(file);
  const migrated = await openForRecording(file);
  expect(rows(migrated, "SELECT name FROM models WHERE id = 'c/1'")).toEqual([['as it was']]);
  migrated.close();
});
