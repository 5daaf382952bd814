import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** Addresses that are not the public internet: this machine, its network, and those that were never given out. */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Within what IPv6 has given out: tunnels that carry IPv4 addresses, benchmarks, documentation. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const blocked = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V4) blocked.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_V6) blocked.addSubnet(net, prefix, 'ipv6');
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whether an address, as text, is one of the public internet. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !blocked.check(address, 'ipv4');
  if (isIP(address) !== 6) return false;
  // Node's list compares an IPv4 address in IPv6 clothes with its IPv4 rules.
  if (mapped.check(address, 'ipv6')) return !blocked.check(address, 'ipv6');
  return given.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/** A receiver that may not be reached. */
export class BlockedAddress extends Error {
  constructor(host: string, address: string) {
    const where = host === address ? host : `${host} is ${address}, which`;
    super(`${where} is not on the public internet; MODEL_LEDGER_WEBHOOK_ALLOW=${host} allows it`);
    this.name = 'BlockedAddress';
  }
}

/**
 * Refuses a URL that names such an address itself: for these no name is looked up. URLs have already turned
 * `2130706433` and `0x7f.1` into `127.0.0.1`.
 * @throws BlockedAddress
 */
export function checkHost({ hostname }: URL, allow: ReadonlySet<string>): void {
  if (allow.has(hostname)) return;
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isLocalName = bare === 'localhost' || bare.endsWith('.localhost');
  if (isLocalName || (isIP(bare) !== 0 && !isPublic(bare))) throw new BlockedAddress(hostname, hostname);
}

/**
 * Looks a name up for the connection that is being made, and lets only public addresses through: what was checked is
 * what is connected to, so that a name that changes its address in between gains nothing.
 */
export function guardLookup(allow: ReadonlySet<string>, lookup: typeof resolve = resolve): LookupFunction {
  return (hostname, options, callback) => {
    if (allow.has(hostname)) {
      lookup(hostname, options, callback);
      return;
    }
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const open = (addresses ?? []).filter(({ address }) => isPublic(address));
      const first = open[0];
      if (error) callback(error, []);
      else if (first === undefined) callback(new BlockedAddress(hostname, addresses[0]?.address ?? 'nowhere'), []);
      else if (options.all) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}
