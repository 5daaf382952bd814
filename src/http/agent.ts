import type { EnvHttpProxyAgent as Agent, Dispatcher } from 'undici';
// Importing these parts takes half as long as importing undici, which would load `fetch` and much more.
import connect from 'undici/lib/api/api-connect.js';
import Dispatching from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import type { Env } from '../config/settings.ts';
import { readAuthorities } from './authorities.ts';
import { readNoProxy, readProxy } from './proxy.ts';

// undici's main module does the same; tunnels through a proxy need it.
Dispatching.prototype.connect ??= connect;

type ConnectOptions = Agent.Options['connect'] & object;

export interface AgentOptions {
  readonly env: Env;
  /** `http:` or `https:`; each has its own proxy. */
  readonly protocol: string;
  /** For direct connections. Behind a proxy, the proxy looks up names. */
  readonly connect?: ConnectOptions;
  /** How long a connection may stay silent, in milliseconds. */
  readonly idleMs?: number;
}

/**
 * Opens a pool of connections, direct or through the proxy that the environment names. The certificates that
 * `NODE_EXTRA_CA_CERTS` names are trusted too.
 * @throws UsageError when the proxy or the certificates that the environment names are not valid
 */
export function openAgent({ env, protocol, connect, idleMs }: AgentOptions): Dispatcher {
  const proxy = readProxy(protocol, env)?.href ?? '';
  const ca = readAuthorities(env);
  const tls = ca === undefined ? {} : { ca };
  return new EnvHttpProxyAgent({
    // An empty text, because for undefined the agent would read the environment of this process instead of `env`.
    httpProxy: protocol === 'http:' ? proxy : '',
    httpsProxy: protocol === 'https:' ? proxy : '',
    noProxy: readNoProxy(env),
    // For plain HTTP, proxies expect requests with the full address instead of a tunnel. HTTPS always uses a tunnel.
    proxyTunnel: false,
    connect: { ...connect, ...tls },
    requestTls: tls,
    proxyTls: tls,
    ...(idleMs !== undefined && { headersTimeout: idleMs, bodyTimeout: idleMs }),
  });
}
