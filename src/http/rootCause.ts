/** The first cause of all: HTTP libraries wrap what happened once or twice. */
export function rootCause(error: unknown): Error {
  let root = error instanceof Error ? error : new Error('unknown fault');
  while (root.cause instanceof Error) root = root.cause;
  return root;
}

/** Its stable word, such as `ECONNREFUSED`; empty where it has none. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
