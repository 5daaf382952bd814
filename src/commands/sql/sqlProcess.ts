import { readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { threadProgram } from '../../config/threadProgram.ts';
import { handleOutputError, reportError } from '../shared/reportError.ts';
import { answerQuestion, type SqlQuestion } from './sqlAnswer.ts';

/** A program of its own, which `sql` starts: it answers the question that comes as a line of JSON, and loads nothing else. */

/** The file descriptor on which it comes; where it ends, nobody asks any more. */
const QUESTIONS = 3;

async function run(): Promise<void> {
  const text = readLine();
  if (text === '') return;
  const { most, ...question }: SqlQuestion & { most: number } = JSON.parse(text);
  // While SQLite works, only another thread can look whether anybody still waits for it.
  new Worker(threadProgram('./sqlWatch.cjs', import.meta.url), { workerData: { questions: QUESTIONS, most } }).unref();
  await answerQuestion(question, process);
}

/** What comes before the first line end. */
function readLine(): string {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(1 << 16);
    const bytes = readSync(QUESTIONS, part);
    parts.push(part.subarray(0, bytes));
    // JSON itself has no line end in it.
    if (bytes === 0 || part.includes('\n')) return Buffer.concat(parts).toString('utf8');
  }
}

const { stdout, stderr } = process;
for (const stream of [stdout, stderr]) stream.on('error', (error) => handleOutputError(error, stream === stdout));
run().catch((error: unknown) => {
  process.exitCode = reportError(error, process);
});
