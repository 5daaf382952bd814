import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { type CronPlan, cronLine } from '../../schedule/crontab.ts';
import { installCron, removeCron } from '../../schedule/installCron.ts';
import { checkPresent } from '../../schedule/resolve.ts';
import { foreignVariables } from '../../schedule/variables.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, printAsIs, printJson } from '../shared/context.ts';
import { type Action, actionOf, notePitfalls, type PlanOptions, planFrom } from './options.ts';

interface Options extends PlanOptions {
  readonly every?: string;
}

export const defineCron: Define = (command, context) => {
  command
    .option('--every <schedule>', 'when, as five cron fields or @daily (default: hourly, at a minute of its own)')
    .action((options: Options) => runCron(options, context))
    .examples([
      ['schedule cron', 'print the line, for crontab -e'],
      ["schedule cron --install --every '20 4 * * *'", 'put it into your crontab, replacing an earlier one'],
      ['schedule cron --remove', 'take it out again'],
    ]);
};

async function runCron(options: Options, context: Context): Promise<void> {
  const base = planFrom(options, context);
  const plan: CronPlan = { ...base, every: options.every ?? `${minuteOf(base.db)} * * * *` };
  const { line } = cronLine(plan);
  const action = actionOf(options);
  if (action === 'install') checkPresent(plan);
  if (action !== 'remove') {
    notePitfalls(plan, context);
    const foreign = foreignVariables(plan);
    if (foreign.length > 0)
      note(
        context,
        `No settings of this program, and not set for its run: ${foreign.join(', ')} (${plan.environmentFile}).`,
      );
  }
  const changed = await act(action, plan, context);
  if (options.json) printJson(context, { action, changed, db: plan.db, line });
  else if (action !== 'remove') printAsIs(context, line);
  if (action === 'print') note(context, 'Nothing was installed; --install puts this line into your crontab.');
  else note(context, DONE[action][changed ? 'changed' : 'unchanged']);
}

const DONE = {
  install: { changed: 'This line is in your crontab.', unchanged: 'This line was in your crontab already.' },
  remove: { changed: 'The line is out of your crontab.', unchanged: 'There was no line for this data file.' },
} as const;

async function act(action: Action, plan: CronPlan, { env }: Context): Promise<boolean> {
  if (action === 'install') return installCron(plan, env);
  return action === 'remove' && removeCron(plan.db, env);
}

/** A minute that differs between machines, so that they do not all ask at once, but stays the same for this file. */
function minuteOf(db: string): number {
  return createHash('sha256').update(`${hostname()}\n${db}`).digest().readUInt16BE(0) % 60;
}
