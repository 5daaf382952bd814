import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { checkCalendar } from '../../schedule/calendar.ts';
import { installUnits, removeUnits, unitFiles, unitFolder } from '../../schedule/installUnits.ts';
import type { UnitPlan, UnitScope } from '../../schedule/plan.ts';
import { unscheduled } from '../../schedule/plan.ts';
import { checkPresent, missingFolders, ownerOf, usersMayIsolate } from '../../schedule/resolve.ts';
import { checkNoMark } from '../../schedule/variables.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print, printAsIs, printJson } from '../shared/context.ts';
import type { ServerOptions } from '../shared/options.ts';
import { spanOption } from '../shared/options.ts';
import { type Action, actionOf, notePitfalls, type PlanOptions, planFrom } from './options.ts';

interface Options extends PlanOptions, ServerOptions {
  readonly every: string;
  readonly randomDelay: number;
  readonly name?: string;
  readonly serve?: boolean;
  readonly user?: boolean;
  readonly system?: boolean;
  readonly runAs?: string;
}

export const defineSystemd: Define = (command, context) => {
  command
    .option('--every <calendar>', 'when, as an OnCalendar expression', '*:07')
    .addOption(spanOption('--random-delay <span>', 'start each run up to this much later', '5m'))
    .addOption(
      new Option('--name <name>', 'the name of the units; each data file needs its own').default(
        undefined,
        'model-ledger, model-ledger-serve',
      ),
    )
    .option('--serve', 'a service that serves the list and its page, instead of the sync and its timer')
    .shares('host', 'port', 'basePath', 'tokenFile')
    .option('--user', 'user units (the default, except for root)')
    .addOption(new Option('--system', 'system units').conflicts('user'))
    .option('--run-as <account>', "with --system: the account that runs it (default: the data file's owner)")
    .action((options: Options) => runSystemd(options, context))
    .examples([
      ['schedule systemd', 'print the service and the timer, and change nothing'],
      ['schedule systemd --install --every daily', 'install both as user units and start the timer'],
      ['schedule systemd --serve --install', 'serve the list and its page at http://127.0.0.1:8787/ from now on'],
      ['schedule systemd --system --remove', 'stop the timer and remove both from the system units'],
    ]);
};

async function runSystemd(options: Options, context: Context): Promise<void> {
  const { env } = context;
  const plan = await unitPlan(options, context);
  const folder = unitFolder(plan.scope, env, env.HOME || homedir());
  const action = actionOf(options);
  if (action === 'remove') {
    const removed = await removeUnits(plan, folder, env);
    const files = removed.map((path) => ({ path }));
    return report(plan, action, files, options, context);
  }
  const files = unitFiles(plan, folder);
  if (plan.serve === undefined) await checkCalendar(plan.every, env);
  if (action === 'install') checkPresent(plan);
  notePitfalls(plan, context);
  for (const missing of plan.isolate ? missingFolders(plan) : [])
    note(context, `${missing} is not there, and the service may not make it; mkdir -p ${missing} does.`);
  if (action === 'install') await installUnits(plan, folder, env);
  else if (!options.json) {
    const units = files.map(({ path, text }) => `# ${path}\n${text}`);
    printAsIs(context, units.join('\n').trimEnd());
  }
  report(plan, action, files, options, context);
  if (action === 'install') noteNextSteps(plan, context);
}

async function unitPlan(options: Options, context: Context): Promise<UnitPlan> {
  const { env } = context;
  const plan = planFrom(options, context);
  if (!options.remove) checkNoMark(plan);
  const isRoot = process.getuid?.() === 0;
  const scope: UnitScope = options.system || (isRoot && !options.user) ? 'system' : 'user';
  if (scope === 'user' && options.runAs !== undefined)
    throw unscheduled('--run-as goes with --system', 'Leave it out: your own units always run as you.');
  const account = scope === 'system' ? (options.runAs ?? (await ownerOf(plan, env))) : undefined;
  const { every, host, port, basePath, tokenFile, serve } = options;
  const token = tokenFile === undefined ? undefined : resolve(tokenFile);
  return {
    ...plan,
    scope,
    account,
    every,
    name: options.name ?? (serve ? 'model-ledger-serve' : 'model-ledger'),
    isolate: scope === 'system' || usersMayIsolate(),
    randomDelay: options.randomDelay / 1000,
    serve: serve ? { host, port, basePath, tokenFile: token } : undefined,
  };
}

function report(
  { name, serve }: UnitPlan,
  action: Action,
  files: readonly { readonly path: string; readonly text?: string }[],
  { json }: Options,
  context: Context,
): void {
  if (json) printJson(context, { action, name, files });
  else if (action !== 'print') {
    for (const { path } of files) print(context, `${action === 'install' ? 'wrote' : 'removed'} ${path}`);
  }
  if (action === 'print') {
    const what = serve === undefined ? 'these files and starts the timer' : 'this file and starts the server';
    note(context, `Nothing was installed; --install writes ${what}.`);
  }
  if (files.length === 0) note(context, `There were no units named ${name}.`);
}

/** How to watch it, and how to keep a user's timer running after logging out, which surprises everybody once. */
function noteNextSteps({ scope, name, serve }: UnitPlan, context: Context): void {
  const user = scope === 'user' ? ' --user' : '';
  if (serve === undefined) {
    note(context, `The timer is running; systemctl${user} list-timers ${name}.timer tells when next.`);
    note(context, `journalctl${user} -u ${name}.service shows what the last run said.`);
  } else {
    note(context, `The server is running: http://${serve.host}:${serve.port}${serve.basePath ?? ''}/ is its address.`);
    note(context, `journalctl${user} -u ${name}.service shows what it says.`);
  }
  const { username } = userInfo();
  if (scope === 'user' && !existsSync(join('/var/lib/systemd/linger', username)))
    note(context, `It runs while you are logged in; loginctl enable-linger ${username} keeps it running.`);
}
