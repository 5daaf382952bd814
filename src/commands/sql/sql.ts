import { UsageError } from '../../core/errors.ts';
import { durationWords } from '../../core/format/units.ts';
import { NotText, SAVE_AS_UTF8 } from '../../core/reading/text/encoding.ts';
import { readWhole } from '../../upstream/input.ts';
import type { Define } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import { spanOption } from '../shared/options.ts';
import type { SqlQuestion } from './sqlAnswer.ts';
import { MEMORY, sqlChild } from './sqlChild.ts';

interface Options extends Omit<SqlQuestion, 'query'> {
  readonly timeout: number;
}

export const define: Define = (command, context) => {
  command
    .argument('<query>', 'one SELECT, WITH, VALUES or EXPLAIN; - reads it from standard input')
    .shares('db')
    .addOption(spanOption('--timeout <span>', 'stop it after this long; 0s: never', '10s'))
    .shares('limit', 'json', 'csv')
    .action((query: string, options: Options) => sql(query, options, context))
    .examples([
      ['sql "SELECT * FROM removed_models ORDER BY removed_at DESC LIMIT 5"', 'the last five models that were removed'],
      [
        'sql "SELECT author, count(*) AS models FROM current_models GROUP BY author ORDER BY 2 DESC"',
        'how many models each author has',
      ],
      ['sql --csv "SELECT * FROM current_prices" > prices.csv', 'a view for a spreadsheet'],
    ]);
};

async function readQuestion({ stdin, signal }: Context): Promise<string> {
  return await readWhole('-', stdin, signal).catch((cause: unknown) => {
    if (!(cause instanceof NotText)) throw cause;
    throw new UsageError('bad_sql', `The question cannot be read: ${cause.message}.`, { hint: SAVE_AS_UTF8, cause });
  });
}

/** SQLite cannot be interrupted from its own thread, so the query runs in a child process that can be killed. */
async function sql(query: string, { timeout, ...options }: Options, context: Context): Promise<void> {
  const question = { query: query === '-' ? await readQuestion(context) : query, ...options };
  const child = sqlChild();
  let isLate = false;
  const stop = (): void => child.kill();
  const onLate = (): void => {
    isLate = true;
    stop();
  };
  const timer = timeout > 0 ? setTimeout(onLate, timeout) : undefined;
  context.signal.addEventListener('abort', stop, { once: true });
  if (context.signal.aborted) stop();
  const { exitCode, words } = await child.ask(question);
  clearTimeout(timer);
  if (context.signal.aborted) return;
  if (isLate) {
    const hint = 'Ask for less, or give it longer with --timeout 60s.';
    throw new UsageError('too_long', `The question was not answered within ${durationWords(timeout)}.`, { hint });
  }
  if (exitCode === null || exitCode > 128) {
    const hint = 'Ask for fewer or smaller rows.';
    throw new UsageError('too_large', `The question took more than ${MEMORY} MB of memory.`, { hint });
  }
  context.stderr.write(words);
  context.exitCode = exitCode;
}
