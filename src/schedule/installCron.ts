import type { Env } from '../config/settings.ts';
import { withoutStop } from '../core/errors.ts';
import { type CronPlan, cronLine, cronMarker, installInto, removeFrom } from './crontab.ts';
import { failed, runTool } from './tool.ts';

/**
 * Puts the line into the caller's crontab, in place of an earlier one for the same data file.
 * @returns false if the line was there already and nothing was written
 * @throws UsageError when cron is not installed or refuses the line
 */
export function installCron(plan: CronPlan, env: Env): Promise<boolean> {
  const { line, marker } = cronLine(plan);
  return edit((crontab) => installInto(crontab, { line: toBytes(line), marker: toBytes(marker) }), env);
}

/**
 * Removes the line for this data file from the caller's crontab.
 * @returns false if there was none and nothing was written
 * @throws UsageError when cron is not installed
 */
export function removeCron(db: string, env: Env): Promise<boolean> {
  return edit((crontab) => removeFrom(crontab, toBytes(cronMarker(db))), env);
}

async function edit(change: (crontab: string) => string, env: Env): Promise<boolean> {
  const before = await readCrontab(env);
  const after = change(before);
  if (after === before) return false;
  const outcome = await crontab(['-'], env, after);
  if (outcome.code !== 0)
    throw failed(
      `crontab refused: ${withoutStop(outcome.stderr)}; the crontab is as before.`,
      'Try crontab -e by hand.',
    );
  return true;
}

async function readCrontab(env: Env): Promise<string> {
  const { code, stdout, stderr } = await crontab(['-l'], env);
  if (code === 0) return stdout;
  if (/no crontab for|can't open .*no such file/i.test(stderr)) return '';
  throw failed(
    `The crontab could not be read: ${withoutStop(stderr)}; nothing was changed.`,
    'Try crontab -l by hand.',
  );
}

async function crontab(args: readonly string[], env: Env, input?: string) {
  const outcome = await runTool(env, 'crontab', args, input);
  if (outcome !== undefined) return outcome;
  throw failed('crontab is not installed; nothing was changed.', 'Install cron, or use schedule systemd or daemon.');
}

/** The crontab is read and written as latin1, one character per byte, so the line needs the same form. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
