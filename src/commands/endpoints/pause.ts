import { Option } from 'commander';
import { readSpan } from '../shared/options.ts';

/** Between two requests unless told: four a second is modest. */
export const PAUSE_MS = 250;

/** `--pause SPAN`, which every command takes that sweeps. */
export function pauseOption(): Option {
  return new Option('--pause <span>', 'between two requests of a sweep: 250ms, 1s')
    .argParser(readSpan)
    .default(PAUSE_MS, '250ms');
}
