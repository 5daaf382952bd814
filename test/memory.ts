/**
 * So much a process may take at most. What is not bounded takes what it is sent, hundreds of megabytes more; how much of
 * what was given back is still there depends on the Node and on when its garbage is collected.
 */
export const MEGABYTES = 240;

/** Of a process that fetches and does nothing else. Node 24 and later take more by themselves. */
export const FETCH_MEGABYTES = Number.parseInt(process.versions.node, 10) < 24 ? 200 : MEGABYTES;

/**
 * An expression that a process evaluates to the most memory it ever took, in megabytes. What Linux says itself: by
 * getrusage() a child begins with what its parent takes, and the worker that runs many test files takes hundreds.
 */
export const PEAK = `(process.platform === 'linux'
  ? Number(/VmHWM:\\s+(\\d+)/.exec(process.getBuiltinModule('node:fs').readFileSync('/proc/self/status', 'utf8'))[1])
  : process.resourceUsage().maxRSS) / 1024`;
