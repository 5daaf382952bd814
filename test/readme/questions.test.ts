import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLedger, sampleLists, temporaryFolder } from '../ledgers.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const ANSWERED = /```sql\n([\s\S]*?)```\n+```text\n([\s\S]*?)```/g;

const questions = Array.from(README.matchAll(ANSWERED), ([, sql = '', result = '']) => ({ sql: sql.trim(), result }));

describe('the README', () => {
  const folder = temporaryFolder();
  const db = join(folder.path, 'demo.db');

  beforeAll(() => makeLedger(db, sampleLists()));
  afterAll(folder.remove);

  test('has ten questions, each with its answer', () => {
    expect(questions.length).toBeGreaterThanOrEqual(10);
    expect(README.match(/^```sql$/gm)).toHaveLength(questions.length);
  });

  test.each(questions)('is answered as it says: $sql', ({ sql, result }) => {
    expect(execFileSync('node', [CLI, 'sql', '--db', db, sql], { encoding: 'utf8' })).toBe(result);
  });
});
