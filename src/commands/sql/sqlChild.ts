import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../config/childEnvironment.ts';
import type { SqlQuestion } from './sqlAnswer.ts';

/** What a question may take of memory in all, in megabytes. */
export const MEMORY = 512;
/** Of these, what V8 may: it collects garbage before it comes near the whole. */
const HEAP = 256;

/** As it is built, or as its source is run: then by what runs this one. */
const [PROGRAM, RUNNER] = import.meta.url.endsWith('.ts')
  ? (['./sqlProcess.ts', process.execArgv] as const)
  : (['./sqlProcess.cjs', []] as const);

/** How the process ended. */
export interface SqlEnd {
  /** Null where it was killed. */
  readonly exitCode: number | null;
  /** What it said on standard error. */
  readonly words: string;
}

/** A process that waits for one question, answers it and ends. Without a question it ends with this process. */
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
      // That it has gone is told by its end.
      socket.on('error', () => {});
    }
  }

  async ask(question: SqlQuestion): Promise<SqlEnd> {
    this.#process.ref();
    for (const socket of this.#sockets) socket.ref();
    // Not ended: that it ends tells the process that nobody waits any more, however this one went.
    this.#sockets.at(-1)?.write(`${JSON.stringify({ ...question, most: MEMORY * 2 ** 20 })}\n`);
    await this.#ended;
    return { exitCode: this.#process.exitCode, words: this.#words };
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

let waiting: SqlChild | undefined;

/** Starts the process that {@link sqlChild} will hand out: it takes longer to start than to answer. */
export function warmUp(): void {
  waiting ??= new SqlChild();
}

export function sqlChild(): SqlChild {
  const child = waiting ?? new SqlChild();
  waiting = undefined;
  return child;
}
