import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { importFiles } from '../endpoints/saved.ts';
import { endpointOf, type Json } from '../endpoints/world.ts';
import { isSlowSuite } from '../thorough.ts';
import { call } from './call.ts';
import { execute, ledgerOf, newFolder, query, sample } from './program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HISTORY = join(ROOT, '../shared/history');
const SEASONS = ['spring', 'summer'].filter((season) => existsSync(join(HISTORY, `openrouter-2026-${season}.bundle`)));
if (SEASONS.length === 0) console.info(`no recordings at ${HISTORY}: their bodies are left out of this run`);

// In the checkout, so that the decoder finds its SQLite client; it imports nothing else.
const folder = mkdtempSync(join(ROOT, 'node_modules', '.decoder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const PAGE = readFileSync(join(ROOT, 'docs/archive.md'), 'utf8');

/** Writes a decoder of the page into a file of its own, and returns how it is called. */
function decoderOf(mark: string): { source: string; decode: (db: string, ...hash: readonly string[]) => Buffer } {
  const source = PAGE.split(`<!-- ${mark} -->\n\`\`\`js\n`)[1]?.split('```')[0] ?? '';
  const script = join(folder, `${mark}.mjs`);
  writeFileSync(script, source);
  const decode = (db: string, ...hash: readonly string[]): Buffer =>
    execFileSync(process.execPath, [script, db, ...hash], { maxBuffer: 2 ** 28, stdio: 'pipe' });
  return { source, decode };
}

const { source: DECODER, decode } = decoderOf('decoder');
const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
const linesOf = (bodies: readonly Buffer[]): string[] =>
  [...new Set(bodies.map((body) => `${hashOf(body)} ${body.length} bytes`))].sort();
const said = (db: string): string[] => decode(db).toString().trim().split('\n').sort();

/** Every version of the recorded file, as git has it. */
function readBundle(season: string): Buffer[] {
  const repository = join(newFolder(), season);
  const git = (...args: string[]): Buffer => execFileSync('git', args, { maxBuffer: 2 ** 28 });
  git('clone', '--quiet', '--bare', join(HISTORY, `openrouter-2026-${season}.bundle`), repository);
  const commits = git('-C', repository, 'log', '--format=%H', 'HEAD', '--', 'models.json')
    .toString()
    .trim()
    .split('\n');
  return commits.map((commit) => git('-C', repository, 'cat-file', 'blob', `${commit}:models.json`));
}

describe('the decoder of docs/archive.md', () => {
  test('has at most forty lines', () => {
    expect(DECODER.trim().split('\n').length).toBeGreaterThan(10);
    expect(DECODER.trim().split('\n').length).toBeLessThanOrEqual(40);
  });

  test('gives back every body of the sample, all at once and one by one', async () => {
    const db = await ledgerOf(newFolder(), 9);
    const bodies = Array.from({ length: 9 }, (_, i) => readFileSync(sample(i + 1)));
    expect(said(db)).toEqual(linesOf(bodies));
    for (const body of bodies) expect(decode(db, hashOf(body)).equals(body)).toBe(true);
  });

  test('gives back the first bytes of a rejected body, and says so', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const body = Buffer.alloc((1 << 20) + 1, '<');
    const file = join(newFolder(), 'page.html');
    writeFileSync(file, body);
    expect((await call(['sync', '--db', db, '--source', file])).code).toBe(4);
    expect(said(db)).toContain(`${hashOf(body)} ${1 << 20} bytes, the first of more`);
    expect(decode(db, hashOf(body)).equals(body.subarray(0, 1 << 20))).toBe(true);
  });

  test('finds damage', async () => {
    const db = await ledgerOf(newFolder(), 9);
    execute(db, 'UPDATE archive SET start = start + 1 WHERE id = 2');
    expect(() => decode(db)).toThrow(/the body [0-9a-f]{64} is damaged/);
  });

  test.each(isSlowSuite ? SEASONS : [])('gives back every body of the recording of %s', async (season) => {
    const db = join(newFolder(), 'ledger.db');
    const bundle = join(HISTORY, `openrouter-2026-${season}.bundle`);
    expect((await call(['import', 'git', bundle, '--path', 'models.json', '--db', db])).code).toBe(0);
    expect(said(db)).toEqual(linesOf(readBundle(season)));
  });
});

describe('the decoder of endpoints in docs/archive.md', () => {
  const { source, decode: decodeTexts } = decoderOf('decoder of endpoints');
  const TELEMETRY = /^(?:status$|uptime_|latency_|throughput_|perf_)/;
  const RECORDING = join(HISTORY, 'endpoints-2026-summer');
  const recorded = existsSync(RECORDING) ? readdirSync(RECORDING).map((name) => join(RECORDING, name)) : [];
  if (recorded.length === 0) console.info(`no recording at ${RECORDING}: its answers are left out of this run`);

  interface Day {
    readonly observed_at: string;
    readonly endpoints: Readonly<Record<string, { readonly id: string; readonly endpoints: readonly Json[] }>>;
  }

  /** The answers of a day as they are kept. */
  const textsOf = ({ endpoints }: Day): Buffer[] =>
    Object.values(endpoints).map((answer) => {
      const kept = answer.endpoints.map((one) =>
        Object.fromEntries(Object.entries(one).map(([key, value]) => [key, TELEMETRY.test(key) ? null : value])),
      );
      return Buffer.from(JSON.stringify({ ...answer, endpoints: kept }));
    });
  const decoded = (db: string): string[] => decodeTexts(db).toString().trim().split('\n').sort();

  test('has at most forty lines', () => {
    expect(source.trim().split('\n').length).toBeGreaterThan(10);
    expect(source.trim().split('\n').length).toBeLessThanOrEqual(40);
  });

  test('gives back every answer, also where it is the last of many differences, and finds damage', async () => {
    const folder = newFolder();
    const days = Array.from({ length: 103 }, (_, n): Day => {
      const endpoints = ['P', 'Q', 'R'].map((name) => endpointOf(name, `0.00000${name === 'Q' ? 100 + n : 1}`));
      const observedAt = new Date(Date.UTC(2026, 3, n + 1)).toISOString();
      return { observed_at: observedAt, endpoints: { 'a/1': { id: 'a/1', endpoints } } };
    });
    const files = days.map((day, n) => {
      const file = join(folder, `${n}.json`);
      writeFileSync(file, JSON.stringify(day));
      return file;
    });
    const db = join(folder, 'ledger.db');
    await importFiles(db, files);
    const texts = days.flatMap(textsOf);
    expect(query(db, 'SELECT max(depth) AS depth FROM endpoint_texts')).toEqual([{ depth: 100 }]);
    expect(decoded(db)).toEqual(linesOf(texts));
    for (const text of texts.slice(-3)) expect(decodeTexts(db, hashOf(text)).equals(text)).toBe(true);
    execute(db, 'UPDATE endpoint_texts SET data = (SELECT data FROM endpoint_texts WHERE id = 1) WHERE id = 5');
    expect(() => decodeTexts(db)).toThrow(/the text [0-9a-f]{64} is damaged/);
  });

  test.runIf(isSlowSuite && recorded.length > 0)('gives back every answer of the recording', async () => {
    const db = join(newFolder(), 'ledger.db');
    await importFiles(db, recorded);
    const days = recorded.map((file): Day => JSON.parse(gunzipSync(readFileSync(file)).toString()));
    expect(decoded(db)).toEqual(linesOf(days.flatMap(textsOf)));
  });
});
