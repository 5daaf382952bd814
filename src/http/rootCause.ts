/** The first cause of all: HTTP libraries wrap what happened once or twice. */
export function rootCause(error: unknown): Error {
  let root = error instanceof Error ? error : new Error('unknown fault');
  while (root.cause instanceof Error) root = root.cause;
  return root;
}
