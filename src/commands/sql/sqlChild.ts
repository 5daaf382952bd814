import { type ChildProcess, spawn } from 'node:child_process';
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

/** A child process that waits for one query, answers it and ends. It also ends with this process. */
class SqlChild {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #sockets: readonly Socket[];
  #words = '';

  constructor() {
    const program = fileURLToPath(new URL(PROGRAM, import.meta.url));
    this.#process = spawn(process.execPath, [...RUNNER, `--max-old-space-size=${HEAP}`, program], {
      env: childEnvironment(process.env),
      stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#process, 'close');
    this.#ended.catch(() => {});
    this.#sockets = this.#process.stdio.filter((stream) => stream instanceof Socket);
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#words += text;
    });
    this.#process.unref();
    for (const socket of this.#sockets) {
      socket.unref();
      // If the child is gone, `ask` notices that when the process closes.
      socket.on('error', () => {});
    }
  }

  async ask(question: SqlQuestion): Promise<SqlEnd> {
    this.#process.ref();
    for (const socket of this.#sockets) socket.ref();
    // The socket stays open: its end tells the child that this process is gone, for whatever reason.
    this.#sockets.at(-1)?.write(`${JSON.stringify({ ...question, most: MEMORY * 2 ** 20 })}\n`);
    await this.#ended;
    return { exitCode: this.#process.exitCode, words: this.#words };
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

let waiting: SqlChild | undefined;

/** Starts the process for {@link sqlChild} early, because starting takes longer than answering. */
export function warmUp(): void {
  waiting ??= new SqlChild();
}

export function sqlChild(): SqlChild {
  const child = waiting ?? new SqlChild();
  waiting = undefined;
  return child;
}
