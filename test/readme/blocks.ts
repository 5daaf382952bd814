import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const WIDTH = 100;

/** What a block of the README that is marked with a comment of this name has to say. */
export function makeBlock(name: string, db: string): string {
  if (name === 'tables')
    return columnsOf(
      db,
      'table',
      (table) => !/^(?:archive|__|acceptances|outbox|sqlite_|endpoint_(?:answers|models|texts)$)/.test(table),
    );
  if (name === 'views') return columnsOf(db, 'view', () => true);
  const [, args] = /^model-ledger (.*)$/.exec(name) ?? [];
  if (args === undefined) throw new TypeError(`no such block: ${name}`);
  return execFileSync('node', [CLI, ...args.split(' ')], { encoding: 'utf8', env: { ...process.env, COLUMNS: '100' } });
}

/** Tables or views with their columns, in the order in which they were made, wrapped. */
function columnsOf(file: string, type: 'table' | 'view', isShown: (name: string) => boolean): string {
  const db = new Database(file, { readonly: true });
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
