import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MEGABYTES, PEAK } from '../memory.ts';
import { misbehaviours } from '../upstream/misbehaving.ts';
import { checksums, lastRun, ledgerOf, newFolder, type Running, serve, start, touched } from './program.ts';

/** The program says at its end how much memory it took at most. */
const TELL = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => console.error('peak', ${PEAK}));`)}`;
const env = { NODE_OPTIONS: `--import=${TELL}` };
const MB = 2 ** 20;

async function peakOf({ exit }: Running): Promise<{ code: number | null; megabytes: number; stderr: string }> {
  const { code, stderr } = await exit;
  return { code, megabytes: Number(/^peak ([\d.]+)$/m.exec(stderr)?.[1]), stderr };
}

describe(`a sync stays below ${MEGABYTES} MB and leaves the tables alone`, () => {
  test.each(['a gzip bomb', 'an endless body'] as const)('under %s', async (name) => {
    const db = await ledgerOf(newFolder(), 1);
    const before = checksums(db);
    const { url } = await serve(misbehaviours[name]);
    const { code, megabytes } = await peakOf(start(['sync', '--db', db, '--source', url.href], { env, input: '' }));
    expect([code, lastRun(db).error_code, touched(before, checksums(db))]).toEqual([3, 'too_large', ['sync_runs']]);
    expect(megabytes).toBeLessThan(MEGABYTES);
  });

  test('under standard input without end', async () => {
    const db = await ledgerOf(newFolder(), 1);
    const running = start(['sync', '--db', db, '--source', '-'], { env });
    const block = Buffer.alloc(MB, '[1],');
    const pour = (): void => {
      while (running.child.stdin.writable && running.child.stdin.write(block));
    };
    running.child.stdin.on('drain', pour);
    pour();
    const { code, megabytes } = await peakOf(running);
    expect([code, lastRun(db).error_code]).toEqual([3, 'too_large']);
    expect(megabytes).toBeLessThan(MEGABYTES);
  });

  const entry = '{"id":"a/b","pricing":{}}';
  test.each<[string, string, () => string]>([
    ['twenty million empty entries', 'too_many_invalid', () => `{"data":[${'{},'.repeat(20 * MB)}{}]}`],
    ['thirty million numbers', 'too_many_invalid', () => `[${'1,'.repeat(30 * MB)}1]`],
    ['sixty million brackets that are never closed', 'too_deep', () => '['.repeat(60 * MB)],
    [
      'an entry thirty million levels deep',
      'too_deep',
      () => `[{"id":"a/b","x":${'['.repeat(30 * MB)}${']'.repeat(30 * MB)}}]`,
    ],
    [
      'an envelope thirty million levels deep',
      'too_deep',
      () => `{"x":${'['.repeat(30 * MB)}${']'.repeat(30 * MB)},"data":[${entry}]}`,
    ],
    ['an envelope of 60 MB', 'too_large', () => `{"x":"${'a'.repeat(60 * MB)}","data":[${entry}]}`],
    ['a key of 60 MB', 'too_large', () => `{"${'a'.repeat(60 * MB)}":1,"data":[${entry}]}`],
    [
      'an entry of 60 MB',
      'too_large',
      () => `{"data":[{"id":"a/b","pricing":{},"n":12345678901234567890,"x":"${'a'.repeat(60 * MB)}"}]}`,
    ],
    ['a million pages', 'too_large', () => `${'{"data":[],"links":{"next":"x"}}'.repeat(MB)}{"data":[${entry}]}`],
  ])('under a file of %s', async (_, code, body) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    const before = checksums(db);
    writeFileSync(join(folder, 'body.json'), body());
    const seen = await peakOf(start(['sync', '--db', db, '--source', join(folder, 'body.json')], { env, input: '' }));
    expect([seen.code, lastRun(db).error_code, touched(before, checksums(db))]).toEqual([
      4,
      code,
      ['archive', 'archive_packs', 'seals', 'sync_runs'],
    ]);
    expect(seen.megabytes).toBeLessThan(MEGABYTES);
  });
});
