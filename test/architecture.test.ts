import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?<type>type\s)?[^;]*?from\s+'(?<from>[^']+)'|import\('(?<lazy>[^']+)'\)|\n?import\s+'(?<bare>[^']+)'/g;

/** What each room may import beside itself. A file at the top of `src` is a story, a room of its own. */
const STORIES = ['sync', 'sweep', 'importHistory', 'importEndpoints', 'daemon'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: ['core'],
  ledger: ['core'],
  http: ['core', 'config'],
  upstream: ['core', 'config', 'http'],
  schedule: ['core', 'config', 'upstream'],
  notify: ['core', 'config', 'http', 'ledger'],
  server: ['core', 'config', 'ledger', 'notify', 'tokenizers'],
  export: ['core', 'config', 'ledger'],
  tokenizers: ['core'],
  library: ['core', 'config', 'ledger', 'upstream', 'sync'],
};

/** Inside these rooms each folder imports only from those before it. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  core: ['time', 'reading', 'pricing', 'tokens', 'diff', 'endpoints', 'format', 'query', 'notification'],
  ledger: ['store', 'archive', 'endpoints', 'record', 'queries'],
};

/** Files that every folder of their room may import. */
const SHARED = ['core/errors.ts', 'core/collections.ts'];

interface Arrow {
  readonly file: string;
  readonly target: string;
  readonly isOutside: boolean;
  /** Types are gone when the program runs, and so are circles made of them; the order holds for them too. */
  readonly isType: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8');

function arrowsOf(file: string): Arrow[] {
  return Array.from(textOf(file).matchAll(IMPORT), ({ groups }) => {
    const name = groups?.from ?? groups?.lazy ?? groups?.bare ?? '';
    const isOutside = !name.startsWith('.');
    const target = isOutside ? name : relative(SRC, resolve(SRC, dirname(file), name));
    return { file, target, isOutside, isType: groups?.type !== undefined };
  });
}

const arrows = files.flatMap(arrowsOf);
const inside = arrows.filter(({ isOutside, target }) => !isOutside && !target.startsWith('../'));
const show = ({ file, target }: Arrow): string => `${file} -> ${target}`;

const roomOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : path.replace(/\.ts$/, ''));
const folderOf = (path: string): string => path.split('/')[1] ?? '';

/** The circles among the files, each told once, as the files on its way. */
function findCircles(): string[] {
  const next = groupByFile();
  const [done, circles] = [new Set<string>(), [] as string[]];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const { target } of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return circles;
}

function groupByFile(): Map<string, Arrow[]> {
  const groups = new Map<string, Arrow[]>();
  for (const arrow of inside) groups.set(arrow.file, [...(groups.get(arrow.file) ?? []), arrow]);
  return groups;
}

describe('the arrows between the rooms', () => {
  it('are seen at all', () => {
    expect(arrows.length).toBeGreaterThan(400);
  });

  it.each(Object.entries(MAY_IMPORT))('from %s go only to itself and %j', (room, below) => {
    const wrong = inside.filter(
      ({ file, target }) => roomOf(file) === room && ![room, ...below].includes(roomOf(target)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('never lead to the commands or the command line from below', () => {
    const top = ['cli', 'commands', 'demo'];
    const wrong = inside.filter(({ file, target }) => !top.includes(roomOf(file)) && top.includes(roomOf(target)));
    expect(wrong.map(show)).toEqual([]);
  });

  it('never lead from one story to another', () => {
    const wrong = inside.filter(
      ({ file, target }) =>
        STORIES.includes(roomOf(file)) && STORIES.includes(roomOf(target)) && roomOf(target) !== roomOf(file),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('make no circle', () => {
    expect(findCircles()).toEqual([]);
  });
});

describe('inside a room', () => {
  it.each(Object.entries(ORDER))('%s keeps the order %j', (room, order) => {
    const wrong = inside.filter(
      ({ file, target }) =>
        roomOf(file) === room &&
        roomOf(target) === room &&
        !SHARED.includes(target) &&
        order.indexOf(folderOf(target)) > order.indexOf(folderOf(file)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it.each(Object.entries(ORDER))('%s has no folder but %j', (room, order) => {
    const strangers = files.filter(
      (file) => roomOf(file) === room && !SHARED.includes(file) && !order.includes(folderOf(file)),
    );
    expect(strangers).toEqual([]);
  });

  it('no more than twenty files lie flat', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
  });

  it('only the stories and the command line lie at the top of src', () => {
    expect(files.filter((file) => !file.includes('/')).sort()).toEqual(
      ['cli', ...STORIES].map((name) => `${name}.ts`).sort(),
    );
  });
});

describe('the rooms', () => {
  it('keep core pure: nothing of Node, of the database or of the terminal', () => {
    const zod = ['zod', 'zod/v4/mini', 'zod/v4/locales/en.js'];
    const allowed = [...zod, 'big.js', 'csv-parse/sync', 'csv-stringify/sync', 'fastest-levenshtein', 'wrap-ansi'];
    const wrong = arrows.filter(
      ({ file, target, isOutside }) => roomOf(file) === 'core' && isOutside && !allowed.includes(target),
    );
    expect(wrong.map(show)).toEqual([]);
    const ambient =
      /\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random|\bprocess\.|\bperformance\.|\bglobalThis\b|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\(|\bcrypto\./;
    expect(files.filter((file) => roomOf(file) === 'core' && ambient.test(textOf(file)))).toEqual([]);
  });

  it('load the driver in one place, which chooses it for the Node in use', () => {
    const wrong = arrows.filter(
      ({ target, isType }) => !isType && /^(?:better-sqlite3|drizzle-orm\/better-sqlite3$)/.test(target),
    );
    expect(wrong.map(show)).toEqual([]);
    expect(files.filter((file) => textOf(file).includes("'better-sqlite3-napi'"))).toEqual(['ledger/store/driver.ts']);
  });

  it('keep SQL in the ledger', () => {
    const database = /^(?:better-sqlite3|drizzle-orm)(?:\/|$)/;
    const wrong = arrows.filter(
      ({ file, target, isOutside, isType }) =>
        isOutside && database.test(target) && roomOf(file) !== 'ledger' && !(isType && file === 'demo/queries.ts'),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('leave the exit to the command line', () => {
    const exits = files.filter((file) => /process\.exit\b/.test(textOf(file)));
    expect(exits.filter((file) => file !== 'cli.ts')).toEqual([]);
  });
});

describe('the page about the architecture', () => {
  const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \|[^|]*\| ([^|]*?) ?\|$/gm), ([, room = '', below = '']) => ({
    room,
    below: Array.from(below.matchAll(/`(\w+)`/g), ([, name = '']) => name),
  }));

  it('has every room, and what each may import', () => {
    const rooms = new Set(files.filter((file) => file.includes('/')).map(roomOf));
    expect(rows.map(({ room }) => room).sort()).toEqual([...rooms].sort());
    const bounded = rows.filter(({ room }) => room in MAY_IMPORT).map(({ room, below }) => [room, below]);
    expect(Object.fromEntries(bounded)).toEqual(MAY_IMPORT);
  });

  it('tells the order inside them, and every story', () => {
    for (const [room, order] of Object.entries(ORDER)) {
      expect(page.replaceAll('\n', ' ')).toContain(`\`${room}\` is ${order.join(', ')}`);
    }
    expect(STORIES.filter((story) => !new RegExp(`\\b${story}\\b`).test(page))).toEqual([]);
  });
});
