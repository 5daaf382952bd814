import { InvalidArgumentError, Option } from 'commander';
import { readSpanMs } from '../../core/time/when.ts';

/** Between two requests unless told: four a second is modest. */
export const PAUSE_MS = 250;

/** `--pause SPAN`, which every command takes that sweeps. */
export function pauseOption(): Option {
  return new Option('--pause <span>', 'between two requests of a sweep: 250ms, 1s')
    .argParser(readPause)
    .default(PAUSE_MS, '250ms');
}

/** Reads a pause, `250ms` or any other span, as milliseconds. */
function readPause(text: string): number {
  const [, ms] = /^(\d{1,7})ms$/.exec(text) ?? [];
  const span = ms === undefined ? readSpanMs(text) : Number(ms);
  if (span === undefined) throw new InvalidArgumentError('expected a pause such as 250ms, 1s or 0ms');
  return span;
}
