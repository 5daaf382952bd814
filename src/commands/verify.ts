import { escapeControls } from '../core/format/text.ts';
import { quantity } from '../core/format/units.ts';
import { verify } from '../ledger/record/verify.ts';
import type { Define } from './shared/command.ts';
import { type Context, print, printJson } from './shared/context.ts';
import { withProgram } from './shared/invocation.ts';
import type { CommandOptions } from './shared/options.ts';
import { noteNoList, reading } from './shared/reading.ts';

export const define: Define = (command, context) => {
  command
    .shares('db', 'json')
    .action((options: CommandOptions) => runVerify(options, context))
    .examples([
      ['verify', 'check every stored body, SQLite’s integrity, and the tables against the archive'],
      ['verify --db copy.db', 'check a backup'],
      ['verify --json | jq .problems', 'the problems for a program; the exit code is 1 when there are any'],
    ]);
};

async function runVerify({ db, json }: CommandOptions, context: Context): Promise<void> {
  await reading({ db }, context, async ({ ledger }) => {
    const result = await verify(ledger);
    const { bodies, runs, problems } = result;
    if (problems.length > 0) context.exitCode = 1;
    noteNoList({ ledger, context });
    if (json) printJson(context, result);
    else if (problems.length === 0) {
      print(
        context,
        `All is as the archive tells it: ${quantity(bodies, 'body', 'bodies')}, ${quantity(runs, 'run')}, every row of the tables.`,
      );
    } else {
      for (const problem of problems) print(context, escapeControls(problem));
      const remedy =
        'The archive is the truth: if its bodies are whole, model-ledger rebuild mends the tables. What no archive tells (a row that is not as it was written, or gone) only a backup has: model-ledger restore FILE. Without one, rebuild takes it as it is.';
      print(context, withProgram(remedy, context.program));
    }
  });
}
