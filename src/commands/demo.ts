import { playDemo } from '../demo/play.ts';
import { QUERIES } from '../demo/queries.ts';
import type { Define } from './shared/command.ts';
import { type Context, print } from './shared/context.ts';
import { withProgram } from './shared/invocation.ts';
import { readFileName } from './shared/options.ts';
import { Style } from './shared/style.ts';
import { answerQuestion } from './sql/sqlAnswer.ts';

export const define: Define = (command, context) => {
  command
    // Without the default from the environment, because that names the file that is in use.
    .option('--db <file>', 'the data file of the demo, replaced each time', readFileName, 'demo.db')
    .action(({ db }: { db: string }) => runDemo(db, context))
    .examples([
      ['demo', 'play nine sample answers into demo.db in this folder, without a network'],
      ['prices --db demo.db', 'and ask it whatever you like'],
    ]);
};

async function runDemo(db: string, context: Context): Promise<void> {
  const style = Style.of(context);
  const isPlayed = await playDemo(db, {
    log: (text) => print(context, text),
    heading: style.strong,
    quiet: style.quiet,
  });
  if (!isPlayed) {
    context.exitCode = 1;
    return;
  }
  for (const { question, sql } of QUERIES) {
    print(context, `${style.strong(`\n${question}`)}\n${style.quiet(sql)}`);
    await answerQuestion({ db, query: sql }, context);
  }
  print(context, `\nThe ledger is ${db}. Look further, here or with any SQLite client:`);
  print(context, withProgram(`  model-ledger sql --db ${db} "SELECT * FROM recent_changes LIMIT 20"`, context.program));
  print(context, `  sqlite3 -box ${db} "SELECT * FROM recent_changes LIMIT 20"`);
}
