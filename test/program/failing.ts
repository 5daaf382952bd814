import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Exit } from './program.ts';
import { newFolder } from './program.ts';

/** `errno` of what may be told to a write. */
export const DISK_FULL = '28';
export const IO_ERROR = '5';

export const hasCompiler = canCompile();
if (!hasCompiler) console.info('no C compiler: failing writes are left out of this run');

function canCompile(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

/** Compiles the library of shim.c for this file's tests; the environment with which a process has these faults. */
export function compileFaults(): (faults: Readonly<Record<string, string>>) => Record<string, string> {
  let library: string;
  beforeAll(() => {
    if (!hasCompiler) return;
    library = join(newFolder(afterAll), 'shim.so');
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'shim.c'), '-ldl']);
  });
  return (faults) => ({ LD_PRELOAD: library, FAIL_PATH: '/ledger.db', ...faults });
}

/** How many calls a process with the library made that could have failed. */
export function callsOf({ stderr }: Exit): number {
  return Number(/^calls (\d+)$/m.exec(stderr)?.[1] ?? 0);
}
