import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CLI = join(import.meta.dirname, '../../dist/cli.js');
const SAMPLE = join(import.meta.dirname, '../../data/sample');
export const FIRST = join(SAMPLE, '2026-05-01T06-00-00Z.json');

/** A folder with a ledger in it, a home, and a place for the system's tools. */
export interface Scene {
  readonly folder: string;
  readonly db: string;
  /** Puts a shell script where the program looks for a tool of the system. */
  readonly addTool: (name: string, script: string) => void;
  /** Runs the built command in that folder. */
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Outcome;
  readonly end: () => void;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function setScene(): Scene {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schedule-')));
  const tools = join(folder, 'bin');
  mkdirSync(tools);
  const run: Scene['run'] = (args, env = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: tools, HOME: folder, TZ: 'UTC', ...env },
    });
    return { code: status, stdout, stderr };
  };
  const db = join(folder, 'ledger.db');
  const made = run(['sync', '--db', db, '--source', FIRST]);
  if (made.code !== 0) throw new Error(made.stderr);
  return {
    folder,
    db,
    run,
    addTool: (name, script) => {
      writeFileSync(join(tools, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
      chmodSync(join(tools, name), 0o755);
    },
    end: () => rmSync(folder, { recursive: true }),
  };
}
