import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All public IPv6 addresses; the library knows the tunnels, documentation ranges and so on within it. */
const ALLOCATED = ipaddr.IPv6.parseCIDR('2000::/3');
/** IETF protocol assignments, of which the library knows only some. */
const PROTOCOLS = ipaddr.IPv6.parseCIDR('2001::/23');

/** Whether an address belongs to the public internet: not to this machine or its network, and not unallocated. */
export function isPublic(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return !(address instanceof ipaddr.IPv6) || (address.match(ALLOCATED) && !address.match(PROTOCOLS));
}

/** A receiver whose address is not public, and which the settings do not allow. */
export class BlockedAddress extends Error {
  constructor(host: string, address: string) {
    const where = host === address ? host : `${host} is ${address}, which`;
    super(`${where} is not on the public internet; MODEL_LEDGER_WEBHOOK_ALLOW=${host} allows it`);
    this.name = 'BlockedAddress';
  }
}

/**
 * Refuses a URL whose host is itself such an address, for which no name is looked up. Spellings such as `2130706433` and
 * `0x7f.1` have been turned into `127.0.0.1` by `URL`.
 * @throws BlockedAddress
 */
export function checkHost({ hostname }: URL, allow: ReadonlySet<string>): void {
  if (allow.has(hostname)) return;
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isLocalName = bare === 'localhost' || bare.endsWith('.localhost');
  if (isLocalName || (isIP(bare) !== 0 && !isPublic(bare))) throw new BlockedAddress(hostname, hostname);
}

/**
 * A `lookup` for connections that lets only public addresses through. The address that was checked is the one that is
 * connected to, so a name that changes its address between check and connection gains nothing.
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
