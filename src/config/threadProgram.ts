/**
 * The program of a thread, as it is built or, where the source runs, as its source: threads inherit nothing that loads
 * TypeScript, so there the program begins with it.
 * @param built its name once it is built, beside the module that starts it
 * @param module the address of that module
 */
export function threadProgram(built: string, module: string): URL {
  if (!module.endsWith('.ts')) return new URL(built, module);
  const source = new URL(built.replace(/\.c?js$/, '.ts'), module);
  const hooks = `register('tsx/esm', { parentURL: ${JSON.stringify(source)}, data: {} })`;
  const code = `import { register } from 'node:module'; ${hooks}; await import(${JSON.stringify(source)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
