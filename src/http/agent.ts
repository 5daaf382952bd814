import { DecoratorHandler, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Env } from '../config/settings.ts';
import { AuthenticationRequired } from './authenticationRequired.ts';
import { readAuthorities } from './authorities.ts';
import { readNoProxy, readProxy } from './proxy.ts';

type ConnectOptions = EnvHttpProxyAgent.Options['connect'] & object;

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
  const agent = new EnvHttpProxyAgent({
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
  return agent.compose((dispatch) => (options, handler) => dispatch(options, new AuthenticationWatch(handler)));
}

type ResponseStart = NonNullable<Dispatcher.DispatchHandler['onResponseStart']>;

class AuthenticationWatch extends DecoratorHandler {
  onResponseStart(...args: Parameters<ResponseStart>): void {
    if (args[1] === 407) throw new AuthenticationRequired();
    // Its types leave out what it passes on.
    Reflect.apply(Reflect.get(DecoratorHandler.prototype, 'onResponseStart'), this, args);
  }
}
