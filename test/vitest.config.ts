import { defineConfig } from 'vitest/config';

// Tests that look into a data file by themselves load the driver that the program loads (src/ledger/store/driver.ts).
const driver = Number.parseInt(process.versions.node, 10) < 22 ? 'better-sqlite3' : 'better-sqlite3-napi';

/** What takes minutes; `npm run test:slow` runs it. */
export const SLOW = [
  'test/program/kills.test.ts',
  'test/program/servedDay.test.ts',
  'test/program/package.test.ts',
  'test/program/unattended/kills.test.ts',
  'test/program/unattended/day.test.ts',
  'test/readme/examples.test.ts',
];

export default defineConfig({
  resolve: { alias: { 'better-sqlite3': driver } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: SLOW,
    globalSetup: ['test/build.ts'],
    // Against what hangs, not against slow machines.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The tests that spawn the program mostly wait for it: one worker would leave the second of two cores idle.
    maxWorkers: 2,
  },
});
