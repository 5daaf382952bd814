import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, generator, median, readAndParse, row, time } from './measure.mjs';

const MODELS = 20_000;
const CHANGED = MODELS / 100;
const COMPARED = 20;

/**
 * A synthetic list of 20,000 models, one in a hundred of them changed before each sync. The time of a sync may grow with
 * the list, not with the history: each is taken against reading and parsing the same file, which cancels the machine's drift.
 * @param {string} folder
 * @param {number} syncs
 * @param {import('./measure.mjs').Say} say
 */
export function growth(folder, syncs, say) {
  const db = join(folder, 'growth.db');
  const body = join(folder, 'growth.json');
  const random = generator(1);
  const models = Array.from({ length: MODELS }, (_, i) => makeModel(i, random));
  const write = () => writeFileSync(body, JSON.stringify({ data: models, total_count: MODELS, links: { next: null } }));
  const times = [];
  const ratios = [];
  write();
  time([CLI, 'sync', '--source', body, '--db', db]);
  const begun = statSync(db).size;
  for (let sync = 0; sync < syncs; sync += 1) {
    for (let i = 0; i < CHANGED; i += 1) {
      const model = models[Math.floor(random() * MODELS)];
      if (model) model.pricing.prompt = (random() / 100_000).toFixed(12);
    }
    write();
    const isCompared = sync < COMPARED || sync >= syncs - COMPARED;
    const ms = time([CLI, 'sync', '--source', body, '--db', db]);
    times.push(ms);
    ratios.push(isCompared ? ms / readAndParse(body) : 0);
  }
  const first = { ms: median(times.slice(0, COMPARED)), ratio: median(ratios.slice(0, COMPARED)) };
  const last = { ms: median(times.slice(-COMPARED)), ratio: median(ratios.slice(-COMPARED)) };
  const what = `sync ${syncs - COMPARED + 1}-${syncs} of 20,000 models, 200 changed (floor: the first twenty)`;
  say(
    row(
      what,
      { measured: last.ms, floor: first.ms, ratio: last.ratio / first.ratio },
      'ms',
      '<= 1.2 x, drift cancelled',
    ),
  );
  const perSync = (statSync(db).size - begun) / syncs / 1000;
  console.error(`growth of the file: about ${perSync.toFixed(0)} kB a sync`);
  for (const path of [db, body]) rmSync(path, { force: true });
}

/**
 * @param {number} i
 * @param {() => number} random
 */
function makeModel(i, random) {
  const words = ['fast', 'small', 'long', 'exact', 'open', 'dense', 'sparse', 'multilingual', 'reasoning', 'vision'];
  const id = `author-${i % 97}/model-${i}`;
  return {
    id,
    canonical_slug: id,
    name: `Model ${i}`,
    created: 1_700_000_000 + i,
    description: Array.from({ length: 60 }, () => words[Math.floor(random() * words.length)]).join(' '),
    context_length: 128_000,
    architecture: {
      modality: 'text->text',
      input_modalities: ['text'],
      output_modalities: ['text'],
      tokenizer: 'Other',
    },
    pricing: { prompt: '0.000001', completion: '0.000002' },
    top_provider: { context_length: 128_000, max_completion_tokens: 4096, is_moderated: false },
    per_request_limits: null,
    supported_parameters: ['max_tokens', 'temperature', 'top_p'],
  };
}
