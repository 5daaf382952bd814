import { readFileSync } from 'node:fs';
import { openDatabase } from '../../src/ledger/store/driver.ts';
import { call } from '../program/call.ts';

const metadata: { databases: { ledger: { tables: Readonly<Record<string, { readonly hidden?: boolean }>> } } } =
  JSON.parse(readFileSync(new URL('../../docs/datasette-metadata.json', import.meta.url), 'utf8'));
const { tables } = metadata.databases.ledger;
const WIDTH = 100;

/** A block that the program makes stands behind a comment with its name, `<!-- model-ledger sync --help -->`. */
const MARKED = /(<!-- ([^>]+) -->\n```text\n)[\s\S]*?(```)/g;
/** A question in SQL and its answer. */
const ANSWERED = /(```sql\n([\s\S]*?)```\n\n```text\n)[\s\S]*?(```)/g;

/** What the demonstration leaves behind: `demo.db` in a folder. */
export interface Demonstration {
  readonly folder: string;
  readonly db: string;
}

/** The page with each of its blocks as the program makes it now. */
export async function remake(page: string, demonstration: Demonstration): Promise<string> {
  const marked = await replaceAll(page, MARKED, (name) => makeBlock(name, demonstration));
  return await replaceAll(marked, ANSWERED, (sql) => run(['sql', '--db', demonstration.db, sql.trim()], demonstration));
}

/** What a command says, run where the demonstration left its file. */
export async function run(args: readonly string[], { folder }: Pick<Demonstration, 'folder'>): Promise<string> {
  const env = { MODEL_LEDGER_NOW: '2026-06-06T00:00:00Z', MODEL_LEDGER_RETRY_DELAY_MS: '' };
  const { code, stdout, stderr } = await call(args, { cwd: folder, env });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

async function replaceAll(page: string, pattern: RegExp, make: (name: string) => Promise<string>): Promise<string> {
  const texts: string[] = [];
  for (const [, , name = ''] of page.matchAll(pattern)) texts.push(await make(name));
  return page.replace(pattern, (_, before: string, __, after: string) => `${before}${texts.shift() ?? ''}${after}`);
}

async function makeBlock(name: string, demonstration: Demonstration): Promise<string> {
  if (name === 'tables') return columnsOf(demonstration.db, 'table', isDescribed);
  if (name === 'views') return columnsOf(demonstration.db, 'view', () => true);
  const [, args] = /^model-ledger (.*)$/.exec(name) ?? [];
  if (args === undefined) throw new TypeError(`no such block: ${name}`);
  return await run(args.split(' '), demonstration);
}

/** Whether a table is meant for people, which its description tells. */
function isDescribed(table: string): boolean {
  const described = tables[table];
  return described !== undefined && described.hidden !== true;
}

/** Tables or views with their columns, in the order in which they were made, wrapped. */
function columnsOf(file: string, type: 'table' | 'view', isShown: (name: string) => boolean): string {
  const db = openDatabase(file, { readonly: true });
  try {
    const names = db.prepare<[string], string>('SELECT name FROM sqlite_schema WHERE type = ? ORDER BY name').pluck();
    const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?) ORDER BY cid').pluck();
    const blocks = names
      .all(type)
      .filter(isShown)
      .map((name) => `${name}\n${wrap(columns.all(name))}`);
    return `${blocks.join('\n')}\n`;
  } finally {
    db.close();
  }
}

function wrap(words: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const [i, word] of words.entries()) {
    const next = i === words.length - 1 ? word : `${word},`;
    if (`${line} ${next}`.length > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${next}`;
  }
  return [...lines, line].join('\n');
}
