import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../config/settings.ts';
import { codeOf, withoutStop } from '../core/errors.ts';
import type { UnitPlan, UnitScope } from './plan.ts';
import { SIGNATURE, signature, unitsFor } from './systemd.ts';
import { failed, runTool } from './tool.ts';

type Named = Pick<UnitPlan, 'name' | 'scope' | 'db' | 'serve'>;

interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/** The folder of the caller's own units below `home`, or that of the machine's units. */
export function unitFolder(scope: UnitScope, env: Env, home: string): string {
  if (scope === 'system') return '/etc/systemd/system';
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'systemd/user');
}

/**
 * The unit files of a plan: the service, and the timer if there is one.
 * @throws UsageError for what a unit cannot express
 */
export function unitFiles(plan: UnitPlan, folder: string): UnitFile[] {
  const { service, timer } = unitsFor(plan);
  const [servicePath = '', timerPath = ''] = unitPaths(plan, folder);
  const files = [{ path: servicePath, text: service }];
  return timer === null ? files : [...files, { path: timerPath, text: timer }];
}

function unitPaths({ name, serve }: Named, folder: string): string[] {
  const kinds = serve === undefined ? ['service', 'timer'] : ['service'];
  return kinds.map((kind) => join(folder, `${name}.${kind}`));
}

/**
 * Writes the units, each file completely or not at all, and starts the timer or the server. Units of the same name are
 * replaced if they are for the same data file.
 * @throws UsageError when the name is taken, a file cannot be written or systemd refuses
 */
export async function installUnits(plan: UnitPlan, folder: string, env: Env): Promise<void> {
  const files = unitFiles(plan, folder);
  for (const { path } of files) checkOurs(path, plan.db);
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of files) writeWhole(path, text);
  } catch (error) {
    throw noAccess(`The units could not be written to ${folder}; nothing was scheduled`, plan, error);
  }
  const state = `the units are written, but the ${startedBy(plan)} is not started`;
  await systemctl(plan, ['daemon-reload'], state, env);
  await systemctl(plan, ['enable', '--now', `${plan.name}.${startedBy(plan)}`], state, env);
  // A server that is already running would go on with its old settings.
  if (plan.serve !== undefined) await systemctl(plan, ['restart', `${plan.name}.service`], state, env);
}

/**
 * Stops the timer or the server, and removes the units.
 * @returns the paths of the removed files; empty if nothing was installed
 * @throws UsageError for units that this program did not write, and when systemd refuses
 */
export async function removeUnits(units: Named, folder: string, env: Env): Promise<string[]> {
  const present = unitPaths(units, folder).filter((file) => firstLine(file) !== undefined);
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

/** @throws UsageError when the file was written for another data file, or not by this program */
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

/** The first line of a file; undefined if there is no such file. */
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

/** @param state says, for the message, what a failure of this step leaves behind */
async function systemctl({ scope }: Named, args: readonly string[], state: string, env: Env): Promise<void> {
  const words = [...(scope === 'user' ? ['--user'] : []), ...args];
  const outcome = await runTool(env, 'systemctl', words);
  if (outcome === undefined)
    throw failed(`systemctl is not installed; ${state}.`, 'Use schedule cron or daemon, or install systemd.');
  if (outcome.code === 0) return;
  const call = `systemctl ${words.join(' ')}`;
  const reason = withoutStop(outcome.stderr) || `exit code ${outcome.code}`;
  throw failed(`${call} failed: ${reason}; ${state}.`, `Run ${call} by hand.`);
}

function noAccess(message: string, { scope }: Named, cause: unknown): Error {
  const hint = scope === 'system' ? 'Run it as root, or give --user.' : 'Look at the permissions of that folder.';
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return failed(`${message}${reason}.`, hint, cause);
}
