import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Which addresses a connection may go to; cloud metadata and other special ranges never pass. */
export type AddressPolicy = 'public' | 'loopback_or_public' | 'private_or_public';

/** Refused before connecting: the name led to an address that the rule does not allow. */
export class AddressRefused extends Error {
  readonly code = 'address_refused';
  readonly address: string;
  constructor(host: string, address: string) {
    super(`${host} leads to ${address}, an address that is not public`);
    this.name = 'AddressRefused';
    this.address = address;
  }
}

/** IPv6 forms that carry an IPv4 address inside: judged by that address, so that they cannot smuggle one past. */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const range = address.range();
  const bytes = address.toByteArray();
  // 64:ff9b::/96 and IPv4-compatible ::a.b.c.d carry it in the last four bytes, 6to4 right after its prefix.
  if (range === 'rfc6052' || bytes.slice(0, 12).every((byte) => byte === 0)) return new ipaddr.IPv4(bytes.slice(12));
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  return null;
}

/** Doors of the machine's host that stand in ordinary ranges: Azure's, and the IPv6 one of AWS. */
const hostDoors: ReadonlySet<string> = new Set(['168.63.129.16', 'fd00:ec2::254']);

/** True when `address` (literal IPv4 or IPv6 text) may be connected to under `policy`. */
export function isAddressAllowed(address: string, policy: AddressPolicy): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // The strict check keeps `0x7f.1`, `127.1` and octal forms out: the URL parser has normalized real hosts already.
  if (isIP(bare) === 0) return false;
  const parsed = ipaddr.parse(bare);
  const inner = parsed.kind() === 'ipv6' ? embeddedIpv4(ipaddr.IPv6.parse(bare)) : null;
  if (hostDoors.has((inner ?? parsed).toString())) return false;
  const isOwnLoopback = parsed.kind() === 'ipv6' && parsed.range() === 'loopback';
  const range = inner === null || isOwnLoopback ? parsed.range() : inner.range();
  if (range === 'unicast') return true;
  if (range === 'loopback') return policy !== 'public';
  if (range === 'private' || range === 'uniqueLocal') return policy === 'private_or_public';
  return false;
}

type LookupAll = (
  host: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6' | undefined },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export type ResolveHost = LookupAll;

const systemResolve: ResolveHost = (host, options, callback) =>
  dnsLookup(host, { all: true, family: options.family ?? 0 }, callback);

/**
 * A `lookup` for sockets: resolves and judges the very addresses that the socket then connects to, so that a name which
 * answers differently the second time (DNS rebinding) gains nothing. One forbidden address refuses the whole name.
 */
export function guardedLookup(policy: AddressPolicy, resolve: ResolveHost = systemResolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { all: true, family: options.family }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refused = addresses.find((found) => !isAddressAllowed(found.address, policy));
      if (refused !== undefined) return callback(new AddressRefused(host, refused.address), '', 0);
      const first = addresses[0];
      if (first === undefined) {
        return callback(Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' }), '', 0);
      }
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
