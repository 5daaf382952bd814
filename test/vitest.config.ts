import { defineConfig } from 'vitest/config';

// Tests that look into a data file by themselves load the driver that the program loads (src/ledger/store/driver.ts).
const driver = Number.parseInt(process.versions.node, 10) < 22 ? 'better-sqlite3' : 'better-sqlite3-napi';

export default defineConfig({
  resolve: { alias: { 'better-sqlite3': driver } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The tests that spawn the program mostly wait for it: one worker would leave the second of two cores idle.
    maxWorkers: 2,
  },
});
