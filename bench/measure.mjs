import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * A time or a size beside its floor, and the one by the other.
 * @typedef {{ readonly measured: number, readonly floor: number, readonly ratio: number }} Measured
 * @typedef {{ what: string, value: string, floor: string, ratio: string, target: string }} Row of the table
 * @typedef {(row: Row) => void} Say
 */

export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/**
 * Runs a whole process and returns its wall time in milliseconds.
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function time(args, options = {}) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

/** The floor of a start: a Node that does nothing. */
export const bareNode = () => time(['-e', '0']);

/**
 * The floor of a run: reading and parsing the list of a file.
 * @param {string} file
 */
export const readAndParse = (file) =>
  time(['-e', `JSON.parse(require('node:fs').readFileSync(${JSON.stringify(file)}, 'utf8'))`]);

/**
 * What work gives, and how long it took in milliseconds.
 * @template T
 * @param {() => T} work
 */
export function clock(work) {
  const begun = performance.now();
  const result = work();
  return { ms: performance.now() - begun, result };
}

/** @param {readonly number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Two commands in turn, so that a drift of the machine meets both: medians, and the median of the pairwise ratios.
 * @param {number} times
 * @param {() => number} measured
 * @param {() => number} floor
 * @returns {Measured}
 */
export function pair(times, measured, floor) {
  const pairs = Array.from({ length: times }, () => ({ ours: measured(), bare: floor() }));
  return {
    measured: median(pairs.map(({ ours }) => ours)),
    floor: median(pairs.map(({ bare }) => bare)),
    ratio: median(pairs.map(({ ours, bare }) => ours / bare)),
  };
}

/**
 * @param {string} what
 * @param {Measured} measured
 * @param {string} unit
 * @param {string} target
 * @param {number} [digits]
 * @returns {Row}
 */
export function row(what, { measured, floor, ratio }, unit, target, digits = 0) {
  /** @param {number} value */
  const show = (value) => `${value.toFixed(digits)} ${unit}`;
  return { what, value: show(measured), floor: show(floor), ratio: ratio.toFixed(2), target };
}

/**
 * The same numbers in every run.
 * @param {number} seed
 */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
