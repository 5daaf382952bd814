/** What any program needs to run: where to find things, who the user is, and which language to speak. */
const NEEDED: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE', 'TERM', 'NO_COLOR', 'COLUMNS'],
  // Where a Node or git that the person installed themselves finds its libraries.
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'NIX_LD', 'NIX_LD_LIBRARY_PATH'],
  // How to reach the person's own service manager.
  ...['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'DBUS_SESSION_BUS_ADDRESS'],
  // Windows cannot start a program without some of these.
  ...['SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment for a child process: only what it needs. Our secrets are not passed on, and neither are variables
 * that make a program load code (`NODE_OPTIONS`, `LD_PRELOAD`, `GIT_*`).
 * @param more names that this child needs besides
 */
export function childEnvironment(env: NodeJS.ProcessEnv, more: readonly string[] = []): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isKept = NEEDED.has(name.toUpperCase()) || name.startsWith('LC_') || more.includes(name);
    if (isKept && value !== undefined) kept[name] = value;
  }
  return kept;
}
