import { rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { readBeginning } from '../input.ts';
import { git, inRepository } from './gitCall.ts';

/** A repository that git can read in place. */
export interface Repository {
  /** Its own folder, `.git` or a bare one. */
  readonly folder: string;
  /** As the person and `sync_runs.source` name it; without credentials. */
  readonly label: string;
  /** Older versions may be missing. */
  readonly isShallow: boolean;
  readonly signal: AbortSignal;
  /**
   * Runs git in it and returns what it wrote.
   * @throws UsageError with git's words
   */
  readonly git: (args: readonly string[], input?: string) => Promise<string>;
  /** Removes the copy, if one was made. */
  readonly close: () => Promise<void>;
}

export interface RepositoryOptions {
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly makeFolder: () => string;
}

const REMOTE = /^(?:(?:https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:)/i;
const BUNDLE = /^# v\d git bundle\n/;

/**
 * Opens a work tree, a bare repository, a bundle, or a copy of a repository elsewhere.
 * @param text a path, or an address as `git clone` takes it
 * @param branch the only one to copy; by default the remote's own
 * @throws UsageError when there is no such repository
 */
export async function openRepository(
  text: string,
  branch: string | undefined,
  opening: RepositoryOptions,
): Promise<Repository> {
  if (REMOTE.test(text)) return await clone(text, { label: withoutCredentials(text), branch, ...opening });
  const path = resolve(text);
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    throw new UsageError('no_repository', `${text} does not exist; nothing was imported.`, {
      hint: 'Name a git work tree, a bare repository, a bundle, or an address such as https://github.com/owner/name.',
    });
  }
  if (info.isDirectory()) return await inPlace(path, text, opening.signal);
  // Opening a pipe would wait for its other end.
  if (!info.isFile()) {
    throw new UsageError('no_repository', `${text} is neither a folder nor a file; nothing was imported.`, {
      hint: 'Name a git work tree, a bare repository or a bundle.',
    });
  }
  const beginning = (await readBeginning(path, 64)).toString('latin1');
  if (BUNDLE.test(beginning)) return await clone(path, { label: text, branch: undefined, ...opening });
  // A linked work tree or a submodule has a file `.git`.
  if (beginning.startsWith('gitdir: ')) return await inPlace(dirname(path), text, opening.signal);
  throw new UsageError('no_repository', `${text} is a file, and no git bundle; nothing was imported.`, {
    hint: 'Name the repository that it is in; to import the file itself: model-ledger import files.',
  });
}

async function inPlace(path: string, label: string, signal: AbortSignal): Promise<Repository> {
  const output = await git(['-C', path, 'rev-parse', '--absolute-git-dir', '--is-shallow-repository'], { signal });
  const [, folder = '', isShallow] = /^(.*)\n(true|false)\n$/s.exec(output) ?? [];
  return {
    folder,
    label,
    isShallow: isShallow === 'true',
    signal,
    close: async () => {},
    git: (args, input) => git([...inRepository(folder), ...args], { signal, input }),
  };
}

interface CloneOptions extends RepositoryOptions {
  readonly label: string;
  readonly branch: string | undefined;
}

/**
 * Copies a repository into a folder of its own: bare, without hooks and submodules, by the one protocol of its address.
 * Objects cannot be read out of a bundle in place either.
 */
async function clone(from: string, { label, branch, signal, note, makeFolder }: CloneOptions): Promise<Repository> {
  const isBundle = !REMOTE.test(from);
  if (!isBundle) note(`Copying ${label} into a folder of its own, which goes afterwards.`);
  const folder = makeFolder();
  const close = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  const one = isBundle ? [] : ['--single-branch', '--no-tags', ...(branch === undefined ? [] : [`--branch=${branch}`])];
  try {
    const protocols = isBundle ? 'file' : protocolsOf(from);
    await git(['clone', '--quiet', '--bare', '--template=', ...one, '--', from, folder], { signal, protocols });
    return { ...(await inPlace(folder, label, signal)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server may redirect from http to https, and to nothing else. */
function protocolsOf(address: string): string {
  const [, scheme = 'ssh'] = /^([a-z]+):\/\//i.exec(address) ?? [];
  return scheme.toLowerCase() === 'http' ? 'http:https' : scheme.toLowerCase();
}

function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.protocol === 'ssh:') return address.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1@');
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}
