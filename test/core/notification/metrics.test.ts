import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Metrics, writeMetrics } from '../../../src/core/notification/metrics.ts';

const VITALS: Metrics = {
  lastSuccessAt: '2026-06-07T18:23:52.500Z',
  lastRun: { status: 'held', startedAt: '2026-06-07T19:23:50.000Z', finishedAt: '2026-06-07T19:23:51.250Z' },
  statuses: ['changed', 'unchanged', 'held', 'rejected', 'failed'],
  listed: 421,
  events: { added: 430, repriced: 17 },
  heldRuns: 1,
  quarantined: 2,
  messages: { waiting: 3, givenUp: 4 },
  fileBytes: 385_152,
};
const LINES = [
  'model_ledger_last_success_timestamp_seconds 1780856632.5',
  'model_ledger_last_run_timestamp_seconds 1780860231.25',
  'model_ledger_last_run_duration_seconds 1.25',
  'model_ledger_last_run_status{status="changed"} 0',
  'model_ledger_last_run_status{status="unchanged"} 0',
  'model_ledger_last_run_status{status="held"} 1',
  'model_ledger_last_run_status{status="rejected"} 0',
  'model_ledger_last_run_status{status="failed"} 0',
  'model_ledger_models_listed 421',
  'model_ledger_events_total{type="added"} 430',
  'model_ledger_events_total{type="repriced"} 17',
  'model_ledger_held_runs 1',
  'model_ledger_quarantined_entries 2',
  'model_ledger_outbox_waiting_messages 3',
  'model_ledger_outbox_given_up_messages 4',
  'model_ledger_file_size_bytes 385152',
];
const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

describe('the metrics', () => {
  test('are a line a number, each family with its help and type', () => {
    const lines = writeMetrics(VITALS).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(LINES);
    const families = [...new Set(LINES.map((line) => line.split(/[ {]/)[0]))];
    expect(lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])).toEqual(families);
    expect(lines.filter((line) => line.startsWith('# HELP')).map((line) => line.split(' ')[2])).toEqual(families);
  });

  test('leave out what has not happened yet', () => {
    const text = writeMetrics({ ...VITALS, lastSuccessAt: null, lastRun: null, events: {} });
    expect(text).not.toMatch(/last_|events_total|null|NaN/);
  });

  test('are lines as Prometheus reads them', () => {
    expect(writeMetrics(VITALS)).toMatch(/^(?:(?:# (?:HELP|TYPE) \S+ .+|[a-z_]+(?:\{[a-z]+="[a-z_]+"\})? [\d.]+)\n)+$/);
  });

  test.runIf(hasPromtool)('are accepted by promtool', () => {
    const input = writeMetrics(VITALS);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
