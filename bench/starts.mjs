import { join } from 'node:path';
import { CLI, pair, row, time } from './measure.mjs';

/** A start of the program, and a sync that finds nothing new. */
export function starts(folder, body, say) {
  say(
    row(
      'a start (--version)',
      pair(
        21,
        () => time([CLI, '--version']),
        () => time(['-e', '0']),
      ),
      'ms',
      '<= 1.5 x node -e 0',
    ),
  );
  const db = join(folder, 'unchanged.db');
  time([CLI, 'sync', '--source', body, '--db', db]);
  const read = `JSON.parse(require('node:fs').readFileSync(${JSON.stringify(body)}, 'utf8'))`;
  say(
    row(
      'an unchanged sync of a file',
      pair(
        15,
        () => time([CLI, 'sync', '--source', body, '--db', db]),
        () => time(['-e', read]),
      ),
      'ms',
      '<= 2.5 x reading and parsing it',
    ),
  );
}
