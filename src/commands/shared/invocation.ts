import { basename, delimiter, dirname, relative, sep } from 'node:path';

const NAME = 'model-ledger';

/** What was typed to start this program. */
export interface Invocation {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file that Node was started with, links not followed. */
  readonly script: string;
  /** Undefined where the folder is gone. */
  readonly cwd: string | undefined;
}

/** How this program is called where it was called, so that a hint can be typed: not everybody has it on their path. */
export function programName({ env, script, cwd }: Invocation): string {
  if (/^(?:cli|sync|demo)$/.test(env.npm_lifecycle_event ?? '')) return 'npm run -s cli --';
  if (env.npm_command === 'exec') return `npx ${NAME}`;
  // A timer or a container starts the built file itself, and its messages are read elsewhere.
  if (basename(script) !== NAME || env.PATH?.split(delimiter).includes(dirname(script))) return NAME;
  const path = cwd === undefined ? '..' : relative(cwd, script);
  return path.startsWith('..') ? script : `.${sep}${path}`;
}

/** A message with the commands in it as they are called here. */
export function withProgram(text: string, program: string = NAME): string {
  return program === NAME ? text : text.replaceAll(/\bmodel-ledger(?= [a-z])/g, () => program);
}
