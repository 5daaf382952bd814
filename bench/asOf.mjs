import Database from 'better-sqlite3';
import { clock, median, row } from './measure.mjs';

/**
 * The price list of an instant, over all instants of the file; its floor is reading as many rows without a question.
 * @param {string} file
 * @param {import('./measure.mjs').Say} say
 */
export function asOf(file, say) {
  const db = new Database(file, { readonly: true });
  const instants = db.prepare('SELECT observed_at FROM sync_runs ORDER BY observed_at').pluck().all();
  const list = db.prepare(`SELECT model_id, component, condition, price FROM pricing_history
    WHERE valid_from <= :t AND (valid_to IS NULL OR valid_to > :t)`);
  const rows = db.prepare('SELECT model_id, component, condition, price FROM pricing_history LIMIT ?');
  /** @type {number[]} */
  const measured = [];
  /** @type {number[]} */
  const floors = [];
  for (const t of instants) {
    const { ms, result: prices } = clock(() => list.all({ t }));
    measured.push(ms);
    floors.push(clock(() => rows.all(prices.length)).ms);
  }
  db.close();
  const result = { measured: median(measured), floor: median(floors), ratio: median(measured) / median(floors) };
  say(row('the price list of an instant', result, 'ms', '< 10 ms', 2));
  const worst = {
    measured: Math.max(...measured),
    floor: median(floors),
    ratio: Math.max(...measured) / median(floors),
  };
  say(row('the same, the slowest instant', worst, 'ms', '< 10 ms', 2));
}
