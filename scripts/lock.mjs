/**
 * Holds the lock to what package.json cannot say, after every install (npm keeps the first and forgets the second):
 *
 * - better-sqlite3 12 is for Node 20 only. Its own `engines` allow later ones, where it would be compiled for nothing.
 * - better-sqlite3 13 brings its binaries and says `gypfile: false`, which npm leaves out of the lock. `npm ci` would
 *   run node-gyp, and where that fails, for want of Python, drop the driver as an optional dependency.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const text = readFileSync(path, 'utf8');
const lock = JSON.parse(text);

lock.packages['node_modules/better-sqlite3'].engines = { node: '20.x' };
lock.packages['node_modules/better-sqlite3-napi'].gypfile = false;

const amended = `${JSON.stringify(lock, null, 2)}\n`;
if (amended !== text) writeFileSync(path, amended);
