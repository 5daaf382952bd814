import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readVariables } from '../config/environment.ts';
import { type Env, isOwn, type OwnName } from '../config/settings.ts';
import { UsageError } from '../core/errors.ts';
import { type Plan, secretFiles, unscheduled } from './plan.ts';

/** The files of variables that a scheduled run reads. */

/** Those of the variables that are set in this shell, but stand in no file that the timer's run reads. */
export function unseenVariables(variables: readonly OwnName[], plan: Plan, env: Env): string[] {
  const { directory, environmentFile } = plan;
  const files = [join(directory, '.env'), ...(environmentFile === undefined ? [] : [environmentFile])];
  const given = secretFiles(plan).flatMap(({ variable }) => [variable, `${variable}_FILE`]);
  const seen = new Set([...files.flatMap((file) => Object.keys(variablesOf(file))), ...given]);
  return variables.filter((name) => env[name] && !seen.has(name));
}

/** What stands in the file of variables for others than this program, which alone reads it for a line of a crontab. */
export function foreignVariables({ environmentFile }: Plan): string[] {
  return environmentFile === undefined ? [] : Object.keys(variablesOf(environmentFile)).filter((name) => !isOwn(name));
}

/**
 * For systemd, which reads the file of variables itself and would lose its first line.
 * @throws UsageError for one that begins with a byte order mark
 */
export function checkNoMark({ environmentFile }: Plan): void {
  if (environmentFile !== undefined && hasMark(environmentFile))
    throw unscheduled(
      `${environmentFile} begins with a byte order mark, behind which systemd reads no variable`,
      'Save it as UTF-8 without a mark.',
    );
}

function hasMark(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').startsWith('\ufeff');
  } catch {
    // One that is not there yet, or another account's, is that account's to keep.
    return false;
  }
}

/** @throws UsageError when it is not UTF-8 */
export function variablesOf(file: string): ReturnType<typeof readVariables> {
  try {
    return existsSync(file) ? readVariables(file) : {};
  } catch (error) {
    // One that cannot be read here may be another account's.
    if (error instanceof UsageError && error.code === 'unreadable_env') return {};
    throw error;
  }
}
