// What the server takes: against a bare Hono handler that answers the same bytes from memory, in turns.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CLI, median } from './measure.mjs';

const CONNECTIONS = 10;
const SECONDS = 2;
const ROUNDS = 5;
const MANY = 10_000;

/**
 * Starts a server that tells its address on standard error, as the program does: into a file, so that nobody waits for it.
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function start(folder, args) {
  const file = join(folder, `server-${args.length}.log`);
  const log = openSync(file, 'w');
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', log] });
  closeSync(log);
  for (let tries = 0; tries < 100; tries += 1) {
    const url = /at (http:\/\/[\d.:]+)/.exec(readFileSync(file, 'utf8'))?.[1];
    if (url) return { url, pid: child.pid, stop: () => child.kill('SIGTERM') };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(readFileSync(file, 'utf8'));
}

/**
 * Asks for one address over ten connections, for so many seconds or so often: milliseconds of each answer.
 * @param {string} url
 * @param {{ seconds?: number, count?: number }} [options]
 */
async function load(url, { seconds = SECONDS, count = Number.POSITIVE_INFINITY } = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  /** @type {number[]} */
  const times = [];
  let left = count;
  const end = performance.now() + (count === Number.POSITIVE_INFINITY ? seconds * 1000 : 600_000);
  const ask = () =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      get(url, { agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
        response.on('data', () => {});
        response.on('end', () => resolve(times.push(performance.now() - begun)));
      }).on('error', reject);
    });
  const one = async () => {
    while (performance.now() < end && left > 0) {
      left -= 1;
      await ask();
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  agent.destroy();
  return { perSecond: (times.length * 1000) / (performance.now() - begun), times };
}

/** @param {string} url */
async function bodyOf(url) {
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

/** @param {number | undefined} pid */
function megabytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/**
 * @param {readonly number[]} times
 * @param {number} share
 */
const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;

/**
 * The listed model of which most is known.
 * @param {string} file
 */
function busiest(file) {
  const db = new Database(file, { readonly: true });
  const model = db
    .prepare(`SELECT model_id FROM pricing_history JOIN models AS m ON m.id = model_id WHERE removed_at IS NULL
      GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`)
    .pluck()
    .get();
  db.close();
  return model;
}

/**
 * Requests for the whole list, the slowest pages, and what ten thousand requests leave behind.
 * @param {string} folder
 * @param {string} db
 * @param {import('./measure.mjs').Say} say
 */
export async function served(folder, db, say) {
  const model = busiest(db);
  const program = await start(folder, [CLI, 'serve', '--db', db, '--port', '0', '--log-format', 'text']);
  const list = `${program.url}/api/v1/models`;
  const bytes = join(folder, 'list.json');
  writeFileSync(bytes, await bodyOf(list));
  const bare = await start(folder, [new URL('./bareHono.mjs', import.meta.url).pathname, bytes]);
  try {
    await load(list, { seconds: 1 });
    await load(bare.url, { seconds: 1 });
    /** @type {{ ours: number, floor: number }[]} */
    const pairs = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      pairs.push({ ours: (await load(list)).perSecond, floor: (await load(bare.url)).perSecond });
    }
    const ratio = median(pairs.map(({ ours, floor }) => ours / floor));
    const ours = median(pairs.map((pair) => pair.ours));
    const floor = median(pairs.map((pair) => pair.floor));
    say({
      what: 'the whole list over HTTP',
      value: `${ours.toFixed(0)}/s`,
      floor: `${floor.toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      target: '>= 0.67 x a bare Hono handler',
    });
    for (const [what, path] of [
      ['the list page', '/'],
      ['a model page', `/models/${model}`],
    ]) {
      // A parameter that nobody knows makes each address new, so that no answer is a remembered one.
      let asked = 0;
      /** @type {number[]} */
      const times = [];
      for (let n = 0; n < 20; n += 1) {
        const batch = Array.from({ length: CONNECTIONS }, async () => {
          const begun = performance.now();
          asked += 1;
          await bodyOf(`${program.url}${path}?x=${asked}`);
          return performance.now() - begun;
        });
        times.push(...(await Promise.all(batch)));
      }
      const kept = (await load(program.url + path)).times;
      say({
        what: `${what}, 99 of 100, ${CONNECTIONS} connections`,
        value: `${quantile(kept, 0.99).toFixed(1)} ms`,
        floor: `${(median(times) / CONNECTIONS).toFixed(1)} ms each when new`,
        ratio: '',
        target: '< 50 ms',
      });
    }
    const before = megabytes(program.pid);
    await load(`${program.url}/`, { count: MANY / 2 });
    await load(list, { count: MANY / 2 });
    const after = megabytes(program.pid);
    say({
      what: `memory after ${MANY} requests more`,
      value: `${after.toFixed(0)} MB`,
      floor: `${before.toFixed(0)} MB`,
      ratio: (after / before).toFixed(2),
      target: '<= 1.1 x before',
    });
  } finally {
    program.stop();
    bare.stop();
  }
}
