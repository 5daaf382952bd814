import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '../../config/childEnvironment.ts';
import { codeOf, UsageError, withoutStop } from '../../core/errors.ts';
import { beginningOf } from '../../core/reading/quote.ts';

/** Overrides what a repository's own configuration could start or hide. */
const INERT = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'log.showSignature=false',
  'log.showRoot=true',
  'log.follow=false',
  'diff.relative=false',
  'diff.orderFile=/dev/null',
];

/** The variables that git needs to reach other machines. */
const TO_FETCH = [
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  ...['SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];

/** The options of every call of git, before its command. */
export function gitOptions(): string[] {
  return ['--no-pager', '--literal-pathspecs', ...INERT.flatMap((setting) => ['-c', setting])];
}

/**
 * The environment of git: without variables that point it to another repository, and with one that keeps it from
 * fetching missing objects.
 * @param protocols by which git may fetch; unlike a setting, this cannot be overridden by the repository's
 *   configuration
 */
export function gitEnvironment(protocols?: string): NodeJS.ProcessEnv {
  const fixed = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
  const own = childEnvironment(process.env, protocols === undefined ? [] : TO_FETCH);
  return { ...own, ...fixed, GIT_ALLOW_PROTOCOL: protocols ?? 'none' };
}

/** The options to read this repository, with paths relative to its top folder. */
export function inRepository(folder: string): string[] {
  return ['-C', folder, `--git-dir=${folder}`, `--work-tree=${folder}`];
}

const run = promisify(execFile);
/** Enough for the names of some hundred thousand versions or files. */
const MOST_OUTPUT_BYTES = 64 << 20;

export interface GitOptions {
  readonly signal: AbortSignal;
  readonly protocols?: string;
  readonly input?: string | undefined;
}

/**
 * Runs git to its end and returns what it wrote.
 * @throws UsageError with git's words, or when there is no git
 */
export async function git(args: readonly string[], { signal, protocols, input }: GitOptions): Promise<string> {
  try {
    const options = {
      env: gitEnvironment(protocols),
      maxBuffer: MOST_OUTPUT_BYTES,
      signal,
      killSignal: 'SIGKILL',
    } as const;
    const running = run('git', [...gitOptions(), ...args], options);
    // Where git ends early, its end is reported, not the broken pipe.
    running.child.stdin?.on('error', () => {}).end(input);
    const { stdout } = await running;
    return stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw noGit(error);
    signal.throwIfAborted();
    throw gitError(error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error), error);
  }
}

function noGit(cause: unknown): UsageError {
  return new UsageError('no_git', 'Git is not installed; nothing was imported.', { hint: 'Install git.', cause });
}

/** The error with the one line of git's output that tells what is wrong, without progress and advice. */
export function gitError(words: string, cause?: unknown, state?: string): UsageError {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = ['fatal: ', 'error: '].flatMap((start) => lines.filter((other) => other.startsWith(start)))[0];
  const owner = /detected dubious ownership in repository at '(.*)'/.exec(words)?.[1];
  const hint = owner === undefined ? state : `Run git config --global --add safe.directory '${owner}' if you trust it.`;
  return new UsageError(
    'git_failed',
    `Git could not read the repository: ${withoutStop(beginningOf(line ?? lines.at(-1) ?? 'it said nothing', 300))}.`,
    { ...(hint === undefined ? {} : { hint }), cause },
  );
}
