import type { ChildProcess } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { acquireLock, lockPath } from '../../../src/ledger/store/lock.ts';
import { checksums, ledgerOf, newFolder, run, sample, start, touched } from '../program.ts';

/** Until the process has been seen with its hand on the lock, where the system shows that. */
async function triesLock(child: ChildProcess, lock: string): Promise<void> {
  if (process.platform !== 'linux') return;
  while (child.exitCode === null && !filesOf(child.pid).includes(lock)) await setImmediate();
}

/** What a process has open: a moment later it may be another's. */
function filesOf(pid = 0): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => readLink(join(folder, name)));
  } catch {
    return [];
  }
}

function readLink(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

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
    const { child, exit } = start([...args, '--db', db, '--wait', '120s'], { input: '' });
    await triesLock(child, lockPath(db));
    expect(child.exitCode).toBe(null);
    expect(touched(before, checksums(db))).toEqual([]);
    lock.release();
    expect(await exit).toMatchObject({ code: 0 });
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });
});
