import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../src/ledger/store/disk/replaceFile.ts';
import { newFolder } from '../program/program.ts';

test('a file is replaced whole, its folder made, and nothing left beside it', () => {
  const folder = join(newFolder(), 'not', 'there');
  replaceFile(join(folder, 'a.txt'), 'long text é\n'.repeat(10_000));
  replaceFile(join(folder, 'a.txt'), 'short');
  expect([readdirSync(folder), readFileSync(join(folder, 'a.txt'), 'utf8')]).toEqual([['a.txt'], 'short']);
});

test('a file that cannot be replaced is told, and nothing is left beside it', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'a.txt', 'full'), { recursive: true });
  expect(() => replaceFile(join(folder, 'a.txt'), 'text')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('the drafts of processes that were killed are cleared away; those of living ones and other files stay', () => {
  const folder = newFolder();
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  const others = [`.a.txt.${process.ppid}.tmp`, `.b.txt.${ended}.tmp`, '.a.txt.old.tmp'];
  for (const name of [`.a.txt.${ended}.tmp`, ...others]) writeFileSync(join(folder, name), 'half');
  replaceFile(join(folder, 'a.txt'), 'whole');
  expect(readdirSync(folder).sort()).toEqual(['a.txt', ...others].sort());
});
