import { UpstreamError, withoutStop } from '../../core/errors.ts';
import { quantity } from '../../core/format/units.ts';
import { quote } from '../../core/reading/quote.ts';

/** Stable codes of what went wrong with a request. */
export type FaultCode =
  | 'unreachable'
  | 'bad_http'
  | 'cut_off'
  | 'timeout'
  | 'http_error'
  | 'redirected'
  | 'too_large'
  | 'unparsable'
  | 'foreign_page'
  | 'page_loop'
  | 'too_many_pages'
  | 'key_repeated'
  | 'unaskable'
  | 'stopped';

export interface FaultDetails {
  readonly httpStatus?: number;
  /** Whether another attempt may succeed. */
  readonly retry?: boolean;
  /** Whether there was no connection at all, so that any other request would fail too. */
  readonly isUnreached?: boolean;
  /** The pause that `Retry-After` asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A failed request, which becomes a {@link FetchError} when there is no further attempt. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly details: FaultDetails;

  constructor(code: FaultCode, reason: string, details: FaultDetails = {}) {
    super(reason);
    this.name = 'Fault';
    this.code = code;
    this.details = details;
  }
}

/** There is no answer. Has the columns that `sync_runs` keeps of such a run. */
export class FetchError extends UpstreamError {
  /** The status of the last answer; null when there was none. */
  readonly httpStatus: number | null;
  /** Requests made in all. */
  readonly attempts: number;
  /** No connection could be had: whatever else is asked for there would fail the same way. */
  readonly isUnreached: boolean;

  /** @param wanted what was asked for */
  constructor(fault: Fault, where: string, attempts: number, redact: Redact, wanted: string) {
    const made = quantity(attempts, 'request');
    // A sweep may have recorded models before this one.
    const state = wanted === 'list' ? ' Nothing was changed.' : '';
    const words = `No ${wanted} from ${where}: ${withoutStop(fault.message)} (${made} made).${state}`;
    const { hint = HINTS[fault.code], cause, httpStatus = null, isUnreached = false } = fault.details;
    super(fault.code, redact(words), { hint, cause });
    this.httpStatus = httpStatus;
    this.attempts = attempts;
    this.isUnreached = isUnreached;
  }
}

const OFFLINE = 'Check the network and HTTPS_PROXY, or do without: `--source FILE`, `model-ledger demo`.';
const ADDRESS = 'Check the address given as source; if it is right, upstream has changed.';
const HINTS: Readonly<Record<FaultCode, string>> = {
  unreachable: OFFLINE,
  timeout: OFFLINE,
  cut_off:
    'Check the connection: it is unstable, or something between here and upstream cuts it; the next run tries again.',
  bad_http: ADDRESS,
  http_error: ADDRESS,
  redirected: 'Give the new address as source, if the list has really moved.',
  too_large: ADDRESS,
  unparsable: ADDRESS,
  foreign_page: ADDRESS,
  page_loop: ADDRESS,
  too_many_pages: ADDRESS,
  key_repeated: 'Check the address, and use a new key: whatever answered shows keys to others.',
  unaskable: 'Tell upstream: the list names a model that has no address.',
  stopped: 'Run it again when convenient.',
};

/** Removes secrets from text that may repeat them. */
export type Redact = (text: string) => string;

/** @param secrets those with less than four characters are ignored */
export function redactor(secrets: readonly (string | undefined)[]): Redact {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= 4);
  return (text) => known.reduce<string>((rest, secret) => rest.replaceAll(secret ?? '', '[secret]'), text);
}

/** An address for a message, without credentials and query. */
export function describeUrl(url: URL): string {
  return quote(url.origin === 'null' ? url.protocol : `${url.origin}${url.pathname}`);
}
