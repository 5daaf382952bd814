/** What a program needs to be found, to know its user and its machine, and to speak the person's language. */
const NEEDED: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE', 'TERM', 'NO_COLOR', 'COLUMNS'],
  // Where the person's own Node or git finds its libraries.
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'NIX_LD', 'NIX_LD_LIBRARY_PATH'],
  // The person's service manager.
  ...['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'DBUS_SESSION_BUS_ADDRESS'],
  // Windows starts nothing without some of these.
  ...['SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment of a program that this one starts: what it needs and no more. Neither our secrets nor what makes a
 * program load code (`NODE_OPTIONS`, `LD_PRELOAD`, `GIT_*`) goes along.
 * @param more further names that this program needs
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isKept = NEEDED.has(name.toUpperCase()) || name.startsWith('LC_') || more.includes(name);
    if (isKept && value !== undefined) kept[name] = value;
  }
  return kept;
}
