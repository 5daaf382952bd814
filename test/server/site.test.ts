import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { define } from '../../src/commands/site/site.ts';
import { ask } from '../commands/asking.ts';
import { makeLedger, putLedger, sampleLists } from '../ledgers.ts';
import { newFolder, start } from '../program/program.ts';

const HOSTILE = { id: '../../..', name: 'Up', pricing: { prompt: '0.1' } };
const LONG = { id: `long/${'é'.repeat(250)}`, name: 'Long', pricing: { prompt: '0.1' } };
const ALIAS = { id: '~a/b:free', name: 'Alias', pricing: { prompt: '0.1' } };

async function makeHostile(file: string): Promise<void> {
  const last: { data: object[] } = JSON.parse(sampleLists().at(-1)?.body.toString() ?? '');
  const body = JSON.stringify({ data: [...last.data, HOSTILE, LONG, ALIAS] });
  await makeLedger(file, [...sampleLists(), { at: '2026-06-19T00:00:00.000Z', body }]);
}

async function newSite() {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  await putLedger(db, makeHostile);
  const site = join(folder, 'site');
  const write = async () => await ask(define, [site, '--db', db], { now: '2026-06-20T00:00:00Z' });
  return { folder, site, write };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const contentsOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(filesIn(folder).map((file) => [file, readFileSync(file, 'utf8')]));

describe('site', () => {
  it('writes pages whose links all lead to files of its own, wherever the folder lies', async () => {
    const { folder, site, write } = await newSite();
    expect((await write()).code).toBe(0);
    const broken: string[] = [];
    for (const file of filesIn(site).filter((name) => name.endsWith('.html'))) {
      const html = readFileSync(file, 'utf8');
      expect(html).not.toMatch(/<form/);
      for (const [, link = ''] of html.matchAll(/(?:href|src)="(?!https?:|data:|#)([^"]+)"/g)) {
        const target = normalize(join(dirname(file), link.endsWith('/') ? `${link}index.html` : link));
        if (link.startsWith('/') || !target.startsWith(site) || !existsSync(target)) broken.push(`${file}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
    expect(readdirSync(folder).filter((name) => !name.startsWith('ledger.'))).toEqual(['site']);
    expect(existsSync(join(site, 'models/qwen/qwen3.6-plus/index.html'))).toBe(true);
    expect(existsSync(join(site, 'models/~7Ea/b~3Afree/feed.atom'))).toBe(true);
    for (const feed of ['feed', 'models/qwen/qwen3.6-plus/feed', 'models/~7Ea/b~3Afree/feed']) {
      const { feed_url } = JSON.parse(readFileSync(join(site, `${feed}.json`), 'utf8'));
      expect(join(dirname(feed), feed_url)).toBe(`${feed}.json`);
      expect(readFileSync(join(site, `${feed}.atom`), 'utf8')).toContain('<link rel="self" href="feed.atom"/>');
    }
    expect(readFileSync(join(site, 'models.csv'), 'utf8')).toContain('\r\nqwen/qwen3.6-plus,');
  });

  it('that is stopped leaves the earlier site as it was, and no drafts', async () => {
    const { folder, site, write } = await newSite();
    const again = join(folder, 'new');
    /** Until it is caught amid its work: on a busy machine one may be done before it is looked at. */
    const stopAmid = async (dir: string): Promise<void> => {
      await write();
      writeFileSync(join(site, 'index.html'), 'an older page');
      rmSync(again, { recursive: true, force: true });
      const before = contentsOf(site);
      const { child, exit } = start(['site', dir, '--db', join(folder, 'ledger.db')]);
      while (child.exitCode === null && !existsSync(join(dir, '.model-ledger-site.partial/models')))
        await setTimeout(1);
      child.kill('SIGTERM');
      const { code, stdout } = await exit;
      if (code === 0) return await stopAmid(dir);
      expect([code, stdout, contentsOf(site)]).toEqual([143, '', before]);
    };
    await stopAmid(site);
    await stopAmid(again);
    expect(readdirSync(folder).filter((name) => !name.startsWith('ledger.'))).toEqual(['site']);
  });

  it('does not mind the drafts of one that was killed', async () => {
    const { site, write } = await newSite();
    mkdirSync(join(site, '.model-ledger-site.partial/models'), { recursive: true });
    expect((await write()).code).toBe(0);
    expect(existsSync(join(site, '.model-ledger-site.partial'))).toBe(false);
  });

  it.each(['{}', '["index.html"', ''])('is not written over one whose list of files is broken: %j', async (broken) => {
    const { site, write } = await newSite();
    mkdirSync(site);
    writeFileSync(join(site, '.model-ledger-site.json'), broken);
    const { code, stderr } = await write();
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not the list of files that this command writes')]);
    expect(readdirSync(site)).toEqual(['.model-ledger-site.json']);
  });

  it('replaces its own files, and refuses a folder with others', async () => {
    const { folder, site, write } = await newSite();
    await write();
    const before = filesIn(site).map((file) => [file, readFileSync(file, 'utf8')]);
    writeFileSync(join(site, 'CNAME'), 'example.org\n');
    expect((await write()).code).toBe(0);
    expect(
      filesIn(site)
        .filter((file) => !file.endsWith('CNAME'))
        .map((file) => [file, readFileSync(file, 'utf8')]),
    ).toEqual(before);
    expect(existsSync(join(site, 'CNAME'))).toBe(true);
    const other = await ask(define, [folder, '--db', join(folder, 'ledger.db')]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('did not write')]);
  });
});
