/**
 * Builds `dist/` anew: the program with all libraries in it but the database driver, which is native and chosen when it
 * is loaded. Chunks of an earlier build would be packed with this one.
 */
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeDeclarations } from './declarations.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
};

rmSync(`${ROOT}dist`, { recursive: true, force: true });

await build({
  ...common,
  entryPoints: { cli: 'src/cli.ts', library: 'src/library/index.ts' },
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  // Optional, and 30 MB: whoever wants exact counts installs it.
  external: ['gpt-tokenizer'],
  // Libraries written as CommonJS ask for `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});

// One file each, as CommonJS: a process and threads that have to start before their work, a fifth sooner so.
await build({
  ...common,
  entryPoints: ['src/commands/sql/sqlProcess.ts', 'src/commands/sql/sqlWatch.ts', 'src/upstream/git/gitReader.ts'],
  entryNames: '[name]',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.url': '__fileUrl' },
  banner: { js: "const __fileUrl=require('node:url').pathToFileURL(__filename).href;" },
});

// What browsers get: each is served under a name that changes with its content.
await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/server/assets/page.css', 'src/server/assets/page.js'],
  outdir: 'dist/assets',
  minify: true,
  target: ['chrome109', 'firefox115', 'safari16'],
  logLevel: 'warning',
});

chmodSync(`${ROOT}dist/cli.js`, 0o755);

writeDeclarations({ root: ROOT, entry: 'src/library/index.ts', to: 'dist/types' });
