import { defineConfig } from 'vitest/config';

// Tests that look into a data file by themselves load the driver that the program loads (src/ledger/store/driver.ts).
const driver = Number.parseInt(process.versions.node, 10) < 22 ? 'better-sqlite3' : 'better-sqlite3-napi';

/** What takes longest: kills by the hundred, whole days, browsers, shells, other accounts. Only `npm run test:slow` runs it. */
export const SLOW = [
  'test/daemonBlocked.test.ts',
  'test/endpoints/{faults,recording,rhythm,stranger}.test.ts',
  'test/export/postgres.test.ts',
  'test/program/{catalogue,completion,faults,kills,memory,package,readingAccount,servedDay,source,writers}.test.ts',
  'test/program/unattended/{day,kills,migration}.test.ts',
  'test/readme/examples.test.ts',
  'test/server/browser.test.ts',
];

/** What is tried at a few points in every run of the suite, and at all of them in the slow one (test/thorough.ts). */
export const THOROUGH = [
  'test/program/{damage,archiveFormat}.test.ts',
  'test/ledger/{history.property,fuzz}.test.ts',
  'test/endpoints/order.property.test.ts',
  'test/core/pricing/week.property.test.ts',
  'test/commands/anyJson.test.ts',
  'test/server/sdk.test.ts',
  'test/docs/sql.test.ts',
];

export default defineConfig({
  resolve: { alias: { 'better-sqlite3': driver } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: SLOW,
    globalSetup: ['test/build.ts'],
    setupFiles: ['test/seed.ts'],
    // A test that comes to its end without having looked at anything has failed.
    expect: { requireAssertions: true },
    // Against what hangs, not against slow machines.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The tests that spawn the program mostly wait for it: one worker would leave the second of two cores idle.
    maxWorkers: 2,
    // No file alters what another one imports, and loading it all anew for each file was a tenth of the whole.
    isolate: false,
  },
});
