/**
 * Takes the picture of the README: a page of the shipped sample as a browser shows it. Needs Chromium; run it after
 * the pages have changed: `node scripts/build.mjs && node scripts/picture.mjs`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// biome-ignore lint/correctness/noUnresolvedImports: it is CommonJS, whose names the linter does not see
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');
const NOW = '2026-06-10T00:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'model-ledger-picture-'));
const db = join(folder, 'ledger.db');
const env = { ...process.env, MODEL_LEDGER_NOW: NOW };
try {
  const words = ['import', 'files', join(ROOT, 'data/sample'), '--scope', 'output_modalities=all', '--db', db];
  execFileSync(process.execPath, [CLI, ...words], { env, stdio: 'ignore' });
  const server = spawn(process.execPath, [CLI, 'serve', '--db', db, '--port', '0', '--log-format', 'text'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await new Promise((resolve) => {
    server.stderr.on('data', (chunk) => {
      const found = /at (http:\/\/[\d.:]+)/.exec(chunk)?.[1];
      if (found) resolve(found);
    });
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage({ viewport: { width: 1000, height: 640 }, colorScheme: 'light' });
  await page.goto(`${url}/?sort=recently-changed`);
  await page.evaluate("document.querySelector('details').open = false");
  await page.screenshot({ path: join(ROOT, 'docs/list.png') });
  await browser.close();
  server.kill('SIGTERM');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
