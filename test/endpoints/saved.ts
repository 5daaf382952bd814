import { importEndpoints } from '../../src/importEndpoints.ts';
import { openFiles } from '../../src/upstream/files/files.ts';
import type { Row } from './rows.ts';
import { ask, type Json } from './world.ts';

/** Answers about all models at one instant, by model, to the byte as an upstream of `world.ts` gives them. */
export function savedAt(observedAt: string, endpoints: Readonly<Record<string, readonly Json[]>>): string {
  const answers = Object.entries(endpoints).map(([id, list]) => [id, { data: { id, name: id, endpoints: list } }]);
  return JSON.stringify({ observed_at: observedAt, endpoints: Object.fromEntries(answers) });
}

/** Imports saved answers, as the command would; files tell themselves when they were observed. */
export async function importFiles(db: string, paths: readonly string[]): Promise<void> {
  const now = new Date('2026-12-01');
  const { signal } = new AbortController();
  const history = await openFiles(paths, { now, signal, onLeftOut: () => {}, mayTellThemselves: true });
  const outside = { now: () => now, signal, onProgress: () => {}, onLeftOut: () => {} };
  await importEndpoints({ db, history, isDated: false }, outside);
}

/** A price as upstream writes it, told plainly: a decimal without a tail of zeros. */
export function plain(value: unknown): string {
  const text = String(value);
  if (Number(text) < 0) return 'dynamic';
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/**
 * What the tables say, without the ids that depend on the order of recording.
 * @param withSweeps also of the sweeps that recorded it, by when they began
 */
export function told(db: string, withSweeps: boolean): string[][] {
  return toldBy((sql) => ask(db, sql), withSweeps);
}

export function toldBy(select: (sql: string) => readonly Row[], withSweeps: boolean): string[][] {
  const at = (...sweeps: string[]): string =>
    sweeps.map((id) => (withSweeps ? `, (SELECT started_at FROM endpoint_sweeps WHERE id = ${id})` : '')).join('');
  const label =
    '(SELECT model_id || provider || tag || coalesce(quantization, 0) || twin FROM endpoints WHERE id = endpoint_id)';
  return [
    'model_id, provider, tag, quantization, twin, first_seen_at, last_seen_at, missing_since, removed_at, document FROM endpoints',
    `${label}, component, condition, price, dynamic, valid_from, valid_to${at('opened_by', 'closed_by')} FROM endpoint_prices`,
    `${label}, context_length, max_prompt_tokens, max_completion_tokens, valid_from, valid_to FROM endpoint_limits`,
    `${label}, type, field, old_value, new_value, cause, change_pct, observed_at, previous_observed_at${at('sweep_id')} FROM endpoint_events`,
  ].map((what) =>
    select(`SELECT ${what}`)
      .map((row) => JSON.stringify(row))
      .sort(),
  );
}
