import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../../src/ledger/store/lock.ts';
import { checksums, ledgerOf, newFolder, run, sample, start, touched } from '../program.ts';

describe('while another run writes', () => {
  test.each([
    ['sync', ['sync', '--source', sample(4)]],
    ['import', ['import', 'files', sample(4)]],
    ['rebuild', ['rebuild']],
  ])('%s --wait waits for its end, and leaves with 75 when that takes too long', async (_, args) => {
    const db = await ledgerOf(newFolder(), 3);
    const before = checksums(db);
    const lock = await acquireLock(db);
    const late = await run([...args, '--db', db, '--wait', '1s']);
    expect([late.code, late.stderr]).toEqual([75, expect.stringContaining('Another run is writing to')]);
    const { child, exit } = start([...args, '--db', db, '--wait', '30s'], { input: '' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode).toBe(null);
    expect(touched(before, checksums(db))).toEqual([]);
    lock.release();
    expect(await exit).toMatchObject({ code: 0 });
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });
});
