import { type Context, Hono } from 'hono';
import { routeApi, type Site } from './api/routes.ts';
import { type Answer, type Prepared, prepare, respond } from './http/answer.ts';
import { Asked } from './http/asked.ts';
import { makeTokenCheck } from './http/auth.ts';
import { errorAnswer, isOwnersBusiness, NotFound, tellError } from './http/errors.ts';
import type { LedgerSource, View } from './source/ledgerSource.ts';

export interface AppOptions extends Site {
  readonly source: LedgerSource;
  /** Without it, whatever authorization is sent is ignored. */
  readonly token: string | undefined;
  readonly now: () => Date;
  /** Told of what only the owner should know. */
  readonly onError: (error: unknown) => void;
}

const API_HEADERS = {
  'cache-control': 'public, max-age=60',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Last-Modified, X-Ledger-Observed-At, X-Ledger-Completed',
};
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': '*, Authorization',
  'access-control-max-age': '86400',
};

/** The whole server but for its sockets: a request in, an answer out. */
export function makeApp(options: AppOptions): Hono {
  const { source, base, token } = options;
  const app = new Hono();
  const isAllowed = token === undefined ? () => true : makeTokenCheck(token);
  const answer = (context: Context, work: (asked: Asked, view: View) => Answer): Prepared => {
    const { pathname, search } = readUrl(context.req.url);
    const asked = new Asked(pathname.slice(base.length) + search, options.now);
    const known = source.remembered(asked.key);
    if (known !== undefined) return known;
    return source.ask((view) => {
      const prepared = prepare(work(asked, view));
      if (!asked.usesClock) view.answers.set(asked.key, prepared, prepared.body.byteLength * 2);
      return prepared;
    });
  };
  const inApi = async (context: Context): Promise<Response> => {
    const { req } = context;
    if (req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { ...API_HEADERS, ...PREFLIGHT } });
    if (req.method !== 'GET' && req.method !== 'HEAD')
      return await apiError(new NotFound('Only GET and HEAD are answered here.', 405), req.raw.headers, {
        allow: 'GET, HEAD, OPTIONS',
      });
    if (!isAllowed(req.header('authorization') ?? null))
      return await apiError(new NotFound('A bearer token is required.', 401), req.raw.headers, {
        'www-authenticate': 'Bearer',
      });
    try {
      const prepared = answer(context, (asked, view) => {
        const made = routeApi(asked, view, options);
        return { ...made, headers: { ...API_HEADERS, ...made.headers } };
      });
      return await respond(prepared, req.raw.headers);
    } catch (error) {
      if (isOwnersBusiness(error)) options.onError(error);
      return await apiError(error, req.raw.headers);
    }
  };
  app.use(async ({ req }, next) => {
    if (!hasBody(req.raw.headers)) return await next();
    return await apiError(new NotFound('Nothing here takes a body.', 413), req.raw.headers, { connection: 'close' });
  });
  app.all(`${base}/api/*`, inApi);
  app.all(`${base}/api`, inApi);
  app.onError(async (error, context) => {
    options.onError(error);
    return await apiError(error, context.req.raw.headers);
  });
  app.notFound(async (context) => await apiError(new NotFound('There is nothing here.'), context.req.raw.headers));
  return app;
}

async function apiError(error: unknown, request: Headers, headers: Record<string, string> = {}): Promise<Response> {
  const made = errorAnswer(tellError(error));
  return await respond(prepare({ ...made, headers: { ...API_HEADERS, ...made.headers, ...headers } }), request);
}

function hasBody(headers: Headers): boolean {
  return headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;
}

/** Path and query as they were sent: what `URL` makes of them is what was meant. */
function readUrl(url: string): { pathname: string; search: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const hash = url.indexOf('#', start);
  const whole = start < 0 ? '/' : url.slice(start, hash < 0 ? undefined : hash);
  const at = whole.indexOf('?');
  return at < 0 ? { pathname: whole, search: '' } : { pathname: whole.slice(0, at), search: whole.slice(at) };
}
