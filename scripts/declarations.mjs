/**
 * Writes the declarations of the library: those that its entry reaches and no others, so that whoever installs the package
 * needs no types of libraries that are not in it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import process from 'node:process';

/** A module that a declaration takes types from. */
const FROM = /(?<=\bfrom ')[^']+(?=')|(?<=\bimport\(["'])[^"']+(?=["']\))/g;

/** @param {{ root: string, entry: string, to: string }} places */
export function writeDeclarations({ root, entry, to }) {
  const emitted = mkdtempSync(join(tmpdir(), 'model-ledger-types-'));
  try {
    const reached = [entry.replace(/^src\//, '')];
    for (let done = 0; done < reached.length; ) {
      const fresh = reached.slice(done);
      done = reached.length;
      emit(root, fresh, emitted);
      for (const name of fresh.flatMap((file) => moveOne(file, emitted, join(root, to)))) {
        if (!reached.includes(name)) reached.push(name);
      }
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

/**
 * Puts a declaration in its place; returns the sources that it takes types from.
 * @param {string} file
 * @param {string} from
 * @param {string} to
 */
function moveOne(file, from, to) {
  const name = file.replace(/\.ts$/, '.d.ts');
  const text = readFileSync(join(from, name), 'utf8');
  const sources = text.match(FROM) ?? [];
  const stranger = sources.find((source) => !source.startsWith('.'));
  if (stranger !== undefined) throw new Error(`${file} takes types from ${stranger}, which is not in the package`);
  mkdirSync(dirname(join(to, name)), { recursive: true });
  writeFileSync(
    join(to, name),
    text.replaceAll(FROM, (source) => source.replace(/\.ts$/, '.js')),
  );
  return sources.map((source) => posix.join(posix.dirname(file), source));
}

/**
 * Each file is read alone, so nothing is followed that no declaration needs, and every exported type must be spelled out,
 * which `isolatedDeclarations` sees to. What else is wrong in the types is said by `npm run check`.
 * @param {string} root
 * @param {readonly string[]} files
 * @param {string} folder
 */
function emit(root, files, folder) {
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = {
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, isolatedDeclarations: true, allowJs: false },
    ...{ checkJs: false, noCheck: true, noResolve: true, types: [], rootDir: join(root, 'src'), outDir: folder },
  };
  const sources = files.map((file) => join(root, 'src', file));
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: sources }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', config], { cwd: root, stdio: 'inherit' });
}
