import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareNode, CLI, pair, readAndParse, row, time } from './measure.mjs';

/**
 * A start of the program, and a sync that finds nothing new.
 * @param {string} folder
 * @param {string} body
 * @param {import('./measure.mjs').Say} say
 */
export function starts(folder, body, say) {
  say(
    row(
      'a start (--version)',
      pair(21, () => time([CLI, '--version']), bareNode),
      'ms',
      '<= 1.5 x node -e 0',
    ),
  );
  const db = join(folder, 'unchanged.db');
  time([CLI, 'sync', '--source', body, '--db', db]);
  say(
    row(
      'model ids behind the Tab key',
      pair(15, () => time([CLI, '__complete', '--', 'show', '--db', db, 'gpt']), bareNode),
      'ms',
      '<= 200 ms',
    ),
  );
  say(
    row(
      'an unchanged sync of a file',
      pair(
        15,
        () => time([CLI, 'sync', '--source', body, '--db', db]),
        () => readAndParse(body),
      ),
      'ms',
      '<= 2.5 x reading and parsing it',
    ),
  );
  const list = JSON.parse(readFileSync(body, 'utf8'));
  const models = Array.isArray(list) ? list : list.data;
  const other = join(folder, 'changed.json');
  const name = models[0].name;
  const sync = () => time([CLI, 'sync', '--source', other, '--db', db]);
  let changes = 0;
  const change = () => {
    changes += 1;
    models[0].name = `${name} ${changes}`;
    writeFileSync(other, JSON.stringify(list));
    return sync();
  };
  // The newest pack grows from one body to eight and joins the one before, twice over.
  say(
    row(
      'a sync of one change, by what it takes more than the same again',
      pair(17, change, sync),
      'ms',
      '<= 150 ms more',
    ),
  );
}
