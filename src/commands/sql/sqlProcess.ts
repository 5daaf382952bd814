import { readFileSync } from 'node:fs';
import { handleOutputError, reportError } from '../shared/reportError.ts';
import { answerQuestion, type Question } from './sqlAnswer.ts';

/** A program of its own, which `sql` starts: it answers the question that comes as JSON, and loads nothing else. */

/** The file descriptor on which it comes; where it ends without one, nobody asks any more. */
const QUESTIONS = 3;

async function run(): Promise<void> {
  const text = readFileSync(QUESTIONS, 'utf8');
  if (text === '') return;
  const question: Question = JSON.parse(text);
  await answerQuestion(question, process);
}

const { stdout, stderr } = process;
for (const stream of [stdout, stderr]) stream.on('error', (error) => handleOutputError(error, stream === stdout));
run().catch((error: unknown) => {
  process.exitCode = reportError(error, process);
});
