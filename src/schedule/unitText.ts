import { unscheduled } from './plan.ts';

/** How systemd reads the values of a unit file: each kind of setting has rules of its own. */

/** In every setting `%` begins a specifier. */
export function escapePercent(value: string): string {
  return value.replaceAll('%', '%%');
}

/** One word of a list: what systemd would split or unescape stands in double quotes. */
export function quoteWord(word: string): string {
  const escaped = escapePercent(word);
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** An argument of a command, where `$` begins a variable also inside quotes. (In the command's own path it does not.) */
export function quoteArgument(word: string): string {
  return quoteWord(word).replaceAll('$', '$$$$');
}

/** A path that is the whole value: systemd reads it as it stands, spaces and quotes included. */
export function rawPath(path: string): string {
  if (/[\s\\]$/.test(path))
    throw unscheduled(`${path} ends in a space or a backslash`, 'Rename it: systemd cannot name such a path.');
  return escapePercent(path);
}

/** `EnvironmentFile` takes a pattern. */
export function escapeGlob(path: string): string {
  return path.replaceAll(/[*?[\]\\]/g, '\\$&');
}
