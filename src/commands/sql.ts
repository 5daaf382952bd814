import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { durationWords } from '../core/units.ts';
import { addExamples, type Context, dbOption, readSpan } from './command.ts';
import { addForms, limitOption } from './output.ts';
import type { Question } from './sqlAnswer.ts';

interface Options extends Question {
  readonly timeout: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** What a question may hold in memory, in megabytes. */
const MEMORY = 512;

export function define(command: Command, context: Context): void {
  command
    .argument('<query>', 'one SELECT, WITH, VALUES or EXPLAIN; - reads it from standard input')
    .addOption(dbOption())
    .option('--timeout <span>', 'stop it after that long; 0s: never', readSpan, DEFAULT_TIMEOUT_MS)
    .addOption(limitOption());
  addForms(command).action((query: string, options: Options) => sql(query, options, context));
  addExamples(command, [
    ['sql "SELECT * FROM removed_models ORDER BY removed_at DESC LIMIT 5"', 'the last five models that went'],
    [
      'sql "SELECT author, count(*) AS models FROM current_models GROUP BY author ORDER BY 2 DESC"',
      'who lists how many',
    ],
    ['sql --csv "SELECT * FROM current_prices" > prices.csv', 'a view for a spreadsheet'],
  ]);
}

/** SQLite cannot be interrupted from within its own process, so the question is asked in another one that can be ended. */
async function sql(query: string, options: Options, context: Context): Promise<void> {
  if (options.timeout > 0) {
    await askBounded(query, options, context);
    return;
  }
  const { answerQuestion } = await import('./sqlAnswer.ts');
  await answerQuestion(query, options, context);
}

async function askBounded(
  query: string,
  { db, timeout, limit, json, csv: isCsv }: Options,
  context: Context,
): Promise<void> {
  const flags = [
    ...(json ? ['--json'] : []),
    ...(isCsv ? ['--csv'] : []),
    ...(limit === undefined ? [] : ['--limit', String(limit)]),
  ];
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const args = [`--max-old-space-size=${MEMORY}`, cli, 'sql', '--timeout', '0s', '--db', db, ...flags, '--', query];
  // Its settings are its flags; what is wrong with the environment was told already.
  const env = Object.fromEntries(Object.entries(context.env).filter(([name]) => !name.startsWith('MODEL_LEDGER_')));
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  let isLate = false;
  const stop = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, timeout);
  context.signal.addEventListener('abort', stop, { once: true });
  await once(child, 'exit');
  clearTimeout(timer);
  if (isLate) {
    const hint = 'Ask for less, or give it longer with --timeout 60s.';
    throw new UsageError('too_long', `The question was not answered within ${durationWords(timeout)}.`, { hint });
  }
  if (context.signal.aborted) return;
  if (child.exitCode === null || child.exitCode > 128) {
    const hint = 'Ask for fewer or smaller rows.';
    throw new UsageError('too_large', `The question took more than ${MEMORY} MB of memory.`, { hint });
  }
  context.exitCode = child.exitCode;
}
