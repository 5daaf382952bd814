import { readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { threadProgram } from '../../config/threadProgram.ts';
import { handleOutputError, reportError } from '../shared/reportError.ts';
import { answerQuestion, type SqlQuestion } from './sqlAnswer.ts';

/** The program of the child process that `sql` starts. It reads a query as a line of JSON and answers it. */

/** The file descriptor that the query comes through. It is closed when the parent process is gone. */
const QUESTIONS = 3;

async function run(): Promise<void> {
  const text = readLine();
  if (text === '') return;
  const { most, ...question }: SqlQuestion & { most: number } = JSON.parse(text);
  // SQLite blocks this thread, so another one has to notice that the parent process is gone.
  new Worker(threadProgram('./sqlWatch.cjs', import.meta.url), { workerData: { questions: QUESTIONS, most } }).unref();
  await answerQuestion(question, process);
}

function readLine(): string {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(1 << 16);
    const bytes = readSync(QUESTIONS, part);
    parts.push(part.subarray(0, bytes));
    // JSON contains no line break, so the first one is the end.
    if (bytes === 0 || part.includes('\n')) return Buffer.concat(parts).toString('utf8');
  }
}

const { stdout, stderr } = process;
for (const stream of [stdout, stderr]) stream.on('error', (error) => handleOutputError(error, stream === stdout));
run().catch((error: unknown) => {
  process.exitCode = reportError(error, process);
});
