import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isObject } from '../src/core/reading/json.ts';

function read(name: string): Record<string, unknown> {
  const document: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8'));
  return isObject(document) ? document : {};
}

const manifest = read('package.json');
const { packages } = read('package-lock.json');
/** What an install brings, by its path; the first entry is this program. */
const installed = Object.entries(isObject(packages) ? packages : {}).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const field = (one: unknown, name: string): unknown => (isObject(one) ? one[name] : undefined);

test('no package runs a script of its own when it is installed but those that were looked at', () => {
  expect(installed.length).toBeGreaterThan(100);
  const running = installed.filter(([, one]) => field(one, 'hasInstallScript') === true).map(([path]) => nameOf(path));
  const judged = isObject(manifest.allowScripts) ? manifest.allowScripts : {};
  expect([...new Set(running)].filter((name) => !Object.hasOwn(judged, name))).toEqual([]);
  // The driver of Node 20, which is compiled or fetched; all others do without theirs.
  expect(Object.keys(judged).filter((name) => judged[name] !== false)).toEqual(['better-sqlite3']);
});

test('every package is held to its hash, and none comes from elsewhere than a registry', () => {
  const loose = installed.filter(([, one]) => !/^sha512-/.test(String(field(one, 'integrity'))));
  expect(loose.map(([path]) => path)).toEqual([]);
  const wanted = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies].filter(isObject);
  const elsewhere = wanted
    .flatMap(Object.entries)
    .filter(([, range]) => /^(?:git|https?|file|github)|\//.test(String(range)));
  expect(elsewhere.filter(([, range]) => !String(range).startsWith('npm:'))).toEqual([]);
});

test('the lock says of each driver for which Node it is, and that the prebuilt one is never compiled', () => {
  const at = (path: string): unknown => installed.find(([found]) => found === path)?.[1];
  expect(field(field(at('node_modules/better-sqlite3'), 'engines'), 'node')).toBe('20.x');
  // npm forgets this with every change of the lock; an install puts it back (scripts/lock.mjs).
  expect(field(at('node_modules/better-sqlite3-napi'), 'gypfile')).toBe(false);
});

test('an installed program brings the database driver and nothing else', () => {
  const names = [manifest.dependencies, manifest.optionalDependencies].filter(isObject).flatMap(Object.keys);
  expect(names.sort()).toEqual(['better-sqlite3', 'better-sqlite3-napi']);
});
