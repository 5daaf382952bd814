import { type Context, Hono } from 'hono';
import { routeApi } from './api/routes.ts';
import { feed } from './feeds.ts';
import { type Answer, type Prepared, prepare, respond } from './http/answer.ts';
import { Asked } from './http/asked.ts';
import { makeTokenCheck } from './http/auth.ts';
import { errorAnswer, isOwnersBusiness, NotFound, Refused, tellError } from './http/errors.ts';
import { health, metrics } from './monitors.ts';
import { COUNTING, type CountTextOptions, CountTexts } from './pages/cost/countText.tsx';
import { errorPage, routePage } from './pages/routes.tsx';
import type { Site } from './site.ts';
import type { LedgerSource, View } from './source/ledgerSource.ts';

export interface AppOptions {
  readonly site: Site;
  readonly source: LedgerSource;
  /** Without it, whatever authorization is sent is ignored. */
  readonly token: string | undefined;
  /** How old the last good run may be before `/healthz` says no; null: any age. */
  readonly maxAgeMs: number | null;
  readonly now: () => Date;
  /** What counts the tokens of texts, for one request. */
  readonly tools: CountTextOptions['tools'];
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
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' };
const FEED = /^(?:\/models\/(.+))?\/feed\.(atom|json)$/;

/** The whole server but for its sockets: a request in, an answer out. */
export function makeApp(options: AppOptions): Hono {
  const { site } = options;
  const app = new Hono();
  const isAllowed = options.token === undefined ? () => true : makeTokenCheck(options.token);
  const texts = new CountTexts(options);
  const onlyRead = ({ req }: Context): void => {
    if (req.method !== 'GET' && req.method !== 'HEAD')
      throw new Refused('Only GET and HEAD are answered here.', 405, { allow: 'GET, HEAD, OPTIONS' });
    if (hasBody(req.raw.headers)) throw new Refused('Nothing here takes a body.', 413, { connection: 'close' });
  };

  const inApi = async (context: Context): Promise<Response> => {
    const { req } = context;
    const { headers } = req.raw;
    if (req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { ...API_HEADERS, ...PREFLIGHT } });
    try {
      onlyRead(context);
      if (!isAllowed(req.header('authorization') ?? null))
        throw new Refused('A bearer token is required.', 401, { 'www-authenticate': 'Bearer' });
      const asked = new Asked(pathOf(req.url, site), options.now);
      return await respond(
        answer(options, asked, (view) => withHeaders(routeApi(asked, view, site), API_HEADERS)),
        headers,
      );
    } catch (error) {
      return await respond(prepare(withHeaders(errorAnswer(explain(error, options)), API_HEADERS)), headers);
    }
  };

  const elsewhere = async (context: Context): Promise<Response> => {
    const { req } = context;
    const { headers } = req.raw;
    const asked = new Asked(pathOf(req.url, site).replace(/^(\/[^?]*?)\/+(?=\?|$)/, '$1'), options.now, {
      dropEmpty: true,
    });
    try {
      if (req.method === 'POST' && COUNTING.includes(asked.path)) {
        const accepted = headers.get('accept-encoding');
        return await respond(
          prepare(await texts.answer(asked.path, req.raw)),
          new Headers(accepted === null ? {} : { 'accept-encoding': accepted }),
        );
      }
      onlyRead(context);
      const file = asked.path.startsWith('/static/')
        ? site.assets.byName.get(asked.path.slice('/static/'.length))
        : undefined;
      if (file !== undefined)
        return await respond(prepare({ type: file.type, body: file.bytes, headers: FOR_EVER }), headers);
      return await respond(
        answer(options, asked, (view) => routeRest(asked, view, options)),
        headers,
      );
    } catch (error) {
      const told = explain(error, options);
      return await respond(
        prepare(
          asked.path === '/healthz'
            ? { ...errorAnswer(told), body: JSON.stringify({ ok: false, error: told.message }) }
            : errorPage(told, site),
        ),
        headers,
      );
    }
  };

  app.all(`${site.base}/api/*`, inApi);
  app.all(`${site.base}/api`, inApi);
  app.all(site.base === '' ? '*' : `${site.base}/*`, elsewhere);
  if (site.base !== '') app.all(site.base, elsewhere);
  app.notFound(
    async ({ req }) =>
      await respond(prepare(errorAnswer(tellError(new NotFound('There is nothing here.')))), req.raw.headers),
  );
  app.onError(async (error, { req }) => await respond(prepare(errorAnswer(explain(error, options))), req.raw.headers));
  return app;
}

/** What is neither the API nor a file of ours. */
function routeRest(asked: Asked, view: View, { site, now, maxAgeMs }: AppOptions): Answer {
  if (asked.path === '/metrics') return metrics(view);
  if (asked.path === '/healthz') return health(view, now(), maxAgeMs);
  const [, model, form] = FEED.exec(asked.path) ?? [];
  if (form === 'atom' || form === 'json')
    return feed(view, form, model === undefined ? undefined : asked.segments('/models/').slice(0, -1).join('/'));
  return routePage(asked, view, site);
}

/** An answer that was given before, or a new one, which is kept where it stays true. */
function answer({ source }: AppOptions, asked: Asked, work: (view: View) => Answer): Prepared {
  const known = source.remembered(asked.key);
  if (known !== undefined) return known;
  return source.ask((view) => {
    const prepared = prepare(work(view));
    const isLasting = !asked.usesClock && prepared.headers['cache-control'] !== 'no-store';
    if (isLasting) view.answers.set(asked.key, prepared, prepared.body.byteLength * 2);
    return prepared;
  });
}

function explain(error: unknown, { onError }: AppOptions): ReturnType<typeof tellError> {
  if (isOwnersBusiness(error)) onError(error);
  return tellError(error);
}

function withHeaders(made: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...made, headers: { ...headers, ...made.headers } };
}

function hasBody(headers: Headers): boolean {
  return headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;
}

/** Path and query as they were sent, without the base path. */
function pathOf(url: string, { base }: Site): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const hash = url.indexOf('#', start);
  const whole = start < 0 ? '/' : url.slice(start, hash < 0 ? undefined : hash);
  const path = whole.slice(base.length);
  return path.startsWith('/') ? path : `/${path}`;
}
