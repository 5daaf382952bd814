import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Question } from './sqlAnswer.ts';

/** What a question may hold in memory, in megabytes. */
export const MEMORY = 512;

/** A process that waits for one question, answers it and ends. Without a question it ends with this process. */
class SqlChild {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #questions: Socket;

  constructor() {
    const program = fileURLToPath(new URL('./sqlProcess.cjs', import.meta.url));
    this.#process = spawn(process.execPath, [`--max-old-space-size=${MEMORY}`, program], {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    });
    this.#ended = once(this.#process, 'exit');
    this.#ended.catch(() => {});
    const pipe = this.#process.stdio[3];
    if (!(pipe instanceof Socket)) throw new TypeError('no pipe to the process');
    // That it has gone is told by its end.
    this.#questions = pipe.on('error', () => {});
    this.#process.unref();
    this.#questions.unref();
  }

  /** Asks, and returns how it ended: its exit code, or null where it was killed. */
  async ask(question: Question): Promise<number | null> {
    this.#process.ref();
    this.#questions.end(JSON.stringify(question));
    await this.#ended;
    return this.#process.exitCode;
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
