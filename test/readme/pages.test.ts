import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLedger, sampleLists } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { remake, run } from './blocks.ts';
import { typedCommands } from './typed.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', 'CONTRIBUTING.md', ...DOCS.map((name) => `docs/${name}`)];
/** These have tests of their own, which make them whole. */
const OTHERS = ['docs/sql.md', 'docs/tables.md'];
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

const folder = newFolder(afterAll);
const demonstration = { folder, db: join(folder, 'demo.db') };
const helps = new Map<string, string>();

beforeAll(async () => {
  await makeLedger(demonstration.db, sampleLists());
  await readHelps([]);
});

/** Every command with its help, found by asking each for its own. */
async function readHelps(words: readonly string[]): Promise<void> {
  const help = await run([...words, '--help'], { folder });
  helps.set(words.join(' '), help);
  const [, list = ''] = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(help) ?? [];
  const names = Array.from(list.matchAll(/^ {2}(\w+)/gm), ([, name = '']) => name).filter((name) => name !== 'help');
  for (const name of names) await readHelps([...words, name]);
}

const hasScript = existsSync('/usr/bin/script');
if (!hasScript) console.info('no program script here: the picture of a terminal is not drawn again');

describe('a page', () => {
  test.each(PAGES.filter((page) => !OTHERS.includes(page)))('has what the program says: %s', async (page) => {
    await expect(await remake(textOf(page), demonstration)).toMatchFileSnapshot(join(ROOT, page));
  });

  test.each(PAGES)('leads only to what is there: %s', (page) => {
    const links = Array.from(textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g), ([, to = '']) => to);
    expect(links.filter((to) => !existsSync(new URL(to, `file://${ROOT}${page}`)))).toEqual([]);
  });

  test.each(PAGES)('names only files that there are: %s', (page) => {
    const path = /`((?:src|test|docs|bench|scripts|core|ledger|upstream|commands|notify)\/[\w./-]*\w)`/g;
    const named = Array.from(textOf(page).matchAll(path), ([, name = '']) => name);
    expect(named.filter((name) => !['', 'src'].some((folder) => existsSync(join(ROOT, folder, name))))).toEqual([]);
  });

  test.each(PAGES)('names only commands and options that there are: %s', (page) => {
    expect(callsOf(textOf(page)).flatMap(wrongWords)).toEqual([]);
  });
});

test('all pages of the documentation are told of by the README', () => {
  const readme = textOf('README.md');
  expect(DOCS.filter((name) => !readme.includes(`(docs/${name})`))).toEqual([]);
});

test('every command is named by the README', () => {
  const readme = textOf('README.md');
  const names = [...helps.keys()].filter((name) => name !== '' && !name.includes(' '));
  expect(names.filter((name) => !new RegExp(`\`${name}[ \`]`).test(readme))).toEqual([]);
});

test('the help of every command stands in docs/commands.md', () => {
  const marked = Array.from(
    textOf('docs/commands.md').matchAll(/<!-- model-ledger (?:(.*) )?--help -->/g),
    ([, name]) => name ?? '',
  );
  expect(marked.sort()).toEqual([...helps.keys()].sort());
});

test('every help ends in examples, and what stands behind its options fits into 80 columns', () => {
  const commands = [...helps].filter(([name]) => name !== '');
  expect(commands.filter(([, help]) => !help.includes('\nExamples:\n')).map(([name]) => name)).toEqual([]);
  const lines = commands.flatMap(([, help]) => help.slice(help.indexOf('-h, --help')).split('\n').slice(1));
  // A call stays whole, for people to copy.
  expect(lines.filter((line) => line.length > 80 && !line.startsWith('  model-ledger '))).toEqual([]);
});

test.runIf(hasScript)('the picture of a terminal shows what the program says', async () => {
  const script = join(ROOT, 'scripts/terminal-picture.mjs');
  const picture = execFileSync('node', [script, folder], { encoding: 'utf8' });
  await expect(picture).toMatchFileSnapshot(join(ROOT, 'docs/pictures/terminal.svg'));
});

test('what the README says to type works as it stands, in an empty folder and without a network', () => {
  const bin = join(folder, 'bin');
  const empty = join(folder, 'empty');
  for (const path of [bin, empty]) mkdirSync(path);
  symlinkSync(join(ROOT, 'dist/cli.js'), join(bin, 'model-ledger'));
  const env = { PATH: [bin, process.env.PATH].join(delimiter), HOME: empty, HTTPS_PROXY: 'http://127.0.0.1:9' };
  const said = typedCommands().map((command) =>
    execFileSync('sh', ['-c', command], { cwd: empty, env, encoding: 'utf8', stdio: 'pipe' }),
  );
  expect(said.length).toBeGreaterThanOrEqual(5);
  expect(said.filter((text) => text === '')).toEqual([]);
});

/** The calls of the program in the page's shell blocks, a line each, without what follows a pipe or a comment. */
function callsOf(page: string): string[] {
  return Array.from(page.matchAll(/```sh\n([\s\S]*?)```/g), ([, block = '']) => block.replaceAll('\\\n', ' '))
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => /(?:^|\s)(?:\.\/)?model-ledger\s+([^|]*)/.exec(line.replace(/(?:^|\s)#.*/, ''))?.[1] ?? []);
}

function wrongWords(call: string): string[] {
  const words = call.split(/\s+/);
  const name = helps.has(words.slice(0, 2).join(' ')) ? words.slice(0, 2).join(' ') : (words[0] ?? '');
  const help = name.startsWith('-') ? helps.get('') : helps.get(name);
  if (help === undefined) return [`no command ${name}: ${call}`];
  const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
  return options
    .filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help))
    .map((option) => `no option ${option}: ${call}`);
}
