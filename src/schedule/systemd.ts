import { dirname } from 'node:path/posix';
import { credentialName } from '../config/secret.ts';
import { UsageError } from '../core/errors.ts';
import { hardening } from './hardening.ts';
import type { ServePlan, UnitPlan } from './plan.ts';
import { checkLine, checkPlan, secretFiles, syncWords, unscheduled } from './plan.ts';
import { escapeGlob, escapePercent, quoteArgument, quoteWord, rawPath } from './unitText.ts';

export interface Units {
  readonly service: string;
  /** Null for a server, which runs all the time. */
  readonly timer: string | null;
}

/** How a unit file begins that this program wrote, and so may replace or remove. */
export const SIGNATURE = '# Written by model-ledger schedule systemd for ';

/**
 * The texts of the units.
 * @throws UsageError for what a unit cannot express
 */
export function unitsFor(plan: UnitPlan): Units {
  checkPlan(plan);
  checkLine(plan.every);
  if (/["'\\]/.test(plan.node))
    throw unscheduled(
      `${plan.node} has a quote or a backslash`,
      'Rename the folder that Node is in: systemd starts no program of such a name.',
    );
  if (!UNIT_NAME.test(plan.name) || !ACCOUNT.test(plan.account ?? 'root'))
    throw new UsageError('schedule', 'The name of a unit or of an account has letters, digits, . _ and - only.');
  if (plan.every.trim() === '') throw unscheduled('--every is empty');
  if (plan.serve !== undefined) return { service: serverText(plan, plan.serve), timer: null };
  return { service: syncText(plan), timer: timerText(plan) };
}

const UNIT_NAME = /^\w[\w.-]{0,199}$/;
const ACCOUNT = /^\w[\w.-]*\$?$/;

/** The first line of both units, which says which data file they are for. */
export function signature(db: string): string {
  return `${SIGNATURE}${quoteWord(db)}`;
}

function syncText(plan: UnitPlan): string {
  const { environmentFile } = plan;
  return serviceText(plan, 'sync into', 'oneshot', syncWords(plan).map(quoteArgument), [
    environmentFile !== undefined && `EnvironmentFile=${rawPath(escapeGlob(environmentFile))}`,
    ...secretFiles(plan).map(({ variable, path }) => `LoadCredential=${credentialName(variable)}:${rawPath(path)}`),
    'TimeoutStartSec=15min',
    '# 75: another run was writing; 143: stopped by hand, nothing half done.',
    'SuccessExitStatus=75 143',
    '',
    ...hardening(plan),
  ]);
}

/** Only root may listen on a lower port, and the service gives up root's rights. */
const FIRST_PORT = 1024;
const TOKEN = 'serve_token';

function serverText(plan: UnitPlan, { host, port, basePath, tokenFile }: ServePlan): string {
  if (port < FIRST_PORT)
    throw unscheduled(
      `Port ${port} needs rights that the service has not`,
      'Give a port from 1024 on, and a proxy such as nginx or Caddy before it.',
    );
  for (const word of [host, basePath ?? '', tokenFile ?? '']) checkLine(word);
  const words = [plan.cli, 'serve', '--db', plan.db, '--host', host, '--port', String(port)];
  if (basePath) words.push('--base-path', basePath);
  const token = tokenFile === undefined ? [] : [`--token-file %d/${TOKEN}`];
  return serviceText(
    plan,
    'serves',
    'exec',
    [...words.map(quoteArgument), ...token],
    [
      tokenFile !== undefined && `LoadCredential=${TOKEN}:${rawPath(tokenFile)}`,
      'Restart=on-failure',
      'RestartSec=5',
      'TimeoutStopSec=5',
      'SuccessExitStatus=143',
      '',
      ...hardening(plan),
      '',
      '[Install]',
      `WantedBy=${plan.scope === 'system' ? 'multi-user.target' : 'default.target'}`,
    ],
  );
}

/** A line of a unit; false is left out. */
type Line = string | false;

/** @param args the arguments for Node, already quoted */
function serviceText(
  { node, db, directory, scope, account }: UnitPlan,
  does: string,
  type: 'oneshot' | 'exec',
  args: readonly string[],
  settings: readonly Line[],
): string {
  const isSystem = scope === 'system';
  return text([
    signature(db),
    '# It holds fixed paths: when Node or model-ledger has moved, run that command again.',
    '[Unit]',
    `Description=model-ledger ${does} ${escapePercent(db)}`,
    `RequiresMountsFor=${quoteWord(dirname(db))}`,
    isSystem && 'Wants=network-online.target',
    isSystem && 'After=network-online.target',
    '',
    '[Service]',
    `Type=${type}`,
    `ExecStart=${[quoteWord(node), ...args].join(' ')}`,
    isSystem && account !== undefined && `User=${escapePercent(account)}`,
    `WorkingDirectory=-${rawPath(directory)}`,
    ...settings,
  ]);
}

function timerText({ db, name, every, randomDelay }: UnitPlan): string {
  return text([
    signature(db),
    '[Unit]',
    `Description=Starts ${name}.service on a schedule`,
    '',
    '[Timer]',
    `OnCalendar=${escapePercent(every)}`,
    '# A time missed while the machine was off is made up for once, at the next start.',
    'Persistent=true',
    `RandomizedDelaySec=${randomDelay}`,
    '',
    '[Install]',
    'WantedBy=timers.target',
  ]);
}

function text(lines: readonly Line[]): string {
  const written = lines.filter((line) => line !== false);
  const cut = written.find((line) => line.endsWith('\\'));
  if (cut !== undefined)
    throw unscheduled(
      `${cut} ends in a backslash`,
      'Rename that file or folder: systemd would take the next line for a part of it.',
    );
  return `${written.join('\n')}\n`;
}
