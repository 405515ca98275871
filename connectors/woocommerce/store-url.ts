import { isIP } from 'node:net';
import type { Credentials, HostRule, PlatformApp } from '../../core/ports/connector.ts';
import { isAddressAllowed } from '../shared/address-guard.ts';
import { isOn } from '../shared/settings.ts';
import { profile } from './profile.ts';

type Checked = { ok: true; value: Credentials } | { ok: false; field: string; message: string };

/** Installation setting `allow_private`: http and private addresses too, for a store on the same network. */
const allowsPrivate = (app: PlatformApp | undefined): boolean => isOn(app?.allow_private, false);

/**
 * The store's address without `wp-json`, trailing slash and the like, and keys of the right form; or the field that is
 * wrong. Whether the host's address is public is judged again at every connection (`hostRule`). Pure.
 */
export function checkFields(fields: Credentials, app?: PlatformApp): Checked {
  const url = checkUrl(fields.store_url ?? '', allowsPrivate(app));
  if (!url.ok) return { ok: false, field: 'store_url', message: url.message };
  const value: Record<string, string> = { store_url: url.storeUrl };
  for (const field of profile.fields.filter((item) => item.pattern !== undefined)) {
    const given = (fields[field.name] ?? '').trim();
    if (!new RegExp(`^(?:${field.pattern})$`).test(given)) {
      return { ok: false, field: field.name, message: field.patternMessage ?? `${field.label} is not valid.` };
    }
    value[field.name] = given;
  }
  return { ok: true, value };
}

function checkUrl(
  pasted: string,
  allowPrivate: boolean,
): { ok: true; storeUrl: string } | { ok: false; message: string } {
  const text = pasted.trim();
  const refuse = (message: string) => ({ ok: false as const, message });
  if (text === '') return refuse('Enter the address of the store, for example https://shop.example.com.');
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*:\d/.test(text) ? text : `https://${text}`);
  if (url === null) return refuse('This is not a web address. Enter it like https://shop.example.com.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refuse('The address must start with https://.');
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('The address must not contain a user name or password.');
  }
  if (url.search !== '' || url.hash !== '') return refuse('The address must not contain ? or #.');
  if (!allowPrivate) {
    if (url.protocol !== 'https:') return refuse('The store must be called by https: http shows the keys to everyone.');
    if (!isPublicName(url.hostname)) {
      return refuse(`${url.hostname} is not on the public internet: the store must be reachable from outside.`);
    }
  }
  const path = url.pathname.replace(/\/(?:wp-json|wp-admin|wp-login\.php)(?:\/.*)?$/i, '').replace(/\/+$/, '');
  return { ok: true, storeUrl: `${url.origin}${path}` };
}

/** What the name itself gives away; the address behind it is judged when connecting. */
function isPublicName(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return isAddressAllowed(literal, 'public');
  return literal.includes('.') && !/\.(?:local|localhost|internal|lan|home\.arpa)\.?$/i.test(literal);
}

/** Only the store's own host and port. Throws nothing: an address that cannot be read allows nothing. */
export function hostRule(app: PlatformApp, fields: Credentials): HostRule {
  const host = URL.parse(fields.store_url ?? '')?.host ?? '';
  return { kind: 'public', host, allowPrivate: allowsPrivate(app) };
}
