import { UpstreamError, withoutStop } from '../../core/errors.ts';
import { quantity } from '../../core/format/units.ts';
import { quote } from '../../core/reading/quote.ts';

/** Stable words for what went wrong between us and upstream. */
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
  /** Whether another attempt can mend it. */
  readonly retry?: boolean;
  /** No connection could be had: whatever else is asked for there would fail the same way. */
  readonly isUnreached?: boolean;
  /** What `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** One request went wrong. Becomes a {@link FetchError} once no further attempt is made. */
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

/** No answer could be had. Carries what `sync_runs` keeps of such a run. */
export class FetchError extends UpstreamError {
  /** The last status upstream answered with; null when there was no answer. */
  readonly httpStatus: number | null;
  /** Requests made in all. */
  readonly attempts: number;
  /** No connection could be had: whatever else is asked for there would fail the same way. */
  readonly isUnreached: boolean;

  /** @param wanted what was asked for */
  constructor(fault: Fault, where: string, attempts: number, redact: Redact, wanted = 'list') {
    const made = quantity(attempts, 'request');
    super(
      fault.code,
      // A list is asked for before anything is done; of a sweep the models before this one may be recorded.
      redact(
        `No ${wanted} from ${where}: ${withoutStop(fault.message)} (${made} made).${wanted === 'list' ? ' Nothing was changed.' : ''}`,
      ),
      {
        hint: fault.details.hint ?? HINTS[fault.code],
        cause: fault.details.cause,
      },
    );
    this.httpStatus = fault.details.httpStatus ?? null;
    this.attempts = attempts;
    this.isUnreached = fault.details.isUnreached === true;
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

/** Removes secrets from text that others wrote and that may repeat them. */
export type Redact = (text: string) => string;

/** @param secrets the key, the proxy's password …; what is shorter than four characters is no secret */
export function redactor(secrets: readonly (string | undefined)[]): Redact {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= 4);
  return (text) => known.reduce<string>((rest, secret) => rest.replaceAll(secret ?? '', '[secret]'), text);
}

/** An address as it may stand in a message: no credentials, no query. */
export function describeUrl(url: URL): string {
  return quote(url.origin === 'null' ? url.protocol : `${url.origin}${url.pathname}`);
}
