import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:fast`, for every day: what starts no process of its own, no browser and no large history. */
export default mergeConfig(base, {
  test: {
    exclude: [
      'test/program/**',
      'test/schedule/**',
      'test/export/**',
      'test/readme/**',
      'test/server/**',
      'test/docs/**',
      'test/endpoints/{recording,sweep,program,future}.test.ts',
      'test/ledger/{recordings,history.property,order,archive,fuzz,crash}.test.ts',
      'test/commands/{unattended,scheduleSystemd,scheduleCron,anyJson,injection}.test.ts',
      'test/notify/stalls.test.ts',
      'test/upstream/{misbehaving,memory,fuzz}.test.ts',
    ],
  },
});
