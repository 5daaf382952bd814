import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, newFolder, sample } from '../program/program.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEXT = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
const EXAMPLES = Array.from(TEXT.matchAll(/```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g), ([, code, printed]) => ({
  code: code ?? '',
  printed: printed ?? '',
}));

/** A folder in which the package is installed, with the demonstration's ledger. */
let folder: string;

beforeAll(() => {
  folder = newFolder(afterAll);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/model-ledger'));
  copyFileSync(sample(5), join(folder, 'list.json'));
  execFileSync(process.execPath, [CLI, 'demo', '--db', 'demo.db'], { cwd: folder, stdio: 'pipe' });
});

describe('docs/library.md', () => {
  it('has every program with what it prints', () => {
    expect(EXAMPLES).toHaveLength(TEXT.split('```js').length - 1);
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(4);
  });

  it.each(EXAMPLES)('prints $printed', ({ code, printed }) => {
    writeFileSync(join(folder, 'example.mjs'), code);
    const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: printed, stderr: '' });
  });

  it('is about every function and every error that there is', () => {
    const api = readFileSync(join(ROOT, 'src/library/api/ledger.ts'), 'utf8');
    const names = Array.from(api.matchAll(/^ {2}(\w+)\(.*\): (?:Promise|AsyncIterable)</gm), ([, name]) => name ?? '');
    expect(names).toEqual(['priceAt', 'modelAt', 'listAt', 'changes', 'bill', 'sync']);
    const index = readFileSync(join(ROOT, 'src/library/index.ts'), 'utf8');
    const errors = index.match(/\b\w+Error\b/g) ?? [];
    expect([...names, ...errors].filter((name) => !TEXT.includes(name))).toEqual([]);
  });
});
