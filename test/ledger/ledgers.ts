import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Archive } from '../../src/ledger/archive/archive.ts';
import { openBatch, type Recorded } from '../../src/ledger/record/record.ts';
import type { Snapshot } from '../../src/ledger/record/runs.ts';
import { type Ledger, openForWriting } from '../../src/ledger/store/open.ts';
import { runAtOnce } from '../../src/ledger/store/steps.ts';
import { transact } from '../../src/ledger/store/transaction.ts';
import { beginLedger, record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import type { Tables } from './naive.ts';
import { hour, snapshot } from './snapshots.ts';

/** An empty data file that is closed and removed when the test ends; one of a name is begun there, all others were before. */
export async function newLedger(file?: string): Promise<Ledger> {
  const ledger = await (file === undefined ? beginLedger(join(newFolder(), 'ledger.db')) : openForWriting(file));
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Records bodies an hour apart, each as a run of its own. */
export function recordAll(ledger: Ledger, ...bodies: readonly (string | Buffer | readonly unknown[])[]) {
  return bodies.map((body, i) => record(ledger, snapshot(hour(i), body)));
}

/** Records snapshots together, oldest first, as an import does. */
export function recordBatch(ledger: Ledger, snapshots: readonly Snapshot[]): { recorded: Recorded[]; dropped: number } {
  return transact(ledger, () => {
    const recorded: Recorded[] = [];
    const archive = new Archive(ledger, 'import');
    const batch = openBatch(ledger, snapshots[0]?.observedAt ?? '', archive, (one) => recorded.push(one));
    for (const snapshot of snapshots) runAtOnce(batch.add(snapshot));
    const dropped = runAtOnce(batch.finish());
    archive.flush();
    return { dropped, recorded };
  });
}

type Row = Record<string, string | number | null>;

export function select(ledger: Ledger, sql: string, ...values: readonly (string | number)[]): Row[] {
  return ledger.sqlite.prepare<(string | number)[], Row>(sql).all(...values);
}

/** Rows as arrays. */
export function rows(ledger: Ledger, sql: string): Tables['runs'] {
  return ledger.sqlite.prepare<[], Tables['runs'][number]>(sql).raw().all();
}

const RUN = (column: string): string => `(SELECT observed_at FROM sync_runs WHERE id = ${column})`;

/** The tables as the contract describes them, run ids given as the instants of the runs. */
export function readTables(ledger: Ledger): Tables {
  const interval = `valid_from, valid_to, ${RUN('opened_by')}, ${RUN('closed_by')}`;
  return {
    runs: rows(
      ledger,
      `SELECT observed_at, scope, status, model_count, added, removed, restored, repriced, limits_changed, updated, quarantined
       FROM sync_runs ORDER BY observed_at`,
    ),
    events: rows(
      ledger,
      `SELECT ${RUN('run_id')}, model_id, type, field, old_value, new_value, cause, change_pct, observed_at, previous_observed_at
       FROM change_events`,
    ),
    prices: rows(ledger, `SELECT model_id, component, condition, price, dynamic, ${interval} FROM pricing_history`),
    limits: rows(
      ledger,
      `SELECT model_id, context_length, top_provider_context_length, max_completion_tokens, is_moderated,
         request_prompt_tokens, request_completion_tokens, ${interval} FROM provider_limits`,
    ),
    models: rows(ledger, 'SELECT id, first_seen_at, last_seen_at, removed_at, document FROM models').map((row) => [
      ...row.slice(0, 4),
      JSON.stringify(JSON.parse(String(row[4]))),
    ]),
    quarantine: rows(ledger, `SELECT ${RUN('run_id')}, position, model_id, document FROM quarantine`).map((row) => [
      ...row.slice(0, 3),
      JSON.stringify(JSON.parse(String(row[3]))),
    ]),
    drift: rows(ledger, 'SELECT observed_at, key_path, kind, models, compared FROM schema_drift'),
  };
}

/** The rows that only one side has, as text; two equal sets of tables give nothing. */
export function differingRows(left: Tables, right: Tables): string[] {
  const lines = (tables: Tables): string[] =>
    Object.entries(tables).flatMap(([name, all]: [string, Tables['runs']]) =>
      all.map((row) => `${name} ${JSON.stringify(row)}`),
    );
  return [...onlyIn(lines(left), lines(right), 'left'), ...onlyIn(lines(right), lines(left), 'right')];
}

function onlyIn(these: readonly string[], others: readonly string[], side: string): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return these.flatMap((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left > 0 ? [] : [`only ${side}: ${line}`];
  });
}
