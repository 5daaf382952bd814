import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, row, time } from './measure.mjs';

/**
 * What a run takes of the largest lists that are accepted, where nothing is as it was: by the number of prices and of
 * keys. The time for one may not grow with their number.
 * @param {string} folder
 * @param {import('./measure.mjs').Say} say
 */
export function largest(folder, say) {
  for (const { what, count, makeModel } of [
    { what: 'prices, all changed', count: 100_000, makeModel: repriced },
    { what: 'unknown keys, all renamed', count: 400_000, makeModel: renamed },
  ]) {
    poll(folder, count / 100, makeModel);
    const tenth = poll(folder, count / 10, makeModel);
    const most = poll(folder, count, makeModel);
    const figures = { measured: most.ms, floor: tenth.ms * 10, ratio: most.ms / (tenth.ms * 10) };
    const name = `${count.toLocaleString('en')} ${what}`;
    say(row(`sync of ${name} (floor: ten times a tenth)`, figures, 'ms', '<= 1.5 x'));
    const grown = { measured: most.grown, floor: most.body, ratio: most.grown / most.body };
    say(row(`what the file grows by with ${name} (floor: the answer)`, grown, 'MB', '<= 30 x', 1));
  }
}

const A_MODEL = 500;

/**
 * @param {string} folder
 * @param {number} count
 * @param {(model: number, run: number) => object} makeModel
 */
function poll(folder, count, makeModel) {
  const [db, body] = [join(folder, 'largest.db'), join(folder, 'largest.json')];
  /** @param {number} run */
  const sync = (run) => {
    const data = Array.from({ length: count / A_MODEL }, (_, model) => makeModel(model, run));
    writeFileSync(body, JSON.stringify({ data }));
    return time([CLI, 'sync', '--source', body, '--db', db]);
  };
  sync(1);
  const before = megabytes(db);
  const ms = sync(2);
  const figures = { ms, grown: megabytes(db) - before, body: megabytes(body) };
  for (const path of [db, `${db}-wal`, `${db}-shm`, body]) rmSync(path, { force: true });
  return figures;
}

/** @param {string} path */
function megabytes(path) {
  return statSync(path).size / 1e6;
}

/**
 * @param {number} model
 * @param {number} run
 */
function repriced(model, run) {
  return { id: `author/model-${model}`, pricing: numbered((i) => [`component_${i}`, `0.${run}${i}`]) };
}

/**
 * @param {number} model
 * @param {number} run
 */
function renamed(model, run) {
  const keys = numbered((i) => [`key_${run}_${i}`, i]);
  return { id: `author/model-${model}`, pricing: { prompt: '0.000001' }, ...keys };
}

/** @param {(i: number) => readonly [string, unknown]} make */
function numbered(make) {
  return Object.fromEntries(Array.from({ length: A_MODEL }, (_, i) => make(i)));
}
