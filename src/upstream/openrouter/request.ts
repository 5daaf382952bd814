import type { Response } from 'undici';
import { type Reading, type Room, readBody, readWholePage } from './body.ts';
import type { Connection } from './connection.ts';
import { connectionFault, describeUrl, Fault, quote, type Redact } from './fault.ts';
import { readRefusal } from './refusal.ts';

/** What one run's requests have in common; `requests` counts them. */
export interface Session {
  readonly connection: Connection;
  readonly headers: Readonly<Record<string, string>>;
  readonly redact: Redact;
  readonly now: () => number;
  requests: number;
}

/** One page of the list, or the word that nothing changed. */
export interface AnswerPage {
  readonly status: 200 | 304;
  readonly body: Buffer;
  readonly etag: string | null;
  readonly contentType: string | null;
  /** The address that it names as the next page's. */
  readonly next: string | undefined;
  /** Where it was found in the end. */
  readonly url: URL;
}

/** A 200 whose body is not JSON to its end: worth another attempt, and kept in case that one is no better. */
export class UnparsablePage extends Fault {
  readonly page: AnswerPage;

  constructor(reason: string, page: AnswerPage) {
    super('unparsable', `it answered 200 with ${reason}`, { httpStatus: 200, retry: true });
    this.page = page;
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/**
 * One attempt at one page.
 * @param etag sent as `If-None-Match`; only then is 304 an answer
 * @param room what the decoded body may take
 * @throws Fault; {@link UnparsablePage} where the body is not JSON
 */
export async function requestPage(
  session: Session,
  url: URL,
  etag: string | null,
  room: Room,
  signal: AbortSignal,
): Promise<AnswerPage> {
  try {
    const { response, at } = await follow(session, url, etag, signal);
    const contentType = response.headers.get('content-type');
    const found = { etag: readEtag(response), contentType: contentType === null ? null : quote(contentType), url: at };
    if (response.status === 304 && etag !== null)
      return { status: 304, body: Buffer.alloc(0), next: undefined, ...found };
    if (response.status !== 200) throw await readRefusal(response, session.redact, session.now());
    const body = await readBody(response.body, room);
    const reading: Reading = readWholePage(body, contentType);
    if ('next' in reading) return { status: 200, body, next: reading.next, ...found };
    throw new UnparsablePage(reading.unparsable, { status: 200, body, next: undefined, ...found });
  } catch (error) {
    throw error instanceof Fault || signal.aborted ? error : connectionFault(error, session.redact);
  }
}

/** Asks, following redirects that stay where we are; no credential leaves the origin it is meant for. */
async function follow(
  session: Session,
  url: URL,
  etag: string | null,
  signal: AbortSignal,
): Promise<{ response: Response; at: URL }> {
  const headers = etag === null ? session.headers : { ...session.headers, 'if-none-match': etag };
  const seen = new Set<string>();
  let at = url;
  for (;;) {
    seen.add(at.href);
    session.requests += 1;
    const response = await session.connection.get(at, headers, signal);
    if (!REDIRECTS.has(response.status)) return { response, at };
    at = readRedirect(response, at, url);
    await response.body?.cancel();
    const status = { httpStatus: response.status };
    if (seen.has(at.href)) throw new Fault('redirected', 'it redirects in a circle', status);
    if (seen.size > MOST_REDIRECTS) throw new Fault('redirected', `more than ${MOST_REDIRECTS} redirects`, status);
  }
}

function readRedirect(response: Response, from: URL, asked: URL): URL {
  const status = { httpStatus: response.status };
  const location = response.headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, from.href)) {
    throw new Fault('redirected', `it answered ${response.status} without a usable address`, status);
  }
  const target = new URL(location, from);
  target.hash = '';
  if (target.origin !== asked.origin || target.username !== '' || target.password !== '') {
    throw new Fault(
      'redirected',
      `it redirects to ${describeUrl(target)}, which is elsewhere and not followed`,
      status,
    );
  }
  if (target.search !== asked.search) {
    // The query says what the list covers: without `output_modalities=all` models would seem to vanish.
    throw new Fault(
      'redirected',
      `it redirects to ${describeUrl(target)} with another query, which is not followed`,
      status,
    );
  }
  return target;
}

const WELL_FORMED_ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/;

/** An ETag that can be stored and sent back as it is; anything else is treated as none. */
export function isEtag(value: string): boolean {
  return WELL_FORMED_ETAG.test(value);
}

function readEtag(response: Response): string | null {
  const value = response.headers.get('etag');
  return value !== null && isEtag(value) ? value : null;
}
