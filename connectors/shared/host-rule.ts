import { isIP } from 'node:net';
import type { HostRule } from '../../core/ports/connector.ts';
import { type AddressPolicy, isAddressAllowed } from './address-guard.ts';

/** Which addresses the sockets of a rule may reach. */
export function policyOf(rule: HostRule): AddressPolicy {
  if (rule.kind === 'base_url') return 'loopback_or_public';
  if (rule.kind === 'public' && rule.allowPrivate) return 'private_or_public';
  return 'public';
}

/** Null when the rule lets a call go to `url`, else why not (host name only, fit for a person). */
export function refusalOf(url: URL, rule: HostRule): string | null {
  if (url.username !== '' || url.password !== '') return 'The address must not contain a user name or password';
  const nameRefusal = refusalOfName(url, rule);
  if (nameRefusal !== null) return nameRefusal;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isAddressAllowed(literal, policyOf(rule))) return `${literal} is not a public address`;
  return null;
}

function refusalOfName(url: URL, rule: HostRule): string | null {
  if (rule.kind === 'base_url') {
    const base = new URL(rule.baseUrl);
    return url.origin === base.origin ? null : `${url.origin} is not ${base.origin}`;
  }
  const httpAllowed = rule.kind === 'public' && rule.allowPrivate;
  if (url.protocol !== 'https:' && !(httpAllowed && url.protocol === 'http:'))
    return `${url.host} must be called by https`;
  if (rule.kind === 'public') return url.host === rule.host ? null : `${url.host} is not this store's host`;
  if (url.port !== '') return `${url.host}: only the standard port is allowed`;
  const known =
    rule.kind === 'exact' ? rule.hosts.includes(url.hostname) : new RegExp(`^(?:${rule.pattern})$`).test(url.hostname);
  return known ? null : `${url.host} is not a host of this platform`;
}
