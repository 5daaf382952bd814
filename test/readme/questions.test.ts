import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ledgerOf, newFolder, run } from '../program/program.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const ANSWERED = /```sql\n([\s\S]*?)```\n+```text\n([\s\S]*?)```/g;

const questions = Array.from(README.matchAll(ANSWERED), ([, sql = '', result = '']) => ({ sql: sql.trim(), result }));

describe('the README', () => {
  test('has ten questions, each with its answer', () => {
    expect(questions.length).toBeGreaterThanOrEqual(10);
    expect(README.match(/^```sql$/gm)).toHaveLength(questions.length);
  });

  test.each(questions)('is answered as it says: $sql', async ({ sql, result }) => {
    const db = await ledgerOf(newFolder(), 9);
    expect(await run(['sql', '--db', db, sql])).toEqual({ code: 0, stdout: result, stderr: '' });
  });
});
