import { type Context, Hono, type HonoRequest } from 'hono';
import { routeApi } from './api/routes.ts';
import { feed, PUBLIC_HEADERS } from './feeds.ts';
import { pageOf, pathOf } from './http/address.ts';
import { type Answer, type Prepared, prepare, respond } from './http/answer.ts';
import { makeTokenCheck } from './http/auth.ts';
import { errorAnswer, isOwnersBusiness, RequestError, toRequestError } from './http/errors.ts';
import { LedgerRequest } from './http/ledgerRequest.ts';
import { health, metrics } from './monitors.ts';
import { COUNTING, type CountTextOptions, CountTexts } from './pages/cost/countText.tsx';
import { errorPage } from './pages/errorPage.tsx';
import { routePage } from './pages/routes.tsx';
import type { Question } from './question.ts';

export interface AppOptions extends CountTextOptions {
  /** The token that the API requires; undefined: none. */
  readonly token: string | undefined;
  /** How old the last good run may be before `/healthz` fails; null: any age. */
  readonly maxAgeMs: number | null;
  /** Called with errors that only the owner should see. */
  readonly onError: (error: unknown) => void;
}

const API_HEADERS = {
  ...PUBLIC_HEADERS,
  'access-control-expose-headers': 'ETag, Last-Modified, X-Ledger-Observed-At, X-Ledger-Completed',
};
/** What needs a token must not be given to others by a cache that they share. */
const GUARDED_HEADERS = { ...API_HEADERS, 'cache-control': 'private, max-age=60' };
const METHODS = 'GET, HEAD, OPTIONS';
const PREFLIGHT = {
  'access-control-allow-methods': METHODS,
  'access-control-allow-headers': '*, Authorization',
  'access-control-max-age': '86400',
};
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' };
const FEED = /^(?:\/models\/(.+))?\/feed\.(atom|json)$/;

/** The whole server except its sockets: it turns requests into responses. */
export function makeApp(options: AppOptions): Hono {
  const { base } = options.site;
  const app = new Hono();
  const isAllowed = options.token === undefined ? () => true : makeTokenCheck(options.token);
  const texts = new CountTexts(options);
  const preflight = ({ req }: Context): Response =>
    new Response(null, {
      status: 204,
      headers: { ...API_HEADERS, ...PREFLIGHT, allow: methodsOf(pageOf(req.url, options.site)) },
    });
  const inApi = async ({ req }: Context): Promise<Response> =>
    await respond(answerApi(req, options, isAllowed), req.raw.headers);
  const elsewhere = async ({ req }: Context): Promise<Response> =>
    await respond(await answerRest(req, options, texts), conditionsOf(req));
  app.options('*', preflight);
  app.all(`${base}/api/*`, inApi);
  app.all(`${base}/api`, inApi);
  app.all(base === '' ? '*' : `${base}/*`, elsewhere);
  if (base !== '') app.all(base, elsewhere);
  app.notFound(async ({ req }) => await respond(prepare(errorAnswer(NOT_HERE)), req.raw.headers));
  app.onError(async (error, { req }) => await respond(prepare(errorAnswer(explain(error, options))), req.raw.headers));
  return app;
}

const NOT_HERE = new RequestError(404, 'There is nothing here.');

function answerApi(req: HonoRequest, options: AppOptions, isAllowed: ReturnType<typeof makeTokenCheck>): Prepared {
  const { site, now, token } = options;
  const headers = token === undefined ? API_HEADERS : GUARDED_HEADERS;
  try {
    refuseWriting(req, METHODS);
    if (!isAllowed(req.header('authorization') ?? null))
      throw new RequestError(401, 'A bearer token is required.', { headers: { 'www-authenticate': 'Bearer' } });
    const request = new LedgerRequest(pathOf(req.url, site), now);
    return answer(options, request, (question) => withHeaders(routeApi(question), headers));
  } catch (error) {
    return prepare(withHeaders(errorAnswer(explain(error, options)), headers));
  }
}

async function answerRest(req: HonoRequest, options: AppOptions, texts: CountTexts): Promise<Prepared> {
  const { site, now } = options;
  const path = pageOf(req.url, options.site);
  const request = new LedgerRequest(path, now, { dropEmpty: true });
  try {
    if (req.method === 'POST' && COUNTING.includes(request.path))
      return prepare(await texts.answer(request.path, req.raw));
    refuseWriting(req, methodsOf(path));
    const name = request.path.startsWith('/static/') ? request.path.slice('/static/'.length) : '';
    const file = site.assets.byName.get(name);
    if (file !== undefined) return prepare({ type: file.type, body: file.bytes, headers: FOR_EVER });
    return answer(options, request, (question) => routeRest(question, options));
  } catch (error) {
    const failure = explain(error, options);
    const isHealth = request.path === '/healthz';
    const body = JSON.stringify({ ok: false, error: failure.message });
    return prepare(isHealth ? { ...errorAnswer(failure), body } : errorPage(failure, site));
  }
}

function refuseWriting({ method, raw }: HonoRequest, allow: string): void {
  if (method !== 'GET' && method !== 'HEAD')
    throw new RequestError(405, `Only ${allow} are answered here.`, { headers: { allow } });
  if (raw.headers.has('transfer-encoding') || Number(raw.headers.get('content-length') ?? 0) > 0)
    throw new RequestError(413, 'Nothing here takes a body.', { headers: { connection: 'close' } });
}

function methodsOf(path: string): string {
  return COUNTING.includes(path.split('?', 1)[0] ?? '') ? `${METHODS}, POST` : METHODS;
}

/** The answer to a POST never depends on what the client has cached, so its `if-none-match` is ignored. */
function conditionsOf({ method, raw: { headers } }: HonoRequest): Headers {
  return method === 'POST' ? new Headers({ 'accept-encoding': headers.get('accept-encoding') ?? '' }) : headers;
}

/** Routes everything except the API and static files. */
function routeRest(question: Question, { now, maxAgeMs }: AppOptions): Answer {
  const { request, view } = question;
  if (request.path === '/metrics') return metrics(view);
  if (request.path === '/healthz') return health(view, now(), maxAgeMs);
  const [, model, form] = FEED.exec(request.path) ?? [];
  if (form === 'atom' || form === 'json')
    return feed(question, form, model === undefined ? undefined : request.segments('/models/').slice(0, -1).join('/'));
  return routePage(question);
}

/** A remembered answer, or a new one, which is remembered if it stays true until the next commit. */
function answer({ source, site }: AppOptions, request: LedgerRequest, work: (question: Question) => Answer): Prepared {
  const known = source.remembered(request.key);
  if (known !== undefined) return known;
  return source.ask((view) => {
    const prepared = prepare(work({ request, view, site }));
    const isLasting = !request.usesClock && prepared.headers['cache-control'] !== 'no-store';
    if (isLasting) view.answers.set(request.key, prepared, prepared.body.byteLength * 2);
    return prepared;
  });
}

function explain(error: unknown, { onError }: AppOptions): RequestError {
  if (isOwnersBusiness(error)) onError(error);
  return toRequestError(error);
}

function withHeaders(made: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...made, headers: { ...headers, ...made.headers } };
}
