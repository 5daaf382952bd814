import type { SecretName } from '../config/secret.ts';
import { UsageError } from '../core/errors.ts';

/** The files of secrets, and the variable that each stands for; with `_FILE` behind it, it names the file. */
export const SECRETS = [
  ['keyFile', 'OPENROUTER_API_KEY'],
  ['webhookUrlFile', 'MODEL_LEDGER_WEBHOOK_URL'],
  ['webhookSecretFile', 'MODEL_LEDGER_WEBHOOK_SECRET'],
  ['pingUrlFile', 'MODEL_LEDGER_PING_URL'],
] as const;

/** Files that hold one secret each and nothing else. */
export type SecretPaths = { readonly [Field in (typeof SECRETS)[number][0]]?: string };

/** A sync to be run on a schedule. Every path is absolute, because timers start in other folders than people do. */
export interface Plan extends SecretPaths {
  /** The Node that runs it. */
  readonly node: string;
  /** The program's entry, `dist/cli.js`. */
  readonly cli: string;
  /** The data file. */
  readonly db: string;
  /** Where it runs, so that the same `.env` is read as by hand. */
  readonly directory: string;
  /** An http(s) URL without credentials, or a file; upstream's own list where absent. */
  readonly source?: string;
  /** `NAME=value` lines for what must not stand on a command line. */
  readonly environmentFile?: string;
  /** How old the last sweep over the endpoints may be, as typed (`6h`); absent: no sweeps. */
  readonly endpointsEvery?: string;
  /** The folders that it writes in beside the data file's: those of the feeds and of the metrics. */
  readonly writable?: readonly string[];
}

/** The files of secrets that were given. */
export function secretFiles(plan: SecretPaths): { readonly path: string; readonly variable: SecretName }[] {
  return SECRETS.flatMap(([field, variable]) => {
    const path = plan[field];
    return path === undefined ? [] : [{ path, variable }];
  });
}

/** The files that are read for the run and may hold secrets. */
export function privateFiles(plan: Plan): string[] {
  const secrets = secretFiles(plan).map(({ path }) => path);
  return plan.environmentFile === undefined ? secrets : [plan.environmentFile, ...secrets];
}

/** What Node is given: never a secret, since every user of the machine can read a command line. */
export function syncWords({ cli, db, source, endpointsEvery }: Plan): string[] {
  const from = source === undefined ? [] : ['--source', source];
  const sweeps = endpointsEvery === undefined ? [] : ['--endpoints-every', endpointsEvery];
  return [cli, 'sync', '--must-exist', '--db', db, ...from, ...sweeps, '--trigger', 'cron'];
}

/**
 * Refuses what no timer could run.
 * @throws UsageError for a path that is not absolute, and for what is not one line of text
 */
export function checkPlan(plan: Plan): void {
  for (const path of [...pathsOf(plan), ...privateFiles(plan)]) {
    if (!path.startsWith('/')) throw unscheduled(`${path} is not an absolute path`, 'Give the whole path.');
    checkLine(path);
  }
  if (plan.source !== undefined) checkLine(plan.source);
}

/** Every path that the run itself must reach. (The files with secrets are read for it.) */
export function pathsOf({ node, cli, db, directory, source, writable = [] }: Plan): string[] {
  return [node, cli, db, directory, ...writable, ...(source?.startsWith('/') ? [source] : [])];
}

/** @throws UsageError for a text with line breaks or other control characters, which could forge lines */
export function checkLine(text: string): void {
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))
    throw unscheduled(
      `${JSON.stringify(text)} holds a control character`,
      'Rename it, or use the daemon command instead.',
    );
}

/** What cannot be scheduled, which is found before anything is written. */
export function unscheduled(message: string, hint?: string): UsageError {
  return new UsageError('schedule', `${message}; nothing was scheduled.`, hint === undefined ? {} : { hint });
}
