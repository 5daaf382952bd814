import { Attempts, within } from '../../http/deadline.ts';
import { Fault } from './fault.ts';
import {
  checkRequest,
  type FetchOptions,
  failureOf,
  lateFault,
  openSession,
  refuseKey,
  retryTiming,
} from './fetchOptions.ts';
import { type AnswerPage, requestPage, type Session, takeUnparsable } from './request.ts';
import { LIMITS, type RequestLimits } from './requestLimits.ts';
import { retrying } from './retry.ts';

/** Asks about models over one connection. */
export interface EndpointsClient {
  /**
   * @returns upstream's answer about the model; null: it has no endpoints (404)
   * @throws FetchError (exit 3) where there is no answer; without secrets
   */
  readonly ask: (model: string) => Promise<Buffer | null>;
  /** Requests made so far, including retries and redirects. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

/** Stricter than for the list, as the next sweep asks about the model again. */
const ENDPOINT_LIMITS: RequestLimits = {
  ...LIMITS,
  attemptMs: 30_000,
  runMs: 120_000,
  bodyBytes: 4 * 2 ** 20,
  retries: 3,
};

/**
 * Connects to upstream by the rules for the list: deadlines, a limit of bytes, `Retry-After`, retries, and no
 * redirects to elsewhere.
 * @throws UsageError where the address or the key is invalid; nothing was sent
 */
export async function openEndpoints(options: FetchOptions): Promise<EndpointsClient> {
  checkRequest(options);
  const limits = { ...ENDPOINT_LIMITS, ...options.limits };
  const { connectForMany } = await import('./connection.ts');
  const connection = await connectForMany(options.url, options.env, limits.attemptMs);
  const session = openSession(connection, options);
  const attempts = new Attempts(limits.attemptMs, options.signal, () => lateFault(limits));
  /** Whether the last model got no answer in time: then the next one gets a single attempt. */
  let isLate = false;
  return {
    ask: async (model) => {
      const url = endpointsUrl(options.url, model);
      const before = session.requests;
      session.at = url;
      try {
        if (!canBeAsked(model)) throw new Fault('unaskable', 'no address below the list can be made of its id');
        const patience = isLate ? { ...limits, retries: 0 } : limits;
        const answer = await askWithRetries(session, url, options, patience, attempts);
        isLate = false;
        return answer;
      } catch (error) {
        isLate = error instanceof Fault && error.code === 'timeout';
        throw failureOf(error, session, options, session.requests - before, 'endpoints');
      }
    },
    requests: () => session.requests,
    close: () => {
      attempts.end();
      return connection.close();
    },
  };
}

async function askWithRetries(
  session: Session,
  url: URL,
  options: FetchOptions,
  limits: RequestLimits,
  attempts: Attempts,
): Promise<Buffer | null> {
  const budget = { left: limits.bodyBytes, total: limits.bodyBytes };
  const request = (signal: AbortSignal): Promise<AnswerPage> => requestPage(session, url, null, budget, signal);
  try {
    // Hundreds of requests succeed for each one that fails: only that one pays for the setting up of retries.
    const again = (signal: AbortSignal) => within(limits.attemptMs, signal, lateFault(limits), request);
    const page = await attempts
      .run(request)
      .catch((error: unknown) => retryAfter(error, session, options, limits, again))
      .catch(takeUnparsable);
    return refuseKey(page, options.apiKey).body;
  } catch (error) {
    if (error instanceof Fault && error.details.httpStatus === 404) return null;
    throw error;
  }
}

/** Retries after a failed first attempt, by the rules for the list and counting that attempt. */
async function retryAfter(
  failed: unknown,
  session: Session,
  options: FetchOptions,
  limits: RequestLimits,
  attempt: (signal: AbortSignal) => Promise<AnswerPage>,
): Promise<AnswerPage> {
  const timing = retryTiming(session, options, limits);
  let isFirst = true;
  const expired = new Fault('timeout', `it took longer than ${limits.runMs / 1000} s`);
  return await within(limits.runMs, options.signal, expired, (signal) =>
    retrying(timing, signal, async () => {
      if (!isFirst) return await attempt(signal);
      isFirst = false;
      throw failed;
    }),
  );
}

/**
 * Where one model's endpoints are asked for: below the address of the list,
 * `…/api/v1/models/{author}/{slug}/endpoints`. Each part of the id is percent-encoded but for the colon before a
 * variant, as upstream writes such addresses.
 * @param list the list's address; what its query filters says nothing of one model
 */
function endpointsUrl(list: URL, model: string): URL {
  const url = new URL(list);
  const parts = model.split('/').map((part) => encodeURIComponent(part).replaceAll('%3A', ':'));
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${parts.join('/')}/endpoints`;
  url.search = '';
  url.hash = '';
  return url;
}

/** Whether an id makes an address below the list's. */
function canBeAsked(model: string): boolean {
  return !model.split('/').some((part) => part === '' || part === '.' || part === '..');
}
