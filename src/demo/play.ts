import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../core/errors.ts';
import { lockPath } from '../ledger/store/lock.ts';
import { isOnlyDemo } from './queries.ts';
import { fileOf, STORY, type StoryStep } from './story.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/** How to print the demonstration and to style its texts. */
export interface Show {
  readonly log: (text: string) => void;
  readonly heading: (text: string) => string;
  readonly quiet: (text: string) => string;
}

/** Where the program and its sample are, seen from the source or from `dist/`, beside which `data/` lies. */
const [PROGRAM, DATA] = import.meta.url.endsWith('.ts')
  ? ['../cli.ts', '../../data/sample/']
  : ['./cli.js', '../data/sample/'];
const CLI = fileURLToPath(new URL(PROGRAM, import.meta.url));
const SAMPLE = fileURLToPath(new URL(DATA, import.meta.url));

/**
 * Runs the real `sync` command once for each answer of the sample, against an upstream on the loopback interface.
 * @param file the ledger, which is deleted and begun again
 * @returns whether every run ended as expected
 * @throws UsageError when the file exists and is not the ledger of an earlier demonstration
 */
export async function playDemo(file: string, show: Show): Promise<boolean> {
  clear(file);
  show.log(
    'The sample: ids, prices and limits as OpenRouter lists them, the changes arranged to show what can happen.',
  );
  const upstream = await startUpstream();
  return await playSteps(file, upstream, show).finally(() => upstream.close());
}

function clear(file: string): void {
  if (existsSync(file) && !isOnlyDemo(file)) {
    throw new UsageError('not_a_demo', `${file} is there and no demo has made it; nothing was written.`, {
      hint: 'Name another file with --db FILE, or stand in another folder.',
    });
  }
  const others = ['-wal', '-shm', '-journal'].map((ending) => file + ending);
  for (const path of [lockPath(file), file, ...others]) rmSync(path, { force: true });
}

async function playSteps(file: string, upstream: Upstream, { log, heading, quiet }: Show): Promise<boolean> {
  for (const [index, step] of STORY.entries()) {
    upstream.serve(readFileSync(`${SAMPLE}${fileOf(step)}`));
    log(heading(`\n${index + 1}/${STORY.length}  ${step.at.slice(0, 16).replace('T', ' ')}  ${step.title}`));
    const exitCode = await sync(file, step, upstream.url);
    if (exitCode !== step.exitCode) {
      log(`The run ended with ${exitCode} where ${step.exitCode} was expected; the demo stops here.`);
      return false;
    }
    if (exitCode === 4)
      log(quiet('Exit code 4, as it should be: a timer would raise the alarm, the tables are untouched.'));
  }
  return true;
}

async function sync(file: string, step: StoryStep, url: string): Promise<number | null> {
  const child = spawn(process.execPath, [...process.execArgv, CLI, 'sync', '--db', resolve(file), '--source', url], {
    // Not the current folder, whose .env and settings would be read.
    cwd: SAMPLE,
    env: environment(step),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'exit');
  return child.exitCode;
}

/** Without the person's own key, proxy and receivers, which have no part in a demonstration. */
function environment(step: StoryStep): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:MODEL_LEDGER_|OPENROUTER_)|_PROXY$/i.test(name));
  return { ...Object.fromEntries(kept), MODEL_LEDGER_NOW: step.at };
}
