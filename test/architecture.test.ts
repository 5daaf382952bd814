import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g;

/** What each room may import beside itself. The files at the top of `src` are a room each. */
const STORIES = ['sync', 'import', 'daemon'];
const BELOW: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ledger: ['core'],
  upstream: ['core'],
  notify: ['core'],
  schedule: ['core', 'upstream'],
  config: ['core'],
};

interface Arrow {
  readonly file: string;
  readonly room: string;
  readonly target: string;
  readonly isOutside: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? path) : path.replace(/\.ts$/, '');
}

const arrows: Arrow[] = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return Array.from(text.matchAll(IMPORT), ([, from, lazily]) => {
    const name = from ?? lazily ?? '';
    const isOutside = !name.startsWith('.');
    const target = isOutside ? name : relative(SRC, resolve(SRC, dirname(file), name));
    return { file, room: roomOf(file), target, isOutside };
  });
});

describe('the arrows between the rooms', () => {
  it('are seen at all', () => {
    expect(arrows.length).toBeGreaterThan(200);
  });

  it.each(Object.entries(BELOW))('from %s go only to itself and %j', (room, below) => {
    const wrong = arrows.filter(
      (arrow) => arrow.room === room && !arrow.isOutside && ![room, ...below].includes(roomOf(arrow.target)),
    );
    expect(wrong.filter(({ target }) => !target.startsWith('../migrations/'))).toEqual([]);
  });

  it('never lead to the commands or the command line from below', () => {
    const top = ['cli', 'commands', 'demo'];
    expect(
      arrows.filter(({ room, target, isOutside }) => !isOutside && !top.includes(room) && top.includes(roomOf(target))),
    ).toEqual([]);
  });

  it('never lead from one story to another', () => {
    const between = arrows.filter(
      ({ room, target, isOutside }) =>
        !isOutside && STORIES.includes(room) && STORIES.includes(roomOf(target)) && roomOf(target) !== room,
    );
    expect(between).toEqual([]);
  });
});

describe('the rooms', () => {
  it('keep core pure: nothing of Node, of the database or of the terminal', () => {
    const allowed = ['zod', 'big.js'];
    expect(
      arrows.filter(({ room, target, isOutside }) => room === 'core' && isOutside && !allowed.includes(target)),
    ).toEqual([]);
    const impure = files.filter(
      (file) =>
        file.startsWith('core/') &&
        /\bconsole\.|Date\.now\(|new Date\(\)|Math\.random|process\./.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(impure).toEqual([]);
  });

  it('keep SQL in the ledger', () => {
    const database = ['better-sqlite3', 'drizzle-orm'];
    const wrong = arrows.filter(
      ({ room, file, target, isOutside }) =>
        isOutside &&
        database.some((name) => target === name || target.startsWith(`${name}/`)) &&
        room !== 'ledger' &&
        file !== 'demo/queries.ts',
    );
    expect(wrong).toEqual([]);
  });

  it('leave the exit to the command line', () => {
    const exits = files.filter((file) => /process\.exit\b/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(exits.filter((file) => !['cli.ts', 'demo.ts'].includes(file))).toEqual([]);
  });
});
