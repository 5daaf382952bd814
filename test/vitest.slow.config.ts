import { mergeConfig } from 'vitest/config';
import base, { SLOW, THOROUGH } from './vitest.config.ts';

/** `npm run test:slow`: the hundred kills, the day of faults, the installed package, every example, every point of what is tried. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  { test: { include: [...SLOW, ...THOROUGH], testTimeout: 600_000, env: { MODEL_LEDGER_SLOW_TESTS: '1' } } },
);
