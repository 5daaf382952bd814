import type { LookupAddress, lookup } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { BlockedAddress, checkHost, guardLookup, isPublic } from '../../src/notify/address.ts';

const NOT_PUBLIC = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '2001:db8::1',
  '2002:7f00:1::1',
  '::ffff:100.64.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '198.51.100.1',
  '203.0.113.1',
  '240.0.0.1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:1::1',
  '2001:20::1',
  '3fff::1',
  '4000::1',
  'fe80::1%eth0',
  '0x7f.1',
  '127.1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'ff02::1',
  'localhost',
  '',
];

describe('an address', () => {
  test.each(NOT_PUBLIC)('%j is not public', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  test.each(['1.1.1.1', '100.128.0.1', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700:4700::1111'])(
    '%s is public',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );
});

describe('a URL', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://api.localhost/',
    'http://１２７.0.0.1/',
  ])('%s is refused', (url) => {
    expect(() => checkHost(new URL(url), new Set())).toThrow(BlockedAddress);
  });

  test('is let through by the name of its host', () => {
    expect(() => checkHost(new URL('http://0x7f.1:8080/x'), new Set(['127.0.0.1']))).not.toThrow();
    expect(() => checkHost(new URL('http://[::1]/'), new Set(['[::1]']))).not.toThrow();
    expect(() => checkHost(new URL('http://127.0.0.2/'), new Set(['127.0.0.1']))).toThrow(
      '127.0.0.2 is not on the public internet; MODEL_LEDGER_WEBHOOK_ALLOW=127.0.0.2 allows it',
    );
  });

  test('with a public host or a name is left to the connection', () => {
    expect(() => checkHost(new URL('https://1.1.1.1/'), new Set())).not.toThrow();
    expect(() => checkHost(new URL('https://hooks.example/'), new Set())).not.toThrow();
  });
});

/** A resolver that gives these addresses, one set a question. */
function resolver(...answers: readonly (readonly string[])[]): typeof lookup {
  const questions = [...answers];
  const resolve = (_: string, __: unknown, callback: (error: null, addresses: LookupAddress[]) => void): void => {
    const addresses = questions.shift() ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return resolve as typeof lookup;
}

function ask(guard: ReturnType<typeof guardLookup>, all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    guard('hooks.example', { all }, (error, address, family) => resolve(error ?? (all ? address : [address, family])));
  });
}

describe('a name', () => {
  test('leads to its public addresses only', async () => {
    const answers = ['10.0.0.1', '1.1.1.1', 'fe80::1', '2606:4700:4700::1111'];
    expect(await ask(guardLookup(new Set(), resolver(answers)), true)).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
    ]);
    expect(await ask(guardLookup(new Set(), resolver(answers)), false)).toEqual(['1.1.1.1', 4]);
  });

  test('is judged at each connection anew, so that changing its address gains nothing', async () => {
    const guard = guardLookup(new Set(), resolver(['1.1.1.1'], ['127.0.0.1']));
    expect(await ask(guard, false)).toEqual(['1.1.1.1', 4]);
    const second = await ask(guard, false);
    expect(second).toBeInstanceOf(BlockedAddress);
    expect(String(second)).toBe(
      'BlockedAddress: hooks.example is 127.0.0.1, which is not on the public internet; ' +
        'MODEL_LEDGER_WEBHOOK_ALLOW=hooks.example allows it',
    );
  });

  test('that is allowed leads anywhere', async () => {
    const guard = guardLookup(new Set(['hooks.example']), resolver(['127.0.0.1']));
    expect(await ask(guard, true)).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });
});
