import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { isOwn } from './settings.ts';

/** What Node puts in the place of bytes that are no UTF-8. */
const LOST = '\ufffd';

/**
 * Refuses arguments and settings that Node could not hand over as they are: they would name another file than was meant.
 * @throws UsageError naming the first of them
 */
export function refuseLostBytes(args: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
  const argument = args.find((arg) => arg.includes(LOST));
  if (argument !== undefined && isLost('/proc/self/cmdline')) throw lost(`The argument ${argument}`);
  const name = Object.keys(env).find((key) => isOwn(key) && env[key]?.includes(LOST));
  if (name !== undefined && isLost('/proc/self/environ')) throw lost(name);
}

/** Whether the text was lost on its way, and did not have that character in it. Only Linux has other names than UTF-8. */
function isLost(original: string): boolean {
  try {
    return !isUtf8(readFileSync(original));
  } catch {
    return false;
  }
}

function lost(what: string): UsageError {
  return new UsageError(
    'not_utf8',
    `${what} holds bytes that are no UTF-8, which Node cannot pass on; nothing was done.`,
    {
      hint: 'Rename what it names, or give it a second name with ln -s and use that.',
    },
  );
}
