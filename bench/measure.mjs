import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Runs a whole process and returns its wall time in milliseconds. */
export function time(args, options = {}) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Two commands in turn, so that a drift of the machine meets both: medians, and the median of the pairwise ratios. */
export function pair(times, measured, floor) {
  const pairs = Array.from({ length: times }, () => [measured(), floor()]);
  return {
    measured: median(pairs.map(([a]) => a)),
    floor: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}

export function row(what, { measured, floor, ratio }, unit, target, digits = 0) {
  const show = (value) => `${value.toFixed(digits)} ${unit}`;
  return { what, value: show(measured), floor: show(floor), ratio: ratio.toFixed(2), target };
}

/** The same numbers in every run. */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
