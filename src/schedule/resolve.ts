import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Env } from '../config/settings.ts';
import { hasSecret, readSource } from '../upstream/source.ts';
import { type Plan, privateFiles, SECRETS, type SecretPaths, unscheduled } from './plan.ts';
import { runTool } from './tool.ts';
import { variablesOf } from './variables.ts';

/** The options as typed. */
export interface ScheduleRequest extends SecretPaths, Pick<Plan, 'db' | 'source' | 'endpointsEvery'> {
  /** A file of variables. */
  readonly variables?: string;
  /** The same, by the name that Node takes for its own. */
  readonly envFile?: string;
}

/** This program, which the schedule is to run. */
export type Program = Pick<Plan, 'node' | 'cli' | 'directory'>;

/**
 * Makes every path absolute. Links to the data file are resolved, because SQLite writes its log beside the file itself.
 * @param env says where feeds and metrics go, unless the file of variables does
 * @throws UsageError for a source that contains a secret or is standard input, and for variables that are not UTF-8
 */
export function resolvePlan(request: ScheduleRequest, program: Program, env: Env): Plan {
  const { db, source, endpointsEvery, variables = request.envFile } = request;
  const absolute = (path: string) => resolve(program.directory, path);
  const ifGiven = (path: string | undefined) => (path === undefined ? undefined : absolute(path));
  const named = absolute(db);
  const file = existsSync(named) ? realpathSync(named) : named;
  const environmentFile = ifGiven(variables);
  const seen = { ...env, ...(environmentFile !== undefined && variablesOf(environmentFile)) };
  return {
    ...program,
    ...Object.fromEntries(SECRETS.map(([field]) => [field, ifGiven(request[field])])),
    db: file,
    environmentFile,
    endpointsEvery,
    source: source === undefined ? undefined : resolveSource(source, absolute),
    writable: foldersWritten(seen, absolute).filter((folder) => folder !== dirname(file)),
  };
}

function foldersWritten(env: Env, absolute: (path: string) => string): string[] {
  const { MODEL_LEDGER_FEED_DIR: feeds, MODEL_LEDGER_METRICS_FILE: metrics } = env;
  const folders = [...(feeds ? [absolute(feeds)] : []), ...(metrics ? [dirname(absolute(metrics))] : [])];
  return [...new Set(folders)];
}

/** The folders that do not exist yet. A sandboxed service may not create them. */
export function missingFolders({ writable = [] }: Plan): string[] {
  return writable.filter((folder) => !existsSync(folder));
}

/** @throws UsageError when the data file or a file with secrets is missing */
export function checkPresent(plan: Plan): void {
  const { db } = plan;
  if (!statSync(db, { throwIfNoEntry: false })?.size)
    throw unscheduled(`There is no data file ${db} yet`, `Run model-ledger sync --db ${db} first.`);
  for (const file of privateFiles(plan))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      throw unscheduled(`There is no file ${file}`, 'Write it, readable for you alone.');
}

/** The files with secrets that other users of the machine can read. */
export function exposedFiles(plan: Plan): string[] {
  return privateFiles(plan).filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
}

/** The name (or else the number) of the data file's owner; undefined for root, and when there is no file yet. */
export async function ownerOf({ db }: Plan, env: Env): Promise<string | undefined> {
  const uid = statSync(db, { throwIfNoEntry: false })?.uid;
  if (!uid) return undefined;
  const outcome = await runTool(env, 'id', ['-nu', String(uid)]);
  return outcome?.code === 0 ? outcome.stdout.trim() : String(uid);
}

/**
 * Whether ordinary users may create namespaces, which their service manager needs to isolate a service.
 * The settings are those of the kernel, of Debian, and of Ubuntu since 23.10.
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

function resolveSource(text: string, absolute: (path: string) => string): string {
  const source = readSource(text);
  if (source.kind === 'stdin') throw unscheduled('A timer has no standard input', 'Give a URL or a file.');
  if (source.kind === 'file') return absolute(source.path);
  if (!hasSecret(source.url)) return text;
  throw unscheduled(
    'The source has a secret in it, and a timer would show it to every user of the machine',
    'Put MODEL_LEDGER_SOURCE=… in a file that only you can read, and give that with --variables.',
  );
}
