import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:fast`, for every day: what starts no process of its own and no large history. */
export default mergeConfig(base, {
  test: {
    exclude: [
      'test/program/**',
      'test/schedule/**',
      'test/export/**',
      'test/readme/**',
      'test/ledger/recordings.test.ts',
    ],
  },
});
