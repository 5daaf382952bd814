import { DataFileError, LockedError, UsageError } from '../../core/errors.ts';
import { escapeControls } from '../../core/format/text.ts';
import { type Answer, jsonAnswer } from './answer.ts';

interface RequestErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly near?: readonly string[];
  readonly cause?: unknown;
}

/** Why a request fails, in words that a stranger may read. */
export class RequestError extends Error {
  /** The status of HTTP. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ids of models that may have been meant. */
  readonly near: readonly string[];

  constructor(status: number, message: string, { headers = {}, near = [], cause }: RequestErrorOptions = {}) {
    super(escapeControls(message), { cause });
    this.name = 'RequestError';
    this.status = status;
    this.headers = headers;
    this.near = near;
  }
}

/** What a stranger is told of an error. Details that are only for the owner stay in the log. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof UsageError) return new RequestError(400, error.advice);
  if (error instanceof DataFileError || error instanceof LockedError) {
    const message = `The ledger cannot be read now: ${DATA_FILE[error.code] ?? 'its file cannot be used'}.`;
    return new RequestError(503, message, { headers: { 'retry-after': '30' } });
  }
  return new RequestError(500, 'This should not have happened; the log of the server says more.');
}

/** Words without paths and hints, which are only for the owner. */
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

/** Whether the error belongs into the owner's log. */
export function isOwnersBusiness(error: unknown): boolean {
  return !(error instanceof RequestError) && !(error instanceof UsageError);
}

/** An error as JSON, in the shape that upstream uses. */
export function errorAnswer({ status, message, headers, near }: RequestError): Answer {
  const hint = near.length === 0 ? '' : ` Did you mean ${near.map(escapeControls).join(', ')}?`;
  const body = jsonAnswer({ error: { code: status, message: `${message}${hint}` } });
  return { ...body, status, headers: { 'cache-control': 'no-store', ...headers } };
}
