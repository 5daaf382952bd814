import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { bareNode, CLI, generator, pair, row, time } from './measure.mjs';

const MODELS = 344;
const HOURS = 365 * 24;
const ROUNDS = 7;

/**
 * Questions as whole processes, each against a Node that does nothing; the slowest is told.
 * @param {string} name
 * @param {string} db
 * @param {import('./measure.mjs').Say} say
 */
export function answers(name, db, say) {
  const { first, last, model } = contentOf(db);
  const middle = new Date((Date.parse(first) + Date.parse(last)) / 2).toISOString();
  /** @param {readonly string[]} question */
  const ask = (question) => pair(ROUNDS, () => time([CLI, ...question, '--db', db]), bareNode);
  /**
   * @param {string} what
   * @param {import('./measure.mjs').Measured} measured
   */
  const tell = (what, measured) => say(row(what, measured, 'ms', '< 200 ms'));
  const all = ['changes', '--all', '--json'];
  const asked = [
    ['status'],
    ['prices'],
    ['prices', '--at', middle, '--json'],
    ['changes'],
    ['changes', '--since', middle, '--type', 'repriced', '--min-percent', '50'],
    ['show', model],
    ['show', model, '--at', middle],
    ['diff', first, middle],
    ['cost', model, '--prompt-tokens', '1000', '--completion-tokens', '500', '--at', middle],
    ['sql', 'SELECT author, count(*) FROM current_models GROUP BY author'],
    ['snapshot', '--at', middle],
  ].map((question) => ({ question, ...ask(question) }));
  for (const { question, measured, floor } of asked) {
    console.error(`  ${question.join(' ')}: ${measured.toFixed(0)} ms, ${(measured / floor).toFixed(1)} x a bare Node`);
  }
  const slowest = asked.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  tell(`the slowest of ${asked.length} kinds of answers on ${name}, \`${slowest.question[0]}\``, slowest);
  tell(`every event of ${name} as JSON`, ask(all));
}

/**
 * Between which instants there are lists, and of the models that were always listed the one of which most is known.
 * @param {string} file
 */
function contentOf(file) {
  const db = new Database(file, { readonly: true });
  /** @type {import('better-sqlite3').Statement<[], { first: string, last: string }>} */
  const ends = db.prepare('SELECT min(observed_at) first, max(observed_at) last FROM sync_runs');
  const { first, last } = ends.get() ?? { first: '', last: '' };
  /** @type {import('better-sqlite3').Statement<[string], string>} */
  const best =
    db.prepare(`SELECT model_id FROM change_events JOIN models AS m ON m.id = model_id WHERE first_seen_at = ?
      GROUP BY 1 HAVING sum(type = 'removed') = 0 ORDER BY count(*) DESC LIMIT 1`);
  const model = best.pluck().get(first) ?? '';
  db.close();
  return { first, last, model };
}

/**
 * A ledger of a year of hourly runs, in two of three of which three models changed.
 * @param {string} folder
 */
export function makeYear(folder) {
  const db = join(folder, 'year.db');
  const repository = join(folder, 'year.git');
  const stream = join(folder, 'year.stream');
  execFileSync('git', ['init', '--quiet', '--bare', repository]);
  execFileSync('git', ['-C', repository, 'symbolic-ref', 'HEAD', 'refs/heads/main']);
  const out = openSync(stream, 'w');
  const random = generator(1);
  /** @param {number} most */
  const pick = (most) => Math.floor(random() * most);
  const models = Array.from({ length: MODELS }, (_, i) => makeModel(i));
  const begin = Date.UTC(2025, 6, 1) / 1000;
  for (let hour = 0; hour < HOURS; hour += 1) {
    for (let changed = pick(3) === 0 ? 3 : 0; changed < 3; changed += 1) {
      const model = models[pick(MODELS)] ?? makeModel(0);
      model.pricing = { prompt: price(pick(900)), completion: price(pick(900)) };
      if (pick(8) === 0) model.context_length = 1000 * (1 + pick(200));
    }
    const [polled, ...rest] = models;
    const body = JSON.stringify({ data: [{ ...polled, benchmarks: hour }, ...rest] });
    const commit = `commit refs/heads/main\ncommitter b <b@example.org> ${begin + hour * 3600} +0000\ndata 1\nx\n`;
    writeSync(out, `${commit}M 644 inline models.json\ndata ${Buffer.byteLength(body)}\n${body}\n`);
  }
  closeSync(out);
  const input = openSync(stream, 'r');
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], { stdio: [input, 'inherit', 'inherit'] });
  closeSync(input);
  rmSync(stream);
  time([CLI, 'import', 'git', repository, '--path', 'models.json', '--db', db]);
  rmSync(repository, { recursive: true });
  return db;
}

/** @param {number} i */
function makeModel(i) {
  const id = `author-${i % 60}/model-${i}`;
  return { id, name: `Model ${i}`, context_length: 128_000, pricing: { prompt: price(i), completion: price(2 * i) } };
}

/**
 * Dollars per token.
 * @param {number} cents
 */
function price(cents) {
  return ((cents + 1) / 1e8).toFixed(8).replace(/0+$/, '');
}
