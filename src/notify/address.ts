import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that IPv6 has given out to the public; tunnels, documentation and the like within it have ranges of their own. */
const GIVEN = ipaddr.IPv6.parseCIDR('2000::/3');
/** IETF's own protocols, of which the library knows some. */
const PROTOCOLS = ipaddr.IPv6.parseCIDR('2001::/23');

/** Whether an address, as text, is one of the public internet: not this machine, its network, or one never given out. */
export function isPublic(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return !(address instanceof ipaddr.IPv6) || (address.match(GIVEN) && !address.match(PROTOCOLS));
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
