import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { clock, pair, row } from './measure.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * What a run checks before it stands on the file; its floor is SQLite's own look at each page.
 * @param {string} what
 * @param {string} file
 * @param {import('./measure.mjs').Say} say
 */
export async function foundation(what, file, say) {
  // Beside the program, where it finds its libraries and migrations.
  const outfile = `${ROOT}dist/bench-foundation.mjs`;
  const contents = `export { checkFoundation } from './src/ledger/record/foundation.ts';
    export { openForRecording } from './src/ledger/record/open.ts';`;
  await build({ stdin: { contents, resolveDir: ROOT }, bundle: true, platform: 'node', format: 'esm', outfile });
  try {
    const { checkFoundation, openForRecording } = await import(pathToFileURL(outfile).href);
    const ledger = await openForRecording(file);
    const check = () => clock(() => checkFoundation(ledger)).ms;
    const figures = pair(21, check, () => clock(() => ledger.sqlite.pragma('quick_check(1)')).ms);
    ledger.close();
    say(row(`what a run checks of its file, ${what} (floor: SQLite's quick_check)`, figures, 'ms', '<= 2 x', 1));
  } finally {
    rmSync(outfile, { force: true });
  }
}
