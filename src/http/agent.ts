import type { EnvHttpProxyAgent as Agent, Dispatcher } from 'undici';
// The library's own entrance loads all of it, `fetch` and its like included: twice the time of what is needed here.
import connect from 'undici/lib/api/api-connect.js';
import Dispatching from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import type { Env } from '../config/settings.ts';
import { readAuthorities } from './authorities.ts';
import { readNoProxy, readProxy } from './proxy.ts';

// As that entrance does: tunnels through a proxy are made with it.
Dispatching.prototype.connect ??= connect;

type ConnectOptions = Agent.Options['connect'] & object;

export interface AgentOptions {
  readonly env: Env;
  /** For which addresses: each protocol has a proxy of its own, and none from the other. */
  readonly protocol: string;
  /** For direct connections; through a proxy it is the proxy that looks names up. */
  readonly connect?: ConnectOptions;
  /** How long a connection may stay silent, in milliseconds. */
  readonly idleMs?: number;
}

/**
 * Connections of our own: direct, or through the proxy that the environment names, trusting also the authorities that
 * `NODE_EXTRA_CA_CERTS` names.
 * @throws UsageError where the environment names no proxy or no certificates
 */
export function openAgent({ env, protocol, connect, idleMs }: AgentOptions): Dispatcher {
  const proxy = readProxy(protocol, env)?.href ?? '';
  const ca = readAuthorities(env);
  const tls = ca === undefined ? {} : { ca };
  return new EnvHttpProxyAgent({
    // Empty rather than undefined: with undefined the agent would read this process's environment instead of `env`.
    httpProxy: protocol === 'http:' ? proxy : '',
    httpsProxy: protocol === 'https:' ? proxy : '',
    noProxy: readNoProxy(env),
    // Plain HTTP is asked of the proxy by full address, as proxies expect; https always goes through a tunnel.
    proxyTunnel: false,
    connect: { ...connect, ...tls },
    requestTls: tls,
    proxyTls: tls,
    ...(idleMs !== undefined && { headersTimeout: idleMs, bodyTimeout: idleMs }),
  });
}
