// @ts-check
/**
 * Draws the picture of a terminal that the README shows: real commands on the ledger of the shipped sample, run by the
 * built program in a pseudo terminal (util-linux's `script`) and written as SVG. Run it when the output has changed:
 * `npm run build && node scripts/terminal-picture.mjs > docs/pictures/terminal.svg`. A folder in which a demonstration was
 * played already may be given; the tests do so, and compare.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COLUMNS = 92;
/** What is typed, and which part of the answer is shown, where it is long: from the first line to before the second. */
const SCENES = [
  { typed: 'model-ledger changes --since 2026-05-20 --until 2026-05-24 --db demo.db' },
  { typed: 'model-ledger show qwen/qwen3.6-plus --db demo.db', from: /^prompt, USD/, to: /^absences/ },
  {
    typed:
      'model-ledger cost qwen/qwen3.6-plus anthropic/claude-haiku-4.5 --prompt-tokens 12k --completion-tokens 800 --db demo.db',
    to: /^These/,
  },
];

const [WIDTH, HEIGHT, MARGIN, TOP] = [8.4, 19, 16, 44];
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal is told by
const STYLE = /(\u001b\[[0-9;]*m)/g;
/** What `styleText` writes, and how it is drawn. */
const CLASSES = /** @type {Readonly<Record<string, string>>} */ ({ 1: 'bold', 2: 'dim', 31: 'bad', 32: 'good' });

const played = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'model-ledger-picture-'));
try {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(join(ROOT, 'dist/cli.js'), join(bin, 'model-ledger'));
  const env = {
    ...{ PATH: [bin, process.env.PATH].join(delimiter), HOME: folder, TZ: 'UTC', TERM: 'xterm-256color' },
    ...{ LANG: 'C.UTF-8', SHELL: '/bin/sh', COLUMNS: String(COLUMNS), MODEL_LEDGER_NOW: '2026-06-06T00:00:00Z' },
  };
  const cwd = played ?? folder;
  if (played === undefined) execFileSync('model-ledger', ['demo'], { cwd, env, stdio: 'ignore' });
  const lines = SCENES.flatMap(({ typed, from, to }) => {
    const command = `stty cols ${COLUMNS} rows 50; ${typed}`;
    const said = execFileSync('script', ['-qec', command, '/dev/null'], { cwd, env, encoding: 'utf8' });
    const prompt = wrap(`$ ${typed}`).map((line) => `\u001b[1m${line}\u001b[22m`);
    return [...prompt, ...part(said.replaceAll('\r', '').trimEnd().split('\n'), from, to), ''];
  });
  process.stdout.write(draw(lines.slice(0, -1)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {readonly string[]} lines @param {RegExp | undefined} from @param {RegExp | undefined} to */
function part(lines, from, to) {
  const plain = lines.map((line) => line.replaceAll(STYLE, ''));
  const first = from ? plain.findIndex((line) => from.test(line)) : 0;
  const end = to ? plain.findIndex((line) => to.test(line)) : lines.length;
  if (first < 0 || end < 0) throw new Error(`no such line in:\n${plain.join('\n')}`);
  const shown = lines.slice(first, end);
  while (shown.at(-1) === '') shown.pop();
  const more = '\u001b[2m⋮\u001b[22m';
  return [...(first > 0 ? [more] : []), ...shown, ...(end < lines.length ? [more] : [])];
}

/** @param {string} line */
function wrap(line) {
  const at = line.length > COLUMNS ? line.lastIndexOf(' ', COLUMNS - 2) : -1;
  return at < 0 ? [line] : [`${line.slice(0, at)} \\`, `    ${line.slice(at + 1)}`];
}

/** @param {readonly string[]} lines */
function draw(lines) {
  const width = COLUMNS * WIDTH + 2 * MARGIN;
  const height = TOP + lines.length * HEIGHT + MARGIN;
  const texts = lines.flatMap((line, row) =>
    runsOf(line).map(({ text, column, style }) => {
      const place = `x="${round(MARGIN + column * WIDTH)}" y="${TOP + row * HEIGHT + 14}"`;
      const length = `textLength="${round([...text].length * WIDTH)}"`;
      return `<text ${place} ${length}${style ? ` class="${style}"` : ''}>${escapeXml(text)}</text>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A terminal with three commands of model-ledger and their answers</title>
<style>
text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d4d9e0; white-space: pre }
.bold { font-weight: bold; fill: #fff } .dim { fill: #8b949e } .good { fill: #56d364 } .bad { fill: #ff7b72 }
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<circle cx="20" cy="18" r="6" fill="#ff5f56"/><circle cx="40" cy="18" r="6" fill="#ffbd2e"/><circle cx="60" cy="18" r="6" fill="#27c93f"/>
${texts.join('\n')}
</svg>
`;
}

/**
 * The parts of a line between its escape sequences, each with the column at which it begins; blanks are only places.
 * @param {string} line
 */
function runsOf(line) {
  /** @type {{ text: string, column: number, style: string }[]} */
  const runs = [];
  let [column, style] = [0, ''];
  for (const piece of line.split(STYLE)) {
    if (piece.startsWith('\u001b')) {
      style = CLASSES[piece.slice(2, -1)] ?? '';
      continue;
    }
    for (const [text] of piece.matchAll(/ {2,}|(?:\S| (?! ))+/g)) {
      if (text.trim() !== '') runs.push({ text: text.trimEnd(), column: column + indent(text), style });
      column += [...text].length;
    }
  }
  return runs.map(({ text, ...rest }) => ({ text: text.trimStart(), ...rest }));
}

/** @param {string} text */
function indent(text) {
  return text.length - text.trimStart().length;
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(1));
}

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
