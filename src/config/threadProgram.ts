/**
 * The program for a new thread: the built file or, when the program runs from source, the TypeScript file behind a
 * prelude that registers tsx, because a thread does not inherit the loader of the main thread.
 * @param built the name of the built file, relative to the module that starts the thread
 * @param module the URL of that module
 */
export function threadProgram(built: string, module: string): URL {
  if (!module.endsWith('.ts')) return new URL(built, module);
  const source = new URL(built.replace(/\.c?js$/, '.ts'), module);
  const hooks = `register('tsx/esm', { parentURL: ${JSON.stringify(source)}, data: {} })`;
  const code = `import { register } from 'node:module'; ${hooks}; await import(${JSON.stringify(source)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
