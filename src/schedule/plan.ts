import type { SecretName } from '../config/secret.ts';
import { UsageError } from '../core/errors.ts';

/** The options that name a file with a secret, and the variable that each replaces; `<variable>_FILE` names the file. */
export const SECRETS = [
  ['keyFile', 'OPENROUTER_API_KEY'],
  ['webhookUrlFile', 'MODEL_LEDGER_WEBHOOK_URL'],
  ['webhookSecretFile', 'MODEL_LEDGER_WEBHOOK_SECRET'],
  ['pingUrlFile', 'MODEL_LEDGER_PING_URL'],
] as const;

/** Paths of files that each hold one secret and nothing else. */
export type SecretPaths = { readonly [Field in (typeof SECRETS)[number][0]]?: string | undefined };

/** A sync to run on a schedule. All paths are absolute, because a timer does not start in the folder that you are in. */
export interface Plan extends SecretPaths {
  /** The Node executable. */
  readonly node: string;
  /** The program, `dist/cli.js`. */
  readonly cli: string;
  /** The data file. */
  readonly db: string;
  /** The working directory, so that the same `.env` is read as by hand. */
  readonly directory: string;
  /** An http(s) URL without credentials, or a file; upstream's own list if absent. */
  readonly source?: string | undefined;
  /** A file of `NAME=value` lines for what must not appear on a command line. */
  readonly environmentFile?: string | undefined;
  /** Sweep over the endpoints if the last sweep is older than this, as typed (`6h`); absent: no sweeps. */
  readonly endpointsEvery?: string | undefined;
  /** Folders that the run writes to besides the data file's: those of feeds and metrics. */
  readonly writable?: readonly string[] | undefined;
}

/** `user`: the caller's own service manager; `system`: that of the machine, which runs the service as `account`. */
export type UnitScope = 'user' | 'system';

export interface UnitPlan extends Plan {
  /** The units are named `<name>.service` and `<name>.timer`. */
  readonly name: string;
  readonly scope: UnitScope;
  /** Only in the system scope: the user that the service runs as. */
  readonly account?: string | undefined;
  /** Whether the service manager may use namespaces to isolate the service. */
  readonly isolate: boolean;
  /** An `OnCalendar` expression, as `systemd-analyze calendar` takes it. */
  readonly every: string;
  /** Each run starts up to this many seconds late, so that not everybody asks upstream at the same moment. */
  readonly randomDelay: number;
  /** A server that runs all the time, instead of a sync on a schedule. */
  readonly serve?: ServePlan | undefined;
}

/** The options of the server; paths are absolute. */
export interface ServePlan {
  readonly host: string;
  readonly port: number;
  readonly basePath?: string | undefined;
  /** A file with the bearer token that the API requires. */
  readonly tokenFile?: string | undefined;
}

/** The secret files that were given. */
export function secretFiles(plan: SecretPaths): { readonly path: string; readonly variable: SecretName }[] {
  return SECRETS.flatMap(([field, variable]) => {
    const path = plan[field];
    return path === undefined ? [] : [{ path, variable }];
  });
}

/** All files that the run reads and that may hold secrets. */
export function privateFiles(plan: Plan): string[] {
  const secrets = secretFiles(plan).map(({ path }) => path);
  return plan.environmentFile === undefined ? secrets : [plan.environmentFile, ...secrets];
}

/** The arguments for Node. Never a secret, because every user of the machine can read a command line. */
export function syncWords({ cli, db, source, endpointsEvery }: Plan): string[] {
  const from = source === undefined ? [] : ['--source', source];
  const sweeps = endpointsEvery === undefined ? [] : ['--endpoints-every', endpointsEvery];
  return [cli, 'sync', '--must-exist', '--db', db, ...from, ...sweeps, '--trigger', 'cron'];
}

/** @throws UsageError for a path that is not absolute, or a text that is not one line */
export function checkPlan(plan: Plan): void {
  for (const path of [...pathsOf(plan), ...privateFiles(plan)]) {
    if (!path.startsWith('/')) throw unscheduled(`${path} is not an absolute path`, 'Give the whole path.');
    checkLine(path);
  }
  if (plan.source !== undefined) checkLine(plan.source);
}

/** Every path that the run itself must reach. (Files with secrets are read by the service manager.) */
export function pathsOf({ node, cli, db, directory, source, writable = [] }: Plan): string[] {
  return [node, cli, db, directory, ...writable, ...(source?.startsWith('/') ? [source] : [])];
}

/** @throws UsageError for a text with line breaks or control characters, which could forge lines of a unit or crontab */
export function checkLine(text: string): void {
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))
    throw unscheduled(
      `${JSON.stringify(text)} holds a control character`,
      'Rename it, or use the daemon command instead.',
    );
}

/** An error that is found before anything is written. */
export function unscheduled(message: string, hint?: string): UsageError {
  return new UsageError('schedule', `${message}; nothing was scheduled.`, hint === undefined ? {} : { hint });
}
