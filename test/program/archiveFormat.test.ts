import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { isSlowSuite } from '../thorough.ts';
import { call } from './call.ts';
import { execute, ledgerOf, newFolder, sample } from './program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HISTORY = join(ROOT, '../shared/history');
const SEASONS = ['spring', 'summer'].filter((season) => existsSync(join(HISTORY, `openrouter-2026-${season}.bundle`)));
if (SEASONS.length === 0) console.info(`no recordings at ${HISTORY}: their bodies are left out of this run`);

// In the checkout, so that the decoder finds its SQLite client; it imports nothing else.
const folder = mkdtempSync(join(ROOT, 'node_modules', '.decoder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [, DECODER = ''] =
  /<!-- decoder -->\n```js\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/archive.md'), 'utf8')) ?? [];
const script = join(folder, 'decoder.mjs');
writeFileSync(script, DECODER);

const decode = (db: string, ...hash: readonly string[]): Buffer =>
  execFileSync(process.execPath, [script, db, ...hash], { maxBuffer: 2 ** 28, stdio: 'pipe' });
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
