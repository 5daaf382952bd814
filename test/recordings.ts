import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observed } from './ledgers.ts';

export const HISTORY = fileURLToPath(new URL('../../shared/history/', import.meta.url));
export const hasRecordings = existsSync(HISTORY);
if (!hasRecordings) console.info(`no recordings at ${HISTORY}: what they prove is left out of this run`);

/** The lists of a recording, oldest first, observed when they were committed. */
export function readRecording(folder: string, season: 'spring' | 'summer'): Observed[] {
  const repository = join(folder, season);
  const git = (args: readonly string[], input?: string): Buffer =>
    execFileSync('git', args, { maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) });
  git(['clone', '--quiet', '--bare', join(HISTORY, `openrouter-2026-${season}.bundle`), repository]);
  const log = git(['-C', repository, 'log', '--reverse', '--format=%H %ct', 'main']).toString().trim().split('\n');
  const commits = log.map((line) => line.split(' '));
  const blobs = git(
    ['-C', repository, 'cat-file', '--batch=%(objectsize)'],
    commits.map(([hash]) => `${hash}:models.json\n`).join(''),
  );
  let at = 0;
  return commits.map(([, seconds]) => {
    const start = blobs.indexOf('\n', at) + 1;
    const end = start + Number(blobs.toString('latin1', at, start - 1));
    at = end + 1;
    return { at: new Date(Number(seconds) * 1000).toISOString(), body: Buffer.from(blobs.subarray(start, end)) };
  });
}
