/**
 * What cron hands to the shell, by the rules of Vixie's and Debian's cron (child_process in do_command.c): all before
 * the first `%`, where a backslash takes the meaning from the next character and goes itself only before a `%`.
 */
export function beforePercent(command: string): string {
  let handed = '';
  let escaped = false;
  for (const character of command) {
    if (escaped && character === '%') handed = handed.slice(0, -1) + character;
    else if (character === '%') return handed;
    else handed += character;
    escaped = !escaped && character === '\\';
  }
  return handed;
}
