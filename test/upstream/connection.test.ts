import { createServer, request as forward } from 'node:http';
import { connect as dial } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readNoProxy, readProxy } from '../../src/http/proxy.ts';
import { FetchError } from '../../src/upstream/openrouter/fault.ts';
import { fetchList } from '../../src/upstream/openrouter/fetchList.ts';
import { listen } from '../loopback.ts';
import { answer, startUpstream } from './misbehaving.ts';

const PASSWORD = 'canary:pass/word';
const BASIC = `Basic ${Buffer.from(`user:${PASSWORD}`).toString('base64')}`;

/** A loopback proxy that notes what it is asked and either passes it on or answers with `status`. */
async function startProxy(status = 200): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`, request.headers['proxy-authorization']);
    if (status !== 200) return response.writeHead(status).end();
    const passed = forward(request.url ?? '', (answered) => {
      response.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(response);
    });
    return passed.end();
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`, request.headers['proxy-authorization']);
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const target = dial(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    socket.on('error', () => target.destroy());
    return target.on('error', () => socket.destroy());
  });
  const { port } = await listen(server);
  return { url: `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`, asked };
}

const start = () => startUpstream(answer());

async function fail(url: URL, env: Record<string, string>): Promise<FetchError> {
  const error: unknown = await fetchList({
    url,
    env,
    userAgent: 'test',
    wait: async () => {},
    limits: { retries: 1 },
  }).catch((reason: unknown) => reason);
  if (error instanceof FetchError) return error;
  throw new Error('it did not fail as it should', { cause: error });
}

describe('the proxy of the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('carries plain HTTP: %s', async (name) => {
    const [proxy, upstream] = [await startProxy(), await start()];
    await expect(
      fetchList({ url: upstream.url, env: { [name]: proxy.url }, userAgent: 'test' }),
    ).resolves.toMatchObject({ attempts: 1 });
    expect(proxy.asked).toEqual([`GET ${upstream.url.href}`, BASIC]);
    expect(upstream.requests.length).toBe(1);
  });

  it('carries https through a tunnel', async () => {
    const [proxy, upstream] = [await startProxy(), await start()];
    const url = new URL(upstream.url.href.replace('http:', 'https:'));
    const error = await fail(url, { HTTPS_PROXY: proxy.url });
    // The upstream here speaks no TLS: that its words arrive is what the tunnel is for.
    expect(error.message).toMatch(/wrong version number|packet length/i);
    expect(proxy.asked.slice(0, 2)).toEqual([`CONNECT ${upstream.url.host}`, BASIC]);
  });

  it('is for its own scheme only', async () => {
    const [proxy, upstream] = [await startProxy(), await start()];
    await fetchList({ url: upstream.url, env: { HTTPS_PROXY: proxy.url }, userAgent: 'test' });
    expect([proxy.asked, upstream.requests.length]).toEqual([[], 1]);
  });

  it.each(['127.0.0.1', '*', 'example.invalid, 127.0.0.1'])('is left out where NO_PROXY says %j', async (noProxy) => {
    const [proxy, upstream] = [await startProxy(), await start()];
    await fetchList({ url: upstream.url, env: { HTTP_PROXY: proxy.url, NO_PROXY: noProxy }, userAgent: 'test' });
    expect([proxy.asked, upstream.requests.length]).toEqual([[], 1]);
  });

  it.each(['http', 'https'])(
    'that wants another password is a failure at once, and the password stays unsaid: %s',
    async (scheme) => {
      const [proxy, upstream] = [await startProxy(407), await start()];
      const url = new URL(upstream.url.href.replace('http:', `${scheme}:`));
      const error = await fail(url, { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
      expect([error.code, error.attempts, error.hint]).toEqual([
        'unreachable',
        1,
        'Check the user and the password in HTTPS_PROXY or HTTP_PROXY.',
      ]);
      expect(error.message).toContain('407');
      expect(inspect(error, { depth: 12, showHidden: true })).not.toMatch(/canary|Basic/);
    },
  );

  it('that cannot pass it on for now is asked again', async () => {
    const [proxy, upstream] = [await startProxy(502), await start()];
    const error = await fail(new URL(upstream.url.href.replace('http:', 'https:')), { HTTPS_PROXY: proxy.url });
    expect([error.code, error.attempts, proxy.asked.length]).toEqual(['unreachable', 2, 4]);
  });
});

it('an answer of 407 without a proxy is told as one', async () => {
  const upstream = await startUpstream((response) => void response.writeHead(407).end());
  const error = await fail(upstream.url, {});
  expect([error.code, error.httpStatus, error.attempts, error.hint]).toEqual([
    'http_error',
    407,
    1,
    'Check the address given as source; if it is right, upstream has changed.',
  ]);
  expect(error.message).toContain('it answered 407: it wants a user and a password, as proxies do (1 request made)');
});

describe('NO_PROXY', () => {
  it.each([
    ['::1', '[::1]'],
    ['[::1]', '[::1]'],
    ['0:0:0::1', '[::1]'],
    ['localhost, ::1 fd00::A', 'localhost,[::1],[fd00::a]'],
    ['[::1]:8080', '[::1]:8080'],
    ['.example.org,*.example.net,10.0.0.1:80', '.example.org,*.example.net,10.0.0.1:80'],
    ['*', '*'],
    ['', ''],
  ])('%j names %j', (text, expected) => {
    expect(readNoProxy({ NO_PROXY: text })).toBe(expected);
    expect(readNoProxy({ no_proxy: text, NO_PROXY: 'other' })).toBe(text === '' ? 'other' : expected);
  });
});

describe('the address of a proxy', () => {
  const url = new URL('https://example.invalid/');

  it.each([
    ['http://proxy.invalid:3128', 'http://proxy.invalid:3128/'],
    ['proxy.invalid:3128', 'http://proxy.invalid:3128/'],
    ['https://proxy.invalid', 'https://proxy.invalid/'],
  ])('may be written %j', (text, expected) => {
    expect(readProxy(url.protocol, { HTTPS_PROXY: text })?.href).toBe(expected);
  });

  it('is none where the variable is empty', () => {
    expect(readProxy(url.protocol, { HTTPS_PROXY: '', HTTP_PROXY: 'http://proxy.invalid' })).toBeUndefined();
  });

  it.each(['socks5://u:canary@h:1', 'http://u:canary@h:port', 'http://u:can ary@', 'http://u:canary%zz@h:1'])(
    'is refused without repeating it: %j',
    (text) => {
      const read = (): unknown => readProxy(url.protocol, { https_proxy: text });
      expect(read).toThrow(UsageError);
      expect(read).toThrow('HTTPS_PROXY is not the address of an HTTP proxy; nothing was sent.');
    },
  );
});
