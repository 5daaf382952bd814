import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Env } from '../config/settings.ts';
import { hasSecret, readSource } from '../upstream/source.ts';
import { type Plan, secretFiles } from './plan.ts';
import { failed, runTool } from './tool.ts';
import { variablesOf } from './variables.ts';

/** What a person asked for, as typed. */
export interface ScheduleRequest {
  readonly db: string;
  readonly source?: string;
  readonly envFile?: string;
  readonly keyFile?: string;
  readonly webhookUrlFile?: string;
  readonly webhookSecretFile?: string;
  readonly pingUrlFile?: string;
  /** A span such as `6h`. */
  readonly endpointsEvery?: string;
}

/** What is to be run: this very program. */
export interface Program {
  readonly node: string;
  readonly cli: string;
  readonly directory: string;
}

/**
 * Makes every path absolute. The data file's links are followed, since SQLite writes beside the file itself.
 * @param env tells where feeds and metrics go, unless the file of variables does
 * @throws UsageError for a source that has a secret in it or cannot be read again, and for variables that are not UTF-8
 */
export function resolvePlan(request: ScheduleRequest, program: Program, env: Env): Plan {
  const { db, source, envFile, keyFile, webhookUrlFile, webhookSecretFile, pingUrlFile, endpointsEvery } = request;
  const absolute = (path: string) => resolve(program.directory, path);
  const file = realPath(absolute(db));
  const environmentFile = envFile === undefined ? undefined : absolute(envFile);
  const seen = { ...env, ...(environmentFile !== undefined && variablesOf(environmentFile)) };
  const writable = foldersWritten(seen, absolute).filter((folder) => folder !== dirname(file));
  return {
    ...program,
    db: file,
    ...(source !== undefined && { source: resolveSource(source, absolute) }),
    ...(environmentFile !== undefined && { environmentFile }),
    ...(keyFile !== undefined && { keyFile: absolute(keyFile) }),
    ...(webhookUrlFile !== undefined && { webhookUrlFile: absolute(webhookUrlFile) }),
    ...(webhookSecretFile !== undefined && { webhookSecretFile: absolute(webhookSecretFile) }),
    ...(pingUrlFile !== undefined && { pingUrlFile: absolute(pingUrlFile) }),
    ...(endpointsEvery !== undefined && { endpointsEvery }),
    ...(writable.length > 0 && { writable }),
  };
}

function foldersWritten(env: Env, absolute: (path: string) => string): string[] {
  const { MODEL_LEDGER_FEED_DIR: feeds, MODEL_LEDGER_METRICS_FILE: metrics } = env;
  const folders = [...(feeds ? [absolute(feeds)] : []), ...(metrics ? [dirname(absolute(metrics))] : [])];
  return [...new Set(folders)];
}

/** The folders that the run would have to make first, which a service may not. */
export function missingFolders({ writable = [] }: Plan): string[] {
  return writable.filter((folder) => !existsSync(folder));
}

/**
 * Before anything is installed: what the timer needs is there.
 * @throws UsageError for a missing file
 */
export function checkPresent(plan: Plan): void {
  const { db } = plan;
  if (!statSync(db, { throwIfNoEntry: false })?.size)
    throw failed(`There is no data file ${db} yet; nothing was scheduled.`, `Run model-ledger sync --db ${db} first.`);
  for (const file of filesOf(plan))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      throw failed(`There is no file ${file}; nothing was scheduled.`, 'Write it, readable for you alone.');
}

/** The files with secrets that other users of the machine can read. */
export function exposedFiles(plan: Plan): string[] {
  return filesOf(plan).filter(isExposed);
}

function filesOf(plan: Plan): string[] {
  const { environmentFile } = plan;
  return [...(environmentFile === undefined ? [] : [environmentFile]), ...secretFiles(plan).map(({ path }) => path)];
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

function isExposed(file: string): boolean {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o077) !== 0;
}

function resolveSource(text: string, absolute: (path: string) => string): string {
  const source = readSource(text);
  if (source.kind === 'stdin')
    throw failed('A timer has no standard input; nothing was scheduled.', 'Give a URL or a file.');
  if (source.kind === 'file') return absolute(source.path);
  if (!hasSecret(source.url)) return text;
  throw failed(
    'The source has a secret in it, and a timer would show it to every user of the machine; nothing was scheduled.',
    'Put MODEL_LEDGER_SOURCE=… in a file that only you can read, and give that with --env-file.',
  );
}

function realPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
}
