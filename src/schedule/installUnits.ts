import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../config/settings.ts';
import { codeOf, withoutStop } from '../core/errors.ts';
import { SIGNATURE, signature, unitsFor } from './systemd.ts';
import { failed, runTool } from './tool.ts';
import type { UnitPlan, UnitScope } from './unitPlan.ts';

/** Which units, for which data file. */
type Named = Pick<UnitPlan, 'name' | 'scope' | 'db' | 'serve'>;

/** The folder of the caller's own units (`home`: the home folder), or of the machine's. */
export function unitFolder(scope: UnitScope, env: Env, home: string): string {
  if (scope === 'system') return '/etc/systemd/system';
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'systemd/user');
}

/**
 * Writes the units, each whole or not at all, and starts the timer, or the server. Units of this name for the same data
 * file are replaced.
 * @returns the files written
 * @throws UsageError where the name is taken, a file cannot be written or systemd refuses
 */
export async function installUnits(plan: UnitPlan, folder: string, env: Env): Promise<string[]> {
  const texts = unitTexts(plan);
  const files = unitFiles(plan, folder);
  for (const file of files) checkOurs(file, plan.db);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [index, file] of files.entries()) writeWhole(file, texts[index] ?? '');
  } catch (error) {
    throw noAccess(`The units could not be written to ${folder}; nothing was scheduled`, plan, error);
  }
  const state = `the units are written, but the ${startedBy(plan)} is not started`;
  await systemctl(plan, ['daemon-reload'], state, env);
  await systemctl(plan, ['enable', '--now', `${plan.name}.${startedBy(plan)}`], state, env);
  // One that runs already goes on with what it was started with.
  if (plan.serve !== undefined) await systemctl(plan, ['restart', `${plan.name}.service`], state, env);
  return files;
}

/**
 * Stops the timer, or the server, and removes the units.
 * @returns the files removed; none where nothing was installed
 * @throws UsageError for units that this program did not write, and where systemd refuses
 */
export async function removeUnits(units: Named, folder: string, env: Env): Promise<string[]> {
  const present = unitFiles(units, folder).filter((file) => firstLine(file) !== undefined);
  if (present.length === 0) return [];
  for (const file of present) checkOurs(file, units.db);
  await systemctl(units, ['disable', '--now', `${units.name}.${startedBy(units)}`], 'the units are still there', env);
  try {
    for (const file of present) rmSync(file);
  } catch (error) {
    throw noAccess(`The ${startedBy(units)} is stopped, but ${folder} could not be written to`, units, error);
  }
  await systemctl(units, ['daemon-reload'], 'the units are removed', env);
  return present;
}

function startedBy({ serve }: Named): 'service' | 'timer' {
  return serve === undefined ? 'timer' : 'service';
}

/** The paths of the units: the service, and the timer where there is one. */
export function unitFiles({ name, serve }: Named, folder: string): string[] {
  const service = join(folder, `${name}.service`);
  return serve === undefined ? [service, join(folder, `${name}.timer`)] : [service];
}

/** What stands in them, in the same order. */
export function unitTexts(plan: UnitPlan): string[] {
  const { service, timer } = unitsFor(plan);
  return timer === null ? [service] : [service, timer];
}

/** Two data files need two names, and what somebody else wrote stays. */
function checkOurs(file: string, db: string): void {
  const first = firstLine(file);
  if (first === undefined || first === signature(db)) return;
  if (!first.startsWith(SIGNATURE))
    throw failed(
      `${file} was not written by model-ledger; nothing was changed.`,
      'Look at it, or give another --name.',
    );
  throw failed(
    `${file} is for another data file, ${first.slice(SIGNATURE.length)}; nothing was changed.`,
    'Give that one with --db, or --name model-ledger-2 for this one.',
  );
}

/** The first line of a file; undefined where there is none. */
function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0] ?? '';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw failed(`${file} could not be read; nothing was changed.`, 'Look at its permissions.', error);
  }
}

function writeWhole(file: string, text: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, text, { flush: true });
  renameSync(draft, file);
}

/** `state` says what a failure of this step leaves behind. */
async function systemctl({ scope }: Named, args: readonly string[], state: string, env: Env): Promise<void> {
  const words = [...(scope === 'user' ? ['--user'] : []), ...args];
  const outcome = await runTool(env, 'systemctl', words);
  const byHand = `Run systemctl ${words.join(' ')} by hand.`;
  if (outcome === undefined)
    throw failed(`systemctl is not installed; ${state}.`, 'Use schedule cron or daemon, or install systemd.');
  if (outcome.code === 0) return;
  throw failed(
    `systemctl ${words.join(' ')} failed: ${withoutStop(outcome.stderr) || `exit code ${outcome.code}`}; ${state}.`,
    byHand,
  );
}

function noAccess(message: string, { scope }: Named, cause: unknown): Error {
  const hint = scope === 'system' ? 'Run it as root, or give --user.' : 'Look at the permissions of that folder.';
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return failed(`${message}${reason}.`, hint, cause);
}
