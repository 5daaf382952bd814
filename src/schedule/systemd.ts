import { dirname } from 'node:path/posix';
import { UsageError } from '../core/errors.ts';
import { hardening } from './hardening.ts';
import { checkLine, checkPlan, secretFiles, syncWords } from './plan.ts';
import type { UnitPlan } from './unitPlan.ts';
import { escapeGlob, escapePercent, quoteArgument, quoteWord, rawPath } from './unitText.ts';

export interface Units {
  readonly service: string;
  readonly timer: string;
}

/** The first words of a unit that is ours to replace and to remove. */
export const SIGNATURE = '# Written by model-ledger schedule systemd for ';

/**
 * The text of both units.
 * @throws UsageError for what a unit cannot say
 */
export function unitsFor(plan: UnitPlan): Units {
  checkPlan(plan);
  checkLine(plan.every);
  if (/["'\\]/.test(plan.node))
    throw new UsageError('schedule', `${plan.node} has a quote or a backslash; nothing was scheduled`, {
      hint: 'systemd starts no program of such a name: rename the folder that Node is in',
    });
  if (!UNIT_NAME.test(plan.name) || !ACCOUNT.test(plan.account ?? 'root'))
    throw new UsageError('schedule', 'the name of a unit or of an account has letters, digits, . _ and - only');
  if (plan.every.trim() === '') throw new UsageError('schedule', '--every is empty; nothing was scheduled');
  return { service: serviceText(plan), timer: timerText(plan) };
}

const UNIT_NAME = /^\w[\w.-]{0,199}$/;
const ACCOUNT = /^\w[\w.-]*\$?$/;

/** The first line of both units; it tells whose data file a unit of this name is for. */
export function signature(db: string): string {
  return `${SIGNATURE}${quoteWord(db)}`;
}

function serviceText(plan: UnitPlan): string {
  const { node, db, directory, scope, account, environmentFile } = plan;
  const isSystem = scope === 'system';
  const folder = dirname(db);
  return text([
    signature(db),
    '# It holds fixed paths: when Node or model-ledger has moved, run that command again.',
    '[Unit]',
    `Description=model-ledger sync into ${escapePercent(db)}`,
    `RequiresMountsFor=${quoteWord(folder)}`,
    isSystem && 'Wants=network-online.target',
    isSystem && 'After=network-online.target',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${[quoteWord(node), ...syncWords(plan).map(quoteArgument)].join(' ')}`,
    isSystem && account !== undefined && `User=${escapePercent(account)}`,
    `WorkingDirectory=-${rawPath(directory)}`,
    environmentFile !== undefined && `EnvironmentFile=${rawPath(escapeGlob(environmentFile))}`,
    ...secretFiles(plan).map(({ credential, path }) => `LoadCredential=${credential}:${rawPath(path)}`),
    'TimeoutStartSec=15min',
    '# 75: another run was writing; 143: stopped by hand, nothing half done.',
    'SuccessExitStatus=75 143',
    '',
    ...hardening(plan),
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

function text(lines: readonly (string | false)[]): string {
  for (const line of lines)
    if (line !== false && line.endsWith('\\'))
      throw new UsageError('schedule', `${line} ends in a backslash; nothing was scheduled`, {
        hint: 'systemd would take the next line for a part of it: rename that file or folder',
      });
  return `${lines.filter((line) => line !== false).join('\n')}\n`;
}
