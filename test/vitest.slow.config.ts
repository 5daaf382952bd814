import { mergeConfig } from 'vitest/config';
import base, { SLOW } from './vitest.config.ts';

/** `npm run test:slow`: the hundred kills, the day of faults, the installed package, every example. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  { test: { include: SLOW, testTimeout: 600_000 } },
);
