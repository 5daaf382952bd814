import { UsageError } from '../core/errors.ts';

/** A sync to be run on a schedule. Every path is absolute, because timers start in other folders than people do. */
export interface Plan {
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
  /** A file that holds OpenRouter's key and nothing else. */
  readonly keyFile?: string;
}

/** What Node is given: never a secret, since every user of the machine can read a command line. */
export function syncWords({ cli, db, source }: Plan): string[] {
  const from = source === undefined ? [] : ['--source', source];
  return [cli, 'sync', '--must-exist', '--db', db, ...from, '--trigger', 'cron'];
}

/**
 * Refuses what no timer could run.
 * @throws UsageError for a path that is not absolute, and for what is not one line of text
 */
export function checkPlan(plan: Plan): void {
  const { environmentFile, keyFile } = plan;
  for (const path of [...pathsOf(plan), environmentFile, keyFile]) {
    if (path === undefined) continue;
    if (!path.startsWith('/')) throw refuse(`${path} is not an absolute path`, 'give the whole path');
    checkLine(path);
  }
  if (plan.source !== undefined) checkLine(plan.source);
}

/** Every path that the run itself must reach. (The files with secrets are read for it.) */
export function pathsOf({ node, cli, db, directory, source }: Plan): string[] {
  return [node, cli, db, directory, ...(source?.startsWith('/') ? [source] : [])];
}

/** @throws UsageError for a text with line breaks or other control characters, which could forge lines */
export function checkLine(text: string): void {
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))
    throw refuse(`${JSON.stringify(text)} holds a control character`, 'rename it, or use the daemon command instead');
}

function refuse(message: string, hint: string): UsageError {
  return new UsageError('schedule', `${message}; nothing was scheduled`, { hint });
}
