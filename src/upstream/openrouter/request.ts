import type { HttpAnswer } from '../../http/exchange.ts';
import type { Connection } from './connection.ts';
import { connectionFault } from './connectionFault.ts';
import { describeUrl, Fault, type Redact } from './fault.ts';
import { readRefusal } from './refusal.ts';
import { type ByteBudget, readWholePage } from './wholePage.ts';

/** What the requests of a run have in common, and their number. */
export interface Session {
  readonly connection: Connection;
  readonly headers: Readonly<Record<string, string>>;
  readonly redact: Redact;
  readonly now: () => number;
  requests: number;
  /** The address of the last request and, of a list, the number of its page: a failure names both. */
  at: URL;
  page: number;
}

/** One page of the list, or that nothing has changed. */
export interface AnswerPage {
  readonly status: 200 | 304;
  readonly body: Buffer;
  readonly etag: string | null;
  /** The address of the next page, as the page names it. */
  readonly next: string | undefined;
  /** Its address after redirects. */
  readonly url: URL;
}

/** A 200 whose body is not whole JSON: worth another attempt, and kept in case that is no better. */
export class UnparsablePage extends Fault {
  readonly page: AnswerPage;

  constructor(reason: string, page: AnswerPage) {
    super('unparsable', `it answered 200 with ${reason}`, { httpStatus: 200, retry: true });
    this.page = page;
  }
}

/** A page that is not JSON even at the last attempt is for the reader of the answer to judge. */
export function takeUnparsable(error: unknown): AnswerPage {
  if (error instanceof UnparsablePage) return error.page;
  throw error;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;
/** The most bytes to read of an answer that is no list. */
const ERROR_BYTES = 64 * 1024;

/**
 * One attempt at one page.
 * @param etag sent as `If-None-Match`; only then is 304 an answer
 * @param budget how many bytes the decoded body may have
 * @throws Fault; {@link UnparsablePage} where the body is not JSON
 */
export async function requestPage(
  session: Session,
  url: URL,
  etag: string | null,
  budget: ByteBudget,
  signal: AbortSignal,
): Promise<AnswerPage> {
  try {
    const answer = await follow(session, url, etag, budget, signal);
    const { status, header, body } = answer;
    const contentType = header('content-type');
    const found = { etag: readEtag(answer), url: session.at };
    if (status === 304 && etag !== null) return { status, body: Buffer.alloc(0), next: undefined, ...found };
    if (status !== 200) throw readRefusal(answer, session.redact, session.now());
    if (!answer.isWhole) {
      throw new Fault('too_large', `the list is longer than ${describeBytes(budget.total)}`, { httpStatus: 200 });
    }
    const reading = readWholePage(body, contentType);
    if ('next' in reading) return { status, body, next: reading.next, ...found };
    throw new UnparsablePage(reading.unparsable, { status, body, next: undefined, ...found });
  } catch (error) {
    throw error instanceof Fault || signal.aborted ? error : connectionFault(error, session.redact);
  }
}

/** Makes a request and follows redirects within the same origin, so that no credential leaves it. */
async function follow(
  session: Session,
  url: URL,
  etag: string | null,
  budget: ByteBudget,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const headers = etag === null ? session.headers : { ...session.headers, 'if-none-match': etag };
  // Of decoded bytes; `content-length` and the library's own limit are about encoded ones.
  const most = (status: number): number => (status === 200 ? budget.left : ERROR_BYTES);
  const seen = new Set<string>();
  let next = url;
  for (;;) {
    seen.add(next.href);
    session.at = next;
    session.requests += 1;
    const answer = await session.connection.get({ url: next, headers, signal, most });
    if (!REDIRECTS.has(answer.status)) return answer;
    next = readRedirect(answer, next, url);
    if (seen.has(next.href)) throw redirected(answer, 'it redirects in a circle');
    if (seen.size > MOST_REDIRECTS) throw redirected(answer, `more than ${MOST_REDIRECTS} redirects`);
  }
}

function readRedirect(answer: HttpAnswer, from: URL, asked: URL): URL {
  const location = answer.header('location') ?? '';
  if (location === '' || !URL.canParse(location, from.href))
    throw redirected(answer, `it answered ${answer.status} without a usable address`);
  const target = new URL(location, from);
  target.hash = '';
  const leads = `it redirects to ${describeUrl(target)}`;
  if (target.origin !== asked.origin || target.username !== '' || target.password !== '')
    throw redirected(answer, `${leads}, which is elsewhere and not followed`);
  // The query says what the list covers: without `output_modalities=all` models would seem to vanish.
  if (target.search !== asked.search) throw redirected(answer, `${leads} with another query, which is not followed`);
  return target;
}

function redirected({ status }: HttpAnswer, reason: string): Fault {
  return new Fault('redirected', reason, { httpStatus: status });
}

const WELL_FORMED_ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/;

/** Whether an ETag can be stored and sent back as it is; others are ignored. */
export function isEtag(value: string): boolean {
  return WELL_FORMED_ETAG.test(value);
}

function readEtag({ header }: HttpAnswer): string | null {
  const value = header('etag');
  return value !== null && isEtag(value) ? value : null;
}

function describeBytes(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`;
}
