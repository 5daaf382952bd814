import { childEnvironment } from '../../config/childEnvironment.ts';

/** What a repository's own configuration could otherwise start, fetch or hide. */
const INERT = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'protocol.file.allow=never',
  'log.showSignature=false',
  'log.showRoot=true',
  'diff.relative=false',
];

/** The options of every call of git, before its command. */
export function gitOptions(): string[] {
  return INERT.flatMap((setting) => ['-c', setting]);
}

/** The person's own git settings about other repositories do not reach into this one. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const fixed = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
  return { ...childEnvironment(process.env), ...fixed };
}
