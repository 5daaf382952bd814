import { realpathSync } from 'node:fs';
import { Option } from 'commander';
import { CONFIG_FILE, SETTINGS } from '../../config/settings.ts';
import type { Plan } from '../../schedule/plan.ts';
import { exposedFiles, resolvePlan, type ScheduleRequest } from '../../schedule/resolve.ts';
import { unseenVariables } from '../../schedule/variables.ts';
import type { LedgerCommand } from '../shared/command.ts';
import { type Context, note } from '../shared/context.ts';
import { readSpan } from '../shared/options.ts';

/** The options of both `systemd` and `cron`. */
export interface PlanOptions extends ScheduleRequest {
  readonly install?: boolean;
  readonly remove?: boolean;
  readonly json?: boolean;
}

/**
 * `--env-file` is the former name of `--variables`. It is hidden because Node, which takes an option of that name wherever
 * it is on the command line, obeys NODE_OPTIONS in the file and ends if it is missing.
 */
export function addPlanOptions(command: LedgerCommand): LedgerCommand {
  return command
    .shares('db')
    .option('--source <url|file>', 'where the list comes from')
    .option('--endpoints-every <span>', 'also sweep over the endpoints, if the last sweep is older: 6h', checkSpan)
    .option('--variables <file>', 'NAME=value lines for the sync: secrets stay out of its command line')
    .addOption(new Option('--env-file <file>').hideHelp())
    .option('--key-file <file>', "a file that holds OpenRouter's key and nothing else")
    .option('--webhook-url-file <file>', "a file that holds the webhook's address and nothing else")
    .option('--webhook-secret-file <file>', 'a file that holds the secret that signs its messages')
    .option('--ping-url-file <file>', "a file that holds the dead man's switch's address")
    .option('--install', 'install it, replacing an earlier one')
    .addOption(new Option('--remove', 'remove what --install installed').conflicts('install'))
    .shares('json');
}

export type Action = 'print' | 'install' | 'remove';

export function actionOf({ install, remove }: PlanOptions): Action {
  if (remove) return 'remove';
  return install ? 'install' : 'print';
}

/** Checks a span and returns it as typed, for the command line of the timer. */
function checkSpan(text: string): string {
  readSpan(text);
  return text;
}

/** The plan to run this very program. */
export function planFrom(options: PlanOptions, { env }: Context): Plan {
  const [, script = ''] = process.argv;
  const program = { node: process.execPath, cli: realpathSync(script), directory: process.cwd() };
  return resolvePlan(options, program, env);
}

/** Notes what would be a surprise at the first unattended run. */
export function notePitfalls(plan: Plan, context: Context): void {
  for (const file of exposedFiles(plan))
    note(context, `Other users can read ${file}; chmod 600 ${file} keeps them out.`);
  // Values from these two files are no problem: the scheduled run starts in the same folder and reads them too.
  const isRead = (name: string) => ['.env', CONFIG_FILE].includes(context.origins?.get(name) ?? '');
  // Nor are these: the command line of the timer has them.
  const said = ['MODEL_LEDGER_DB', ...(plan.source === undefined ? [] : ['MODEL_LEDGER_SOURCE'])];
  const names = SETTINGS.map(({ name }) => name).filter((name) => !said.includes(name) && !isRead(name));
  const unseen = unseenVariables(names, plan, context.env);
  if (unseen.length === 0) return;
  note(
    context,
    `Set here, but not seen by the scheduled sync: ${unseen.join(', ')} (give --variables, or write .env).`,
  );
}
