import { basename, delimiter, dirname, relative, sep } from 'node:path';

const NAME = 'model-ledger';

/** How this program was started. */
export interface Invocation {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file that Node was started with, without following links. */
  readonly script: string;
  /** Undefined where the folder is gone. */
  readonly cwd: string | undefined;
}

/** How to call this program again the way it was called, so that hints can be copied even if it is not on the path. */
export function programName({ env, script, cwd }: Invocation): string {
  if (/^(?:cli|sync|demo)$/.test(env.npm_lifecycle_event ?? '')) return 'npm run -s cli --';
  if (env.npm_command === 'exec') return `npx ${NAME}`;
  // Timers and containers start the built file directly, and their messages are read elsewhere.
  if (basename(script) !== NAME || env.PATH?.split(delimiter).includes(dirname(script))) return NAME;
  const path = cwd === undefined ? '..' : relative(cwd, script);
  return path.startsWith('..') ? script : `.${sep}${path}`;
}

/** Replaces the program's name, in the commands that a message quotes, with how it is called here. */
export function withProgram(text: string, program: string = NAME): string {
  return program === NAME ? text : text.replaceAll(/\bmodel-ledger(?= [a-z])/g, () => program);
}
