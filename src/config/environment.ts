import { existsSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parseEnv } from 'node:util';
import { UsageError } from '../core/errors.ts';
import { CONFIG_FILE, isOwn, SETTINGS } from './settings.ts';
import { decodeText } from './text.ts';

type Variables = Record<string, string | undefined>;

/** Where each value that did not come from the environment itself came from. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Fills the environment with what the file that `MODEL_LEDGER_ENV_FILE` names says and it does not, then with what `.env`
 * says. Only names of this program are taken: in a folder of somebody else's, `NODE_OPTIONS` or `LD_PRELOAD` would be code.
 * @param env an empty or blank variable of ours is removed from it, for it says nothing
 * @throws UsageError when a file cannot be read or is not UTF-8
 */
export function fillFromFiles(env: Variables): Origins {
  for (const [name, value] of Object.entries(env)) if (isOwn(name) && isBlank(value)) delete env[name];
  const named = env.MODEL_LEDGER_ENV_FILE;
  return new Map([
    ...(named === undefined ? [] : fill(env, Object.entries(readVariables(named)), named)),
    ...(existsSync('.env') ? fill(env, Object.entries(readVariables('.env')), '.env') : []),
  ]);
}

/**
 * The variables of a file of `NAME=value` lines.
 * @throws UsageError when it cannot be read or is not UTF-8
 */
export function readVariables(path: string): Variables {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const hint = isMissing ? 'Correct MODEL_LEDGER_ENV_FILE, or unset it.' : 'Let this user read it, or move it away.';
    const fault = isMissing ? 'does not exist' : 'cannot be read';
    throw new UsageError('unreadable_env', `The file ${path} ${fault}; nothing was done.`, { hint, cause });
  }
  return parseEnv(decodeText(bytes, path));
}

/**
 * Fills the environment with what the configuration file says and neither it nor `.env` does.
 * @param file as named by `--config`; without one {@link CONFIG_FILE} is read where it exists
 * @throws UsageError when a named file is missing, or what stands in it cannot be meant
 */
export async function fillFromConfig(env: Variables, file: string | undefined): Promise<Origins> {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return new Map();
  // Loaded here because zod costs 60 ms, which a start without such a file need not pay.
  const { readConfig } = await import('./file.ts');
  return fill(env, readConfig(path, SETTINGS), path);
}

function fill(env: Variables, values: Iterable<readonly [string, string | undefined]>, origin: string): Origins {
  const origins = new Map<string, string>();
  for (const [name, value] of values) {
    if (!isOwn(name) || isBlank(value)) continue;
    if (name === AUTHORITIES) env[name] = together(env[name], value);
    else if (env[name] === undefined) env[name] = value;
    else continue;
    origins.set(name, origin);
  }
  return origins;
}

/** Each names authorities beside those of the machine: none takes another's away, as a machine's own would a project's. */
const AUTHORITIES = 'NODE_EXTRA_CA_CERTS';

function together(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || first === second ? second : `${first}${delimiter}${second}`;
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
