import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, row, time } from './measure.mjs';

/**
 * What a run takes where every price is another one than before, by the number of prices: up to the most that a list may
 * have. The time for one price may not grow with their number.
 * @param {string} folder
 * @param {import('./measure.mjs').Say} say
 */
export function prices(folder, say) {
  reprice(folder, 1000);
  const [tenth, most] = [reprice(folder, 10_000), reprice(folder, 100_000)];
  say(
    row(
      'sync of 100,000 prices, all changed (floor: ten times 10,000)',
      { measured: most, floor: tenth * 10, ratio: most / (tenth * 10) },
      'ms',
      '<= 1.5 x',
    ),
  );
}

/**
 * @param {string} folder
 * @param {number} count
 */
function reprice(folder, count) {
  const [db, body] = [join(folder, 'prices.db'), join(folder, 'prices.json')];
  /** @param {number} run */
  const write = (run) => writeFileSync(body, JSON.stringify({ data: makeModels(count, run) }));
  const sync = () => time([CLI, 'sync', '--source', body, '--db', db]);
  write(1);
  sync();
  write(2);
  const ms = sync();
  for (const path of [db, `${db}-wal`, `${db}-shm`, body]) rmSync(path, { force: true });
  return ms;
}

const PRICES_A_MODEL = 500;

/**
 * @param {number} count
 * @param {number} run
 */
function makeModels(count, run) {
  return Array.from({ length: count / PRICES_A_MODEL }, (_, model) => {
    /**
     * @param {unknown} _price
     * @param {number} i
     */
    const priceOf = (_price, i) => [`component_${i}`, `0.${run}${i}`];
    const pricing = Object.fromEntries(Array.from({ length: PRICES_A_MODEL }, priceOf));
    return { id: `author/model-${model}`, pricing };
  });
}
