import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { childEnvironment } from '../config/childEnvironment.ts';
import { ask, QUERIES } from './queries.ts';
import { fileOf, STORY, type StoryStep } from './story.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/**
 * `npm run demo`: the real command, run once for each answer of `data/sample/`, against a loopback upstream and into
 * `data/demo.db`, which is begun anew each time. The built program lies in `dist/`, beside `data/`.
 */
const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));
const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const SIDECARS = ['.db', '.db-wal', '.db-shm', '.db-journal', '.lock.db', '.lock.db-wal', '.lock.db-shm'];

const heading = (text: string): string => `\n${styleText('bold', text)}`;
const quiet = (text: string): string => styleText('dim', text);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The person's own key, proxy and receivers have no part in a demonstration. */
function environment(step: StoryStep): NodeJS.ProcessEnv {
  return { ...childEnvironment(process.env), MODEL_LEDGER_NOW: step.at };
}

async function sync(step: StoryStep, url: string): Promise<number | null> {
  const child = spawn(process.execPath, [CLI, 'sync', '--db', 'demo.db', '--source', url], {
    // Not the project's own folder, whose .env would be read.
    cwd: DATA,
    env: environment(step),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'exit');
  return child.exitCode;
}

/** Plays the story; false where a run ended otherwise than the story has it. */
async function play(upstream: Upstream): Promise<boolean> {
  for (const [index, step] of STORY.entries()) {
    upstream.serve(readFileSync(`${DATA}sample/${fileOf(step)}`));
    say(heading(`${index + 1}/${STORY.length}  ${step.at.slice(0, 16).replace('T', ' ')}  ${step.title}`));
    const exitCode = await sync(step, upstream.url);
    if (exitCode !== step.exitCode) {
      say(`The run ended with ${exitCode} where ${step.exitCode} was expected; the demo stops here.`);
      return false;
    }
    if (exitCode === 4)
      say(quiet('Exit code 4, as it should be: a timer would raise the alarm, the tables are untouched.'));
  }
  return true;
}

function showQueries(): void {
  for (const [index, table] of ask(`${DATA}demo.db`, QUERIES).entries()) {
    const { question, sql } = QUERIES[index] ?? { question: '', sql: '' };
    say(`${heading(question)}\n${quiet(sql)}\n${table}`);
  }
}

async function main(): Promise<boolean> {
  for (const ending of SIDECARS) rmSync(`${DATA}demo${ending}`, { force: true });
  say('The sample: ids, prices and limits as OpenRouter lists them, the changes arranged to show what can happen.');
  const upstream = await startUpstream();
  const played = await play(upstream).finally(() => upstream.close());
  if (!played) return false;
  showQueries();
  say(`\nThe ledger is data/demo.db. Look further with any SQLite client, for example:`);
  say(`  sqlite3 -box data/demo.db "SELECT * FROM recent_changes LIMIT 20"`);
  return true;
}

if (!(await main())) process.exitCode = 1;
