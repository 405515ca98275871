import type { Credentials } from '../../core/ports/connector.ts';
import { shopHostPattern } from './profile.ts';

const shopHost = new RegExp(`^${shopHostPattern}$`);
const bareName = /^[a-z0-9][a-z0-9-]*$/;

/** True for `demo.myshopify.com` and nothing that only looks like it. */
export const isShopHost = (host: string): boolean => shopHost.test(host.toLowerCase());

const useTheName = 'Use the shop’s myshopify.com name, for example demo.myshopify.com.';

/**
 * What people paste (`demo`, `https://demo.myshopify.com/`, `admin.shopify.com/store/demo`) as `demo.myshopify.com`,
 * or why it cannot be a shop. Pure.
 */
export function checkFields(
  fields: Credentials,
): { ok: true; value: Credentials } | { ok: false; field: string; message: string } {
  const pasted = (fields.shop ?? '').trim().toLowerCase();
  const refuse = (message: string) => ({ ok: false as const, field: 'shop', message });
  if (pasted === '') return refuse(`Enter the shop name. ${useTheName}`);
  if (bareName.test(pasted)) return { ok: true, value: { shop: `${pasted}.myshopify.com` } };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//.test(pasted) ? pasted : `https://${pasted}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse(`This is not a shop address. ${useTheName}`);
  if (url.username !== '' || url.password !== '' || url.port !== '') {
    return refuse(`The address must not contain a user name, password or port. ${useTheName}`);
  }
  if (url.hostname === 'admin.shopify.com') {
    const name = /^\/store\/([a-z0-9][a-z0-9-]*)(?:\/|$)/.exec(url.pathname)?.[1];
    if (name === undefined) return refuse(`This admin address names no store. ${useTheName}`);
    return { ok: true, value: { shop: `${name}.myshopify.com` } };
  }
  if (isShopHost(url.hostname)) return { ok: true, value: { shop: url.hostname } };
  return refuse(`A custom domain (${url.hostname}) cannot be used to connect. ${useTheName}`);
}
