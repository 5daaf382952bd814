import { realpathSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Plan } from '../../schedule/plan.ts';
import { exposedFiles, type Request, resolvePlan, unseenVariables } from '../../schedule/resolve.ts';
import { type Context, dbOption, jsonOption, note } from '../command.ts';

/** What both schedulers take. */
export interface PlanOptions extends Request {
  readonly install?: boolean;
  readonly remove?: boolean;
  readonly json?: boolean;
}

/** The flags of both. */
export function addPlanOptions(command: Command): Command {
  return command
    .addOption(dbOption())
    .option('--source <url|file>', 'where the list comes from')
    .option('--env-file <file>', 'NAME=value lines for the sync: secrets stay out of its command line')
    .option('--key-file <file>', "a file that holds OpenRouter's key and nothing else")
    .option('--install', 'install it, in the place of an earlier one')
    .addOption(new Option('--remove', 'remove what --install installed').conflicts('install'))
    .addOption(jsonOption());
}

/** What is to be run, of this very program, with every path absolute. */
export function planFrom(options: PlanOptions): Plan {
  const [, script = ''] = process.argv;
  return resolvePlan(options, { node: process.execPath, cli: realpathSync(script), directory: process.cwd() });
}

/** Tells what would surprise at the first run that nobody watches. */
export function warn(plan: Plan, context: Context): void {
  for (const file of exposedFiles(plan)) note(context, `other users can read ${file}: chmod 600 ${file}`);
  const unseen = unseenVariables(plan, context.env);
  if (unseen.length === 0) return;
  note(context, `set here, but not seen by the scheduled sync: ${unseen.join(', ')} (give --env-file, or write .env)`);
}
