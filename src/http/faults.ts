/** The answer was 407, which only proxies send. */
export class AuthenticationRequired extends Error {
  constructor() {
    super('it answered 407: it wants a user and a password, as proxies do');
    this.name = 'AuthenticationRequired';
  }
}

/** The body ended early, or could not be decoded. */
export class BrokenOff extends Error {
  constructor(cause: unknown) {
    super('the body broke off', { cause });
    this.name = 'BrokenOff';
  }
}

/** The decoded body is longer than it may be. */
export class BodyTooLarge extends Error {
  constructor(cause: unknown) {
    super('the decoded body is too large', { cause });
  }
}

/** The innermost cause: HTTP libraries wrap the original error once or twice. */
export function rootCause(error: unknown): Error {
  let root = error instanceof Error ? error : new Error('unknown fault');
  while (root.cause instanceof Error) root = root.cause;
  return root;
}
