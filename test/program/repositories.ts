import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { modelList } from '../upstream/misbehaving.ts';

/** One commit of a repository into which somebody scraped the list. */
export interface Commit {
  /** Seconds since 1970. */
  readonly at: number | string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Files that go by another name from here on: `[before, after]`. */
  readonly renames?: readonly (readonly [string, string])[];
}

/** A bare repository with these commits on its branch `main`. */
export function makeRepository(folder: string, commits: readonly Commit[]): string {
  const repository = join(folder, 'repository.git');
  mkdirSync(repository);
  const git = (args: readonly string[], input?: Buffer): void => {
    const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
    execFileSync('git', ['-C', repository, ...args], { env, ...(input === undefined ? {} : { input }) });
  };
  git(['-c', 'init.defaultBranch=main', 'init', '--quiet', '--bare', '.']);
  const stream = commits.flatMap(({ at, files, renames = [] }) => [
    Buffer.from(`commit refs/heads/main\ncommitter scraper <scraper@localhost> ${at} +0000\ndata 0\n`),
    ...renames.map(([before, after]) => Buffer.from(`R ${quote(before)} ${quote(after)}\n`)),
    ...Object.entries(files).flatMap(([name, body]) => [
      Buffer.from(`M 100644 inline ${quote(name)}\ndata ${Buffer.byteLength(body)}\n`),
      Buffer.from(body),
      Buffer.from('\n'),
    ]),
  ]);
  git(['fast-import', '--quiet', '--date-format=raw-permissive'], Buffer.concat(stream));
  return repository;
}

function quote(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

export const FIRST_COMMIT = Date.UTC(2026, 2, 1) / 1000;
const HOUR = 3600;

/**
 * Hourly versions of a list in which prices and limits change, models come, go and come back, and which now and then
 * was saved half written or with merge markers in it.
 */
export function scrapedVersions(count: number): Commit[] {
  return Array.from({ length: count }, (_, n) => {
    const size = 30 + (n % 7) - (n % 11 === 5 ? 4 : 0);
    const body = modelList(size)
      .replaceAll('0.000011', `0.0000${11 + (n % 5)}`)
      .replaceAll('"max_completion_tokens":4099', `"max_completion_tokens":${4099 + (n % 3)}`);
    return { at: FIRST_COMMIT + n * HOUR, files: { 'models.json': broken(n, body) } };
  });
}

function broken(n: number, body: string): string {
  if (n % 17 === 9) return body.slice(0, body.length / 2);
  if (n % 23 === 11) return `<<<<<<< HEAD\n${body}\n=======\n${body}\n>>>>>>> theirs\n`;
  return body;
}
