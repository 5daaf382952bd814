import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readSource } from '../upstream/source.ts';
import type { Plan } from './plan.ts';
import { type Env, failed, runTool } from './tool.ts';

/** What a person asked for, as typed. */
export interface Request {
  readonly db: string;
  readonly source?: string;
  readonly envFile?: string;
  readonly keyFile?: string;
}

/** What is to be run: this very program. */
export interface Program {
  readonly node: string;
  readonly cli: string;
  readonly directory: string;
}

/**
 * Makes every path absolute. The data file's links are followed, since SQLite writes beside the file itself.
 * @throws UsageError for a source that has a secret in it or cannot be read again
 */
export function resolvePlan({ db, source, envFile, keyFile }: Request, program: Program): Plan {
  const absolute = (path: string) => resolve(program.directory, path);
  return {
    ...program,
    db: realPath(absolute(db)),
    ...(source !== undefined && { source: resolveSource(source, absolute) }),
    ...(envFile !== undefined && { environmentFile: absolute(envFile) }),
    ...(keyFile !== undefined && { keyFile: absolute(keyFile) }),
  };
}

/**
 * Before anything is installed: what the timer needs is there.
 * @throws UsageError for a missing file
 */
export function checkPresent({ db, environmentFile, keyFile }: Plan): void {
  if (!statSync(db, { throwIfNoEntry: false })?.size)
    throw failed(`there is no data file ${db} yet; nothing was scheduled`, `begin it: model-ledger sync --db ${db}`);
  for (const file of [environmentFile, keyFile])
    if (file !== undefined && !statSync(file, { throwIfNoEntry: false })?.isFile())
      throw failed(`there is no file ${file}; nothing was scheduled`, 'write it, readable for you alone');
}

/** The files with secrets that other users of the machine can read. */
export function exposedFiles({ environmentFile, keyFile }: Plan): string[] {
  return [environmentFile, keyFile].filter((file) => file !== undefined).filter(isExposed);
}

/** The variables of this shell that matter to a sync, and that a timer will not see: they stand in no file it reads. */
export function unseenVariables({ directory, environmentFile, keyFile }: Plan, env: Env): string[] {
  const files = [join(directory, '.env'), ...(environmentFile === undefined ? [] : [environmentFile])];
  const seen = new Set(files.flatMap(variablesIn));
  return VARIABLES.filter((name) => env[name] && !seen.has(name) && !(keyFile && name.startsWith('OPENROUTER_')));
}

/** Who owns the data file, by name where it has one; undefined for root, and where there is no file yet. */
export async function ownerOf({ db }: Plan, env: Env): Promise<string | undefined> {
  const uid = statSync(db, { throwIfNoEntry: false })?.uid;
  if (!uid) return undefined;
  const outcome = await runTool(env, 'id', ['-nu', String(uid)]);
  return outcome?.code === 0 ? outcome.stdout.trim() : String(uid);
}

/**
 * Whether users may make namespaces, which their service manager needs to isolate a run; root's always can.
 * The settings are the kernel's, and Debian's and Ubuntu's own (AppArmor's since Ubuntu 23.10).
 */
export function usersMayIsolate(): boolean {
  const isSet = (name: string, value: string) => readSetting(name) === value;
  return !(
    isSet('user/max_user_namespaces', '0') ||
    isSet('kernel/unprivileged_userns_clone', '0') ||
    isSet('kernel/apparmor_restrict_unprivileged_userns', '1')
  );
}

function readSetting(name: string): string | undefined {
  const file = `/proc/sys/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

const VARIABLES = [
  'OPENROUTER_API_KEY',
  'OPENROUTER_API_KEY_FILE',
  'MODEL_LEDGER_SOURCE',
  'MODEL_LEDGER_WEBHOOK_URL',
  'MODEL_LEDGER_PING_URL',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
];

function variablesIn(file: string): string[] {
  try {
    return Object.keys(parseEnv(readFileSync(file, 'utf8')));
  } catch {
    // A file that cannot be read gives the timer no variables either.
    return [];
  }
}

function isExposed(file: string): boolean {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o077) !== 0;
}

function resolveSource(text: string, absolute: (path: string) => string): string {
  const source = readSource(text);
  if (source.kind === 'stdin')
    throw failed('a timer has no standard input; nothing was scheduled', 'give a URL or a file');
  if (source.kind === 'file') return absolute(source.path);
  if (source.label === source.url.href) return text;
  throw failed(
    'the source has a secret in it, and a timer would show it to every user of the machine; nothing was scheduled',
    'put MODEL_LEDGER_SOURCE=… in a file that only you can read, and give that with --env-file',
  );
}

function realPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
}
