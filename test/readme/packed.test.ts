import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('the package holds whatever its README and its pages lead to', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'];
  const packed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const files = new Set(Array.from(packed.matchAll(/"path": "([^"]+)"/g), ([, path = '']) => path));
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const pages = ['README.md', ...docs.map((name) => `docs/${name}`)];
  const missing = pages.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const links = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g), ([, to = '']) => to);
    return links
      .map((to) => posix.join(posix.dirname(page), to))
      .filter((to) => ![...files].some((file) => file === to || file.startsWith(`${to.replace(/\/$/, '')}/`)))
      .map((to) => `${page}: ${to}`);
  });
  expect(missing).toEqual([]);
});
