import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../config/childEnvironment.ts';
import type { SqlQuestion } from './sqlAnswer.ts';

/** How much memory the child process may use, in megabytes. */
export const MEMORY = 512;
/** The limit for V8's share of it, so that V8 collects garbage before the whole is used up. */
const HEAP = 256;

/** The built program or, when this program runs from source, the TypeScript file with the same loader. */
const [PROGRAM, RUNNER] = import.meta.url.endsWith('.ts')
  ? (['./sqlProcess.ts', process.execArgv] as const)
  : (['./sqlProcess.cjs', []] as const);

/** How the child process ended. */
export interface SqlEnd {
  /** Null if it was killed. */
  readonly exitCode: number | null;
  /** What it printed on standard error. */
  readonly words: string;
}

type SqlChild = ReturnType<typeof startChild>;

/** A child process that waits for one query, answers it and ends. It also ends with this process. */
function startChild() {
  const program = fileURLToPath(new URL(PROGRAM, import.meta.url));
  const child = spawn(process.execPath, [...RUNNER, `--max-old-space-size=${HEAP}`, program], {
    env: childEnvironment(process.env),
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  ended.catch(() => {});
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  child.unref();
  const sockets = child.stdio.filter((stream) => stream instanceof Socket);
  for (const socket of sockets) {
    socket.unref();
    // If the child is gone, `ask` notices that when the process closes.
    socket.on('error', () => {});
  }
  const ask = async (question: SqlQuestion): Promise<SqlEnd> => {
    child.ref();
    for (const socket of sockets) socket.ref();
    // The socket stays open: its end tells the child that this process is gone, for whatever reason.
    sockets.at(-1)?.write(`${JSON.stringify({ ...question, most: MEMORY * 2 ** 20 })}\n`);
    await ended;
    return { exitCode: child.exitCode, words };
  };
  return { ask, kill: (): void => void child.kill('SIGKILL') };
}

let waiting: SqlChild | undefined;

/** Starts the process for {@link sqlChild} early, because starting takes longer than answering. */
export function warmUp(): void {
  waiting ??= startChild();
}

export function sqlChild(): SqlChild {
  const child = waiting ?? startChild();
  waiting = undefined;
  return child;
}
