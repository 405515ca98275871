import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MarketStore } from './store.ts';
import type { AccessGrant, ConsentCode } from './types.ts';

export interface MarketClient {
  readonly id: string;
  readonly secret: string;
  /** Addresses that a consent may return to, compared exactly. */
  readonly redirectUris: readonly string[];
}

const codeLifeMs = 60_000;
export const accessLifeSeconds = 3_600;
const refreshLifeSeconds = 90 * 86_400;

export interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly refresh_token_expires_in: number;
  readonly scope: string;
  readonly shop: string;
}

export interface Grants {
  issueCode(shop: string, scopes: readonly string[], redirectUri: string): string;
  /** Null: the code is unknown, used, too old or was issued for another address. */
  exchange(code: string, redirectUri: string): TokenAnswer | null;
  /** Null: revoked, replaced or expired. */
  refresh(refreshToken: string): TokenAnswer | null;
  authenticate(accessToken: string): AccessGrant | 'expired' | 'unknown';
  isClient(id: string, secret: string): boolean;
  /** For tests and the back office: access tokens end now; or the whole grant does. */
  expireAccess(shop: string): void;
  revoke(shop: string): void;
}

export function createGrants(store: MarketStore, client: MarketClient, now: () => number): Grants {
  const { state } = store;

  function issue(shop: string, scopes: readonly string[], replaces: string | null): TokenAnswer {
    const grant: AccessGrant = {
      accessToken: `sbx_at_${randomBytes(24).toString('hex')}`,
      refreshToken: `sbx_rt_${randomBytes(24).toString('hex')}`,
      shop,
      scopes,
      accessExpiresAt: now() + accessLifeSeconds * 1000,
      refreshExpiresAt: now() + refreshLifeSeconds * 1000,
      replaces,
    };
    state.grants.push(grant);
    store.changed.market();
    return {
      access_token: grant.accessToken,
      expires_in: accessLifeSeconds,
      refresh_token: grant.refreshToken,
      refresh_token_expires_in: refreshLifeSeconds,
      scope: scopes.join(','),
      shop,
    };
  }

  return {
    issueCode(shop, scopes, redirectUri) {
      const code: ConsentCode = {
        code: randomBytes(16).toString('hex'),
        shop,
        scopes,
        redirectUri,
        expiresAt: now() + codeLifeMs,
      };
      state.codes = [...state.codes.filter((one) => one.expiresAt > now()), code];
      store.changed.market();
      return code.code;
    },
    exchange(code, redirectUri) {
      const found = state.codes.find((one) => one.code === code);
      if (found === undefined) return null;
      state.codes = state.codes.filter((one) => one !== found);
      store.changed.market();
      if (found.expiresAt <= now() || found.redirectUri !== redirectUri) return null;
      return issue(found.shop, found.scopes, null);
    },
    refresh(refreshToken) {
      const old = state.grants.find((grant) => grant.refreshToken === refreshToken);
      if (old === undefined || old.refreshExpiresAt <= now()) return null;
      // A second refresh with the same token (its answer was lost) replaces what the first one gave.
      state.grants = state.grants.filter((grant) => grant.replaces !== refreshToken);
      return issue(old.shop, old.scopes, refreshToken);
    },
    authenticate(accessToken) {
      const grant = state.grants.find((one) => one.accessToken === accessToken);
      if (grant === undefined) return 'unknown';
      if (grant.accessExpiresAt <= now()) return 'expired';
      if (grant.replaces !== null) {
        state.grants = state.grants.filter((one) => one.refreshToken !== grant.replaces);
        grant.replaces = null;
        store.changed.market();
      }
      return grant;
    },
    isClient: (id, secret) => id === client.id && equals(secret, client.secret),
    expireAccess(shop) {
      for (const grant of state.grants) if (grant.shop === shop) grant.accessExpiresAt = now();
      store.changed.market();
    },
    revoke(shop) {
      state.grants = state.grants.filter((grant) => grant.shop !== shop);
      store.changed.market();
    },
  };
}

function equals(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a consent's return is signed with: hex HMAC-SHA256 over `k=v` pairs, sorted, percent-encoded, without `hmac`. */
export function signReturn(secret: string, params: Readonly<Record<string, string>>): string {
  const text = Object.keys(params)
    .sort()
    .map((key) => `${encoded(key)}=${encoded(params[key] ?? '')}`)
    .join('&');
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** RFC 3986. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
