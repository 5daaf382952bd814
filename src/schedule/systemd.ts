import { dirname } from 'node:path/posix';
import { UsageError } from '../core/errors.ts';
import { checkLine, checkPlan, type Plan, pathsOf, syncWords } from './plan.ts';

/** `user`: the caller's own service manager; `system`: the machine's, which runs it as `account`. */
export type Scope = 'user' | 'system';

export interface UnitPlan extends Plan {
  /** The units are `<name>.service` and `<name>.timer`. */
  readonly name: string;
  readonly scope: Scope;
  /** The system scope only: the user who owns the data file. */
  readonly account?: string;
  /** An `OnCalendar` expression, as `systemd-analyze calendar` takes it. */
  readonly every: string;
  /** Each run starts up to so many seconds late, so that not all the world asks at once. */
  readonly randomDelay: number;
}

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
  const { node, db, directory, scope, account, environmentFile, keyFile } = plan;
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
    keyFile !== undefined && `LoadCredential=openrouter_api_key:${rawPath(keyFile)}`,
    'TimeoutStartSec=15min',
    '# 75: another run was writing; 143: stopped by hand, nothing half done.',
    'SuccessExitStatus=75 143',
    '',
    '# It may write beside the data file and nowhere else. V8 compiles at run time, so memory stays executable.',
    `ReadWritePaths=${quoteWord(`-${folder}`)}`,
    'ProtectSystem=strict',
    `ProtectHome=${isSystem && !reaches(plan, HOMES) ? 'yes' : 'read-only'}`,
    `PrivateTmp=${reaches(plan, TEMPORARY) ? 'no' : 'yes'}`,
    ...HARDENING,
    ...(isSystem ? SYSTEM_HARDENING : []),
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

const HARDENING = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelTunables=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'SystemCallErrorNumber=EPERM',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged @resources',
];

/** What only the machine's own manager has the rights to set up: in a user's, these keep the service from starting. */
const SYSTEM_HARDENING = [
  'CapabilityBoundingSet=',
  'DevicePolicy=closed',
  'KeyringMode=private',
  'PrivateDevices=yes',
  'PrivateIPC=yes',
  'PrivateUsers=yes',
  'ProcSubset=pid',
  'ProtectClock=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectProc=invisible',
  'RemoveIPC=yes',
];

const HOMES = ['/home', '/root', '/run/user', '/var/home'];
const TEMPORARY = ['/tmp', '/var/tmp'];

/** Whether the run needs anything in one of these folders. */
function reaches(plan: Plan, folders: readonly string[]): boolean {
  return pathsOf(plan).some((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));
}

function text(lines: readonly (string | false)[]): string {
  return `${lines.filter((line) => line !== false).join('\n')}\n`;
}

/** In every setting `%` begins a specifier. */
function escapePercent(value: string): string {
  return value.replaceAll('%', '%%');
}

/** One word of a list: what systemd would split or unescape stands in double quotes. */
function quoteWord(word: string): string {
  const escaped = escapePercent(word);
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** An argument of a command, where `$` begins a variable also inside quotes. (In the command's own path it does not.) */
function quoteArgument(word: string): string {
  return quoteWord(word).replaceAll('$', '$$$$');
}

/** A path that is the whole value: systemd reads it as it stands, spaces and quotes included. */
function rawPath(path: string): string {
  if (/[\s\\]$/.test(path))
    throw new UsageError('schedule', `${path} ends in a space or a backslash; nothing was scheduled`, {
      hint: 'systemd cannot name such a path: rename it',
    });
  return escapePercent(path);
}

/** `EnvironmentFile` takes a pattern. */
function escapeGlob(path: string): string {
  return path.replaceAll(/[*?[\]\\]/g, '\\$&');
}
