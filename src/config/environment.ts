import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from '../core/errors.ts';
import { CONFIG_FILE, SETTINGS } from './settings.ts';

type Env = Record<string, string | undefined>;

/** Where each value that did not come from the environment itself came from. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Fills the environment with what `.env` says and it does not.
 * @throws UsageError when there is one that cannot be read
 */
export function fillFromDotenv(env: Env): Origins {
  if (!existsSync('.env')) return new Map();
  let text: string;
  try {
    text = readFileSync('.env', 'utf8');
  } catch (cause) {
    const hint = 'let this user read it, or move it away';
    throw new UsageError('unreadable_env', 'the file .env cannot be read; nothing was done', { hint, cause });
  }
  return fill(env, Object.entries(parseEnv(text)), '.env');
}

/**
 * Fills the environment with what the configuration file says and neither it nor `.env` does.
 * @param file as named by `--config`; without one {@link CONFIG_FILE} is read where it exists
 * @throws UsageError when a named file is missing, or what stands in it cannot be meant
 */
export async function fillFromConfig(env: Env, file: string | undefined): Promise<Origins> {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return new Map();
  // Loaded here because zod costs 60 ms, which a start without such a file need not pay.
  const { readConfig } = await import('./file.ts');
  return fill(env, readConfig(path, SETTINGS), path);
}

function fill(env: Env, values: Iterable<readonly [string, string | undefined]>, origin: string): Origins {
  const origins = new Map<string, string>();
  for (const [name, value] of values) {
    if (value === undefined || env[name] !== undefined) continue;
    env[name] = value;
    origins.set(name, origin);
  }
  return origins;
}
