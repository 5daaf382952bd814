import { Agent as PlainAgent, request as plain } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import type { Env } from '../../config/settings.ts';
import { secretValues } from '../../core/format/secretParameters.ts';
import { readAuthorities } from '../../http/authorities.ts';
import { Exchange, type HttpAnswer, type HttpRequest } from '../../http/exchange.ts';
import { readProxy } from '../../http/proxy.ts';

/** A connection to upstream, direct or through a proxy from the environment. */
export interface Connection {
  /** Makes a GET request and reads the whole body; redirects are not followed. */
  get(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
  /** The proxy's password or token and the secrets in the address, plain and percent-encoded: never shown. */
  readonly secrets: readonly string[];
}

/**
 * Connects for one answer, which may have several pages.
 * @param idleMs how long a connection may stay silent, in milliseconds
 */
export async function connect({ protocol, searchParams }: URL, env: Env, idleMs: number): Promise<Connection> {
  const { openAgent } = await import('../../http/agent.ts');
  const agent = openAgent({ env, protocol, idleMs });
  return {
    get: async (request) => {
      request.signal.throwIfAborted();
      const exchange = new Exchange(request);
      const { origin, pathname, search } = request.url;
      const path = pathname + search;
      agent.dispatch({ origin, path, method: 'GET', headers: { ...request.headers } }, exchange);
      return await exchange.answer;
    },
    close: () => agent.destroy(),
    secrets: [...secretValues(searchParams), ...secretsOf(readProxy(protocol, env))],
  };
}

/**
 * Connects for hundreds of small answers. Without a proxy it uses Node's own client, which takes half of the library's
 * time for them.
 */
export async function connectForMany(url: URL, env: Env, idleMs: number): Promise<Connection> {
  const { protocol, searchParams } = url;
  if (readProxy(protocol, env) !== undefined) return await connect(url, env, idleMs);
  const ca = readAuthorities(env);
  const keep = { keepAlive: true, maxSockets: 1 };
  const agent =
    protocol === 'https:' ? new SecureAgent(ca === undefined ? keep : { ...keep, ca }) : new PlainAgent(keep);
  const request = protocol === 'https:' ? secure : plain;
  return {
    get: async ({ url: target, headers, ...rest }) => {
      rest.signal.throwIfAborted();
      const exchange = new Exchange({ url: target, headers, ...rest });
      const made = request(target, { agent, headers }, (response) => {
        exchange.onResponseStart(null, response.statusCode ?? 0, response.headers);
        response.on('data', (chunk: Buffer) => exchange.onResponseData(null, chunk));
        response.on('end', () => exchange.onResponseEnd());
        response.on('error', (error) => exchange.onResponseError(null, error));
      });
      made.on('error', (error) => exchange.onResponseError(null, error));
      exchange.onRequestStart({ abort: () => made.destroy() });
      made.end();
      return await exchange.answer;
    },
    close: async () => agent.destroy(),
    secrets: secretValues(searchParams),
  };
}

function secretsOf(proxy: URL | undefined): string[] {
  if (proxy === undefined) return [];
  // A user name without a password is a token.
  const secret = proxy.password || proxy.username;
  return [secret, decodeURIComponent(secret)];
}
