import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CLI, pair, row, time } from './measure.mjs';

const RECORDING = '../shared/history/endpoints-2026-summer';
const MODELS = 350;
const SWEEPS_A_DAY = 4;
const DAYS_A_YEAR = 365;

/**
 * A sweep of 350 models against the loopback beside the requests alone, and what a year of sweeps comes to.
 * @param {string} folder
 * @param {import('./measure.mjs').Say} say
 */
export async function endpoints(folder, say) {
  const ids = Array.from({ length: MODELS }, (_, i) => `a/model-${i}`);
  const list = join(folder, 'endpoints.json');
  const models = ids.map((id) => ({ id, name: id, pricing: { prompt: '0.000001' }, context_length: 4096 }));
  writeFileSync(list, JSON.stringify({ data: models, total_count: MODELS, links: { next: null } }));
  const db = join(folder, 'endpoints.db');
  time([CLI, 'sync', '--source', list, '--db', db]);
  const { url, close } = await upstream();
  const sweep = [CLI, 'endpoints', 'sync', '--db', db, '--source', url, '--pause', '0ms'];
  const alone = `(async () => { for (let i = 0; i < ${MODELS}; i += 1)
    await (await fetch('${url}/a/model-' + i + '/endpoints')).text(); })()`;
  time(sweep);
  const before = statSync(db).size;
  const times = pair(
    9,
    () => time(sweep),
    () => time(['-e', alone]),
  );
  const grown = (statSync(db).size - before) / 9;
  await close();
  say(row(`a sweep of ${MODELS} models (floor: the requests alone)`, times, 'ms', 'at most 1.3'));
  say({
    what: 'a sweep without changes',
    value: `${Math.round(grown)} B`,
    floor: '-',
    ratio: '-',
    target: 'below 4 kB',
  });
  if (existsSync(RECORDING)) year(folder, grown, say);
}

/**
 * The recorded days imported one after the other: what a day adds, and how long it takes.
 * @param {string} folder
 * @param {number} unchanged
 * @param {import('./measure.mjs').Say} say
 */
function year(folder, unchanged, say) {
  const db = join(folder, 'days.db');
  const files = readdirSync(RECORDING)
    .sort()
    .map((name) => join(RECORDING, name));
  /** @param {readonly string[]} paths */
  const importAll = (paths) => time([CLI, 'import', 'endpoints', ...paths, '--db', db]);
  importAll(files.slice(0, 1));
  const begun = statSync(db).size;
  const ms = importAll(files.slice(1)) / (files.length - 1);
  const day = (statSync(db).size - begun) / (files.length - 1) + (SWEEPS_A_DAY - 1) * unchanged;
  const megabytes = (begun + day * DAYS_A_YEAR) / 1e6;
  const seconds = (ms * SWEEPS_A_DAY * DAYS_A_YEAR) / 1000;
  say({
    what: 'a year of four sweeps a day at the recorded churn, extrapolated',
    value: `${megabytes.toFixed(0)} MB, ${seconds.toFixed(0)} s of recording`,
    floor: '-',
    ratio: '-',
    target: '-',
  });
}

/** An upstream in a thread of its own, since what is timed blocks this one. */
async function upstream() {
  const worker = new Worker(
    `const { createServer } = require('node:http');
    const { parentPort } = require('node:worker_threads');
    const endpoint = (provider, price) => ({ name: provider, provider_name: provider, tag: provider, quantization: 'fp8',
      pricing: { prompt: price, completion: '0.000002', discount: 0 }, context_length: 4096, max_completion_tokens: null,
      max_prompt_tokens: null, supported_parameters: ['tools', 'temperature', 'top_p'], status: 0, uptime_last_30m: null });
    const endpoints = ['p', 'q', 'r'].map((name, i) => endpoint(name, '0.00000' + (i + 1)));
    const server = createServer((request, response) => {
      const id = request.url.slice('/api/v1/models/'.length, -'/endpoints'.length);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { id, endpoints } }));
    }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  const port = await new Promise((settle) => worker.once('message', settle));
  return { url: `http://127.0.0.1:${port}/api/v1/models`, close: () => worker.terminate() };
}
