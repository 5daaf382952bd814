import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readVariables } from '../config/environment.ts';
import { type Env, isOwn, type OwnName } from '../config/settings.ts';
import { tryTo, UsageError } from '../core/errors.ts';
import { type Plan, secretFiles, unscheduled } from './plan.ts';

/** Which of the variables are set in this shell, but in no file that the scheduled run reads. */
export function unseenVariables(variables: readonly OwnName[], plan: Plan, env: Env): string[] {
  const { directory, environmentFile } = plan;
  const files = [join(directory, '.env'), ...(environmentFile === undefined ? [] : [environmentFile])];
  const given = secretFiles(plan).flatMap(({ variable }) => [variable, `${variable}_FILE`]);
  const seen = new Set([...files.flatMap((file) => Object.keys(variablesOf(file))), ...given]);
  return variables.filter((name) => env[name] && !seen.has(name));
}

/** Variables in the file that are not ours. Under cron only this program reads the file, so they have no effect. */
export function foreignVariables({ environmentFile }: Plan): string[] {
  return environmentFile === undefined ? [] : Object.keys(variablesOf(environmentFile)).filter((name) => !isOwn(name));
}

/** @throws UsageError for a file that begins with a byte order mark: systemd would lose its first line */
export function checkNoMark({ environmentFile }: Plan): void {
  // The file may not exist yet, or be readable only for the account that the service runs as.
  if (environmentFile !== undefined && tryTo(() => readFileSync(environmentFile, 'utf8'))?.startsWith('\ufeff'))
    throw unscheduled(
      `${environmentFile} begins with a byte order mark, behind which systemd reads no variable`,
      'Save it as UTF-8 without a mark.',
    );
}

/** @throws UsageError when the file is not UTF-8 */
export function variablesOf(file: string): ReturnType<typeof readVariables> {
  try {
    return existsSync(file) ? readVariables(file) : {};
  } catch (error) {
    // The file may be readable only for the account that the service runs as.
    if (error instanceof UsageError && error.code === 'unreadable_env') return {};
    throw error;
  }
}
