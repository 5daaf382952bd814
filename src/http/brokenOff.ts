/** A body ended early, or is not encoded as it claims to be. */
export class BrokenOff extends Error {
  constructor(cause: unknown) {
    super('the body broke off', { cause });
    this.name = 'BrokenOff';
  }
}
