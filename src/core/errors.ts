/**
 * A failure that people are told of: its message says in whole sentences what failed and in which state that left
 * things, its hint says what to do next, and its exit code is one that scripts and timers rely on.
 */
export abstract class LedgerError extends Error {
  abstract readonly exitCode: 2 | 3 | 4 | 5 | 75;
  /** A stable word for `sync_runs.error_code` and `--json`. */
  readonly code: string;
  /** What the person can do now. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }

  /** The message, and what can be done. */
  get advice(): string {
    return this.hint === undefined ? this.message : `${this.message} ${this.hint}`;
  }

  /** Adds the state that the failure left behind, which only the owner of the work knows. */
  leaving(state: string): this {
    if (!this.message.includes(state)) this.message = `${withoutStop(this.message)}; ${state}.`;
    return this;
  }
}

/** What was thrown, in words. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The stable word of what was thrown, such as `ENOENT`; empty where it has none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** What `work` returns; undefined where it fails, which does no harm and need not be told. */
export function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Words of others as a part of a sentence of ours, which has its own full stop. */
export function withoutStop(words: string): string {
  return words.replace(/[\s.:;,]+$/, '');
}

/** Wrong flags, arguments or configuration. */
export class UsageError extends LedgerError {
  readonly exitCode = 2;
}

/** No usable answer from upstream: unreachable, too slow, or an HTTP error. */
export class UpstreamError extends LedgerError {
  readonly exitCode = 3;
}

/** Upstream answered with something that is not a model list. */
export class RejectedError extends LedgerError {
  readonly exitCode = 4;
}

/** The data file is missing, damaged, full, foreign or of another version. */
export class DataFileError extends LedgerError {
  readonly exitCode = 5;
}

/** Another run is writing. */
export class LockedError extends LedgerError {
  readonly exitCode = 75;
}

/** What an export writes to cannot be used: a server that is away or refuses, a folder that is full. */
export class ExportError extends LedgerError {
  readonly exitCode = 5;
}
