import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLedger, sampleLists, temporaryFolder } from '../ledgers.ts';
import { makeBlock } from './blocks.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const MARKED = /<!-- ([^>]+) -->\n```text\n([\s\S]*?)```/g;

const blocks = Array.from(README.matchAll(MARKED), ([, name = '', text = '']) => ({ name, text }));

describe('the blocks of the README that the program makes', () => {
  const folder = temporaryFolder();
  const db = join(folder.path, 'demo.db');

  beforeAll(() => makeLedger(db, sampleLists()));
  afterAll(folder.remove);

  test('are the help, the tables and the views', () => {
    expect(blocks.map(({ name }) => name)).toEqual(['model-ledger --help', 'tables', 'views']);
  });

  test.each(blocks)('say what it says: $name', ({ name, text }) => {
    expect(text).toBe(makeBlock(name, db));
  });
});
