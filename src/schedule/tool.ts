import { execFile } from 'node:child_process';
import { childEnvironment } from '../config/childEnvironment.ts';
import type { Env } from '../config/settings.ts';
import { UsageError } from '../core/errors.ts';

export interface ToolOutcome {
  readonly code: number;
  /** Decoded as latin1, one character per byte, so that text that is not UTF-8 can be written back unchanged. */
  readonly stdout: string;
  /** Joined to one line. */
  readonly stderr: string;
}

/** Runs a tool of the system without a shell, its messages in English; undefined if it is not installed. */
export function runTool(env: Env, tool: string, args: readonly string[], input = ''): Promise<ToolOutcome | undefined> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...childEnvironment(env), LC_ALL: 'C' },
      encoding: 'buffer' as const,
      timeout: 60_000,
      killSignal: 'SIGKILL' as const,
    };
    const child = execFile(tool, [...args], options, (error, stdout, stderr) => {
      const output = {
        stdout: stdout.toString('latin1'),
        stderr: stderr.toString('utf8').trim().replaceAll('\n', '; '),
      };
      if (error === null) resolve({ code: 0, ...output });
      else if (typeof error.code === 'number') resolve({ code: error.code, ...output });
      else if (error.code === 'ENOENT') resolve(undefined);
      else reject(failed(`${tool} could not be run (${error.message}).`, 'Look whether it works by hand.', error));
    });
    // A tool may close its input without reading it. Its exit code says whether that matters.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input, 'latin1');
  });
}

export function failed(message: string, hint: string, cause?: unknown): UsageError {
  return new UsageError('schedule', message, { hint, cause });
}
