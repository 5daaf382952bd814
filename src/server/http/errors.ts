import { DataFileError, LockedError, UsageError } from '../../core/errors.ts';
import { escapeControls } from '../../core/format/text.ts';
import type { Answer } from './answer.ts';

/** What a request cannot have, with the status that says why. */
export class NotFound extends Error {
  readonly status: number;

  constructor(message: string, status = 404, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'NotFound';
    this.status = status;
  }
}

/** A model that was never listed, with the ids that may have been meant. */
export class UnknownModel extends NotFound {
  readonly near: readonly string[];

  constructor(message: string, near: readonly string[]) {
    super(message);
    this.name = 'UnknownModel';
    this.near = near;
  }
}

/** Refused before anything is looked up. */
export class Refused extends NotFound {
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, status: number, headers: Readonly<Record<string, string>>, cause?: unknown) {
    super(message, status, cause);
    this.headers = headers;
  }
}

/** An error as it is told to whoever asked. */
export interface PublicError {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ids that may have been meant. */
  readonly near?: readonly string[];
}

/** Puts an error into words for a stranger: what only the owner should know stays in the log. */
export function describeError(error: unknown): PublicError {
  if (error instanceof Refused) return { ...inWords(error.status, error.message), headers: error.headers };
  if (error instanceof UnknownModel) return { ...inWords(error.status, error.message), near: error.near };
  if (error instanceof NotFound) return inWords(error.status, error.message);
  if (error instanceof UsageError) return inWords(400, error.advice);
  if (error instanceof DataFileError || error instanceof LockedError) {
    return {
      ...inWords(503, `The ledger cannot be read now: ${DATA_FILE[error.code] ?? 'its file cannot be used'}.`),
      headers: { 'retry-after': '30' },
    };
  }
  return inWords(500, 'This should not have happened; the log of the server says more.');
}

/** Without paths and hints for the owner, which are in the log. */
const DATA_FILE: Readonly<Record<string, string>> = {
  missing: 'its file is missing or empty',
  not_a_file: 'its file is missing',
  not_a_ledger: 'its file is no ledger',
  newer_schema: 'its file was written by a newer version of model-ledger than the one that serves it',
  old_schema: 'its file was written by an older version of model-ledger; the next sync brings it up to date',
  damaged: 'its file is damaged',
  damaged_body: 'an archived list is damaged',
  missing_body: 'an archived list is missing',
  locked: 'another program holds its file',
  disk_error: 'the disk failed',
  cannot_open: 'its file cannot be opened',
  read_only: 'its file cannot be opened',
};

function inWords(status: number, message: string): PublicError {
  return { status, message: escapeControls(message), headers: {} };
}

/** Whether the log should have the error itself. */
export function isOwnersBusiness(error: unknown): boolean {
  return !(error instanceof NotFound) && !(error instanceof UsageError);
}

/** In upstream's shape. */
export function errorAnswer({ status, message, headers, near = [] }: PublicError): Answer {
  const hint = near.length === 0 ? '' : ` Did you mean ${near.map(escapeControls).join(', ')}?`;
  return {
    status,
    ...json({ error: { code: status, message: `${message}${hint}` } }),
    headers: { 'cache-control': 'no-store', ...headers },
  };
}

export function json(value: unknown): Answer {
  return { type: 'application/json', body: JSON.stringify(value) };
}
