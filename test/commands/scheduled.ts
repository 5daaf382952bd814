import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../program/call.ts';
import { type Exit, ledgerOf, newFolder } from '../program/program.ts';

/** A folder with a ledger in it, a home, and a place for the system's tools. */
export interface Scene {
  readonly folder: string;
  readonly db: string;
  /** Puts a shell script where the program looks for a tool of the system. */
  readonly addTool: (name: string, script: string) => void;
  /** Runs a command in that folder. */
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Exit>;
}

export async function setScene(): Promise<Scene> {
  const folder = newFolder();
  const tools = join(folder, 'bin');
  mkdirSync(tools);
  return {
    folder,
    db: await ledgerOf(folder, 1),
    // A blank variable is none: one that is set would be told as what a timer does not see.
    run: (args, env) =>
      call(args, { cwd: folder, env: { PATH: tools, HOME: folder, MODEL_LEDGER_RETRY_DELAY_MS: '', ...env } }),
    addTool: (name, script) => {
      writeFileSync(join(tools, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
      chmodSync(join(tools, name), 0o755);
    },
  };
}
