import { unscheduled } from './plan.ts';

/** Quoting for systemd's unit files, where each kind of setting has its own rules. */

/** In every setting, `%` starts a specifier. */
export function escapePercent(value: string): string {
  return value.replaceAll('%', '%%');
}

/** One word of a list. Characters that systemd would split at or unescape are put into double quotes. */
export function quoteWord(word: string): string {
  const escaped = escapePercent(word);
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** An argument of a command, in which `$` starts a variable even inside quotes. (It does not in the command's path.) */
export function quoteArgument(word: string): string {
  return quoteWord(word).replaceAll('$', '$$$$');
}

/** A path that is the whole value of a setting. systemd takes it literally, including spaces and quotes. */
export function rawPath(path: string): string {
  if (/[\s\\]$/.test(path))
    throw unscheduled(`${path} ends in a space or a backslash`, 'Rename it: systemd cannot name such a path.');
  return escapePercent(path);
}

/** For `EnvironmentFile`, whose value is a glob pattern. */
export function escapeGlob(path: string): string {
  return path.replaceAll(/[*?[\]\\]/g, '\\$&');
}
