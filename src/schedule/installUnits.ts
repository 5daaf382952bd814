import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../config/settings.ts';
import { SIGNATURE, signature, unitsFor } from './systemd.ts';
import { failed, runTool } from './tool.ts';
import type { UnitPlan, UnitScope } from './unitPlan.ts';

/** Which units, and where they lie. */
export interface UnitPlace {
  readonly name: string;
  readonly scope: UnitScope;
  readonly folder: string;
  /** The data file they are for. */
  readonly db: string;
}

/** The folder of the caller's own units (`home`: the home folder), or of the machine's. */
export function unitFolder(scope: UnitScope, env: Env, home: string): string {
  if (scope === 'system') return '/etc/systemd/system';
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'systemd/user');
}

/**
 * Writes both units, each whole or not at all, and starts the timer. Units of this name for the same data file are
 * replaced.
 * @returns the files written
 * @throws UsageError where the name is taken, a file cannot be written or systemd refuses
 */
export async function installUnits(plan: UnitPlan, folder: string, env: Env): Promise<string[]> {
  const units = unitsFor(plan);
  const place = { name: plan.name, scope: plan.scope, db: plan.db, folder };
  const [service, timer] = unitFiles(place);
  for (const file of [service, timer]) checkOurs(file, place);
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(service, units.service);
    writeWhole(timer, units.timer);
  } catch (error) {
    throw noAccess(`the units could not be written to ${folder}; nothing was scheduled`, place, error);
  }
  const state = 'the units are written, but the timer is not started';
  await systemctl(place, ['daemon-reload'], state, env);
  await systemctl(place, ['enable', '--now', `${plan.name}.timer`], state, env);
  return [service, timer];
}

/**
 * Stops the timer and removes both units.
 * @returns the files removed; none where nothing was installed
 * @throws UsageError for units that this program did not write, and where systemd refuses
 */
export async function removeUnits(place: UnitPlace, env: Env): Promise<string[]> {
  const present = unitFiles(place).filter((file) => firstLine(file) !== undefined);
  if (present.length === 0) return [];
  for (const file of present) checkOurs(file, place);
  await systemctl(place, ['disable', '--now', `${place.name}.timer`], 'the units are still there', env);
  try {
    for (const file of present) rmSync(file);
  } catch (error) {
    throw noAccess(`the timer is stopped, but ${place.folder} could not be written to`, place, error);
  }
  await systemctl(place, ['daemon-reload'], 'the units are removed', env);
  return present;
}

/** The paths of both units. */
export function unitFiles({ folder, name }: Pick<UnitPlace, 'folder' | 'name'>): [service: string, timer: string] {
  return [join(folder, `${name}.service`), join(folder, `${name}.timer`)];
}

/** Two data files need two names, and what somebody else wrote stays. */
function checkOurs(file: string, { db }: UnitPlace): void {
  const first = firstLine(file);
  if (first === undefined || first === signature(db)) return;
  if (!first.startsWith(SIGNATURE))
    throw failed(`${file} was not written by model-ledger; nothing was changed`, 'look at it, or give another --name');
  throw failed(
    `${file} is for another data file, ${first.slice(SIGNATURE.length)}; nothing was changed`,
    'give that one with --db, or a name for this one: --name model-ledger-2',
  );
}

/** The first line of a file; undefined where there is none. */
function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0] ?? '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw failed(`${file} could not be read; nothing was changed`, 'look at its permissions', error);
  }
}

function writeWhole(file: string, text: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, text, { flush: true });
  renameSync(draft, file);
}

/** `state` says what a failure of this step leaves behind. */
async function systemctl({ scope }: UnitPlace, args: readonly string[], state: string, env: Env): Promise<void> {
  const words = [...(scope === 'user' ? ['--user'] : []), ...args];
  const outcome = await runTool(env, 'systemctl', words);
  const byHand = `run it by hand: systemctl ${words.join(' ')}`;
  if (outcome === undefined)
    throw failed(`systemctl is not installed; ${state}`, 'use schedule cron or daemon, or install systemd');
  if (outcome.code === 0) return;
  throw failed(
    `systemctl ${words.join(' ')} failed: ${outcome.stderr || `exit code ${outcome.code}`}; ${state}`,
    byHand,
  );
}

function noAccess(message: string, { scope }: UnitPlace, cause: unknown): Error {
  const hint = scope === 'system' ? 'run it as root, or give --user' : 'look at the permissions of that folder';
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return failed(`${message}${reason}`, hint, cause);
}
