import { z } from 'zod';
import { ConnectorError } from '../../core/errors.ts';
import type {
  AuthorizationRequest,
  CallbackRequest,
  ConnectorSession,
  Credentials,
  Grant,
  HttpClient,
  PlatformApp,
  ShopIdentity,
} from '../../core/ports/connector.ts';
import { safeEqual } from '../shared/signing.ts';
import { createClient } from './client.ts';
import { shopDocument } from './documents.ts';
import { forged, tokenError } from './errors.ts';
import { profile } from './profile.ts';

import { isShopHost } from './shop-name.ts';
import { hasValidQueryHmac } from './signing.ts';
import { idOf, shopAnswer } from './wire.ts';

/** The SDK's tolerance for the callback's `timestamp`. */
const callbackToleranceSeconds = 90;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  scope: z.string().default(''),
  expires_in: z.number().positive().nullish(),
  refresh_token: z.string().min(1).nullish(),
  refresh_token_expires_in: z.number().positive().nullish(),
});

/**
 * The consent page of the asked shop. `app`: `client_id`, `client_secret`, and optionally `scopes` (comma list that
 * replaces the profile's, e.g. to add `read_all_orders` once Shopify has granted it).
 */
export function authorizeUrl(app: PlatformApp, request: AuthorizationRequest): string {
  const shop = shopOf(request.fields, 'authorize');
  const query = new URLSearchParams({
    client_id: settingOf(app, 'client_id'),
    scope: app.scopes ?? profile.scopes.join(','),
    redirect_uri: request.redirectUri,
    state: request.state,
  });
  return `https://${shop}/admin/oauth/authorize?${query}`;
}

/**
 * Verifies the callback in Shopify's order (state, shop, time, HMAC) and exchanges the code for an expiring offline
 * token. Throws `rejected` when anything is forged or too old, before any call is made.
 */
export async function completeAuthorization(
  app: PlatformApp,
  request: CallbackRequest,
  http: HttpClient,
  now: () => Date,
): Promise<Grant> {
  const shop = shopOf(request.fields, 'completeAuthorization');
  const value = (name: string): string => request.query.find(([key]) => key === name)?.[1] ?? '';
  if (!safeEqual(value('state'), request.state)) throw forged('state_mismatch', 'This login was not started here.');
  if (!isShopHost(value('shop'))) throw forged('bad_shop', 'The answer does not name a myshopify.com shop.');
  if (value('shop').toLowerCase() !== shop) {
    throw forged('other_shop', `The answer is for ${value('shop').toLowerCase()}, but ${shop} was asked for.`);
  }
  const timestamp = value('timestamp');
  const ageSeconds = Math.abs(now().getTime() / 1000 - Number(timestamp));
  if (!/^\d{1,12}$/.test(timestamp) || ageSeconds > callbackToleranceSeconds) {
    throw forged('expired_callback', 'The answer is too old.');
  }
  const secrets = [app.client_secret, app.previous_client_secret];
  if (!secrets.some((secret) => hasValidQueryHmac(secret, request.query))) {
    throw forged('bad_hmac', 'The answer is not signed by Shopify.');
  }
  const token = await postToken(http, shop, 'completeAuthorization', {
    client_id: settingOf(app, 'client_id'),
    client_secret: settingOf(app, 'client_secret'),
    code: value('code'),
    expiring: '1',
  });
  const granted = grantOf(shop, token, now());
  const { shop: identity, scopes } = await readShop({ credentials: granted.credentials, http, now });
  return { ...granted, scopes, accountId: identity.platformShopId, shops: [identity] };
}

/**
 * A new pair of tokens for the old refresh token. Throws `needs_reauthorization` when Shopify refuses it for good.
 * The old token stays usable until the new one is first used, so a crash in between may simply repeat this.
 */
export async function refresh(
  app: PlatformApp,
  session: ConnectorSession,
): Promise<Omit<Grant, 'shops' | 'accountId'>> {
  const shop = shopOf(session.credentials, 'refresh');
  const refreshToken = session.credentials.refresh_token;
  if (refreshToken === undefined || refreshToken === '') {
    throw new ConnectorError('shopify refresh: no refresh token is kept', {
      kind: 'needs_reauthorization',
      platform: 'shopify',
      operation: 'refresh',
      platformCode: 'no_refresh_token',
      platformMessage: 'This login cannot be renewed. Authorize the shop again.',
    });
  }
  const token = await postToken(session.http, shop, 'refresh', {
    client_id: settingOf(app, 'client_id'),
    client_secret: settingOf(app, 'client_secret'),
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  return grantOf(shop, token, session.now());
}

/** The shop's identity and the scopes that are really granted (`write_x` includes `read_x`). */
export async function testConnection(
  session: ConnectorSession,
): Promise<{ shop: ShopIdentity; scopes: readonly string[] }> {
  return readShop(session);
}

async function readShop(
  session: Pick<ConnectorSession, 'credentials' | 'http' | 'now' | 'log'>,
): Promise<{ shop: ShopIdentity; scopes: readonly string[] }> {
  const client = createClient(session, 'testConnection');
  const { data } = await client.query(shopDocument, {}, shopAnswer);
  return {
    shop: {
      platformShopId: idOf(data.shop.id),
      name: data.shop.name,
      country: null,
      currency: data.shop.currencyCode ?? null,
    },
    scopes: withImpliedReads((data.currentAppInstallation?.accessScopes ?? []).map((scope) => scope.handle)),
  };
}

async function postToken(
  http: HttpClient,
  shop: string,
  operation: string,
  body: Readonly<Record<string, string>>,
): Promise<z.infer<typeof tokenAnswer>> {
  const response = await http.send({
    operation,
    method: 'POST',
    url: `https://${shop}/admin/oauth/access_token`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw tokenError(response, operation, shop);
  const parsed = tokenAnswer.safeParse(parseLoosely(response.text));
  if (!parsed.success) {
    throw new ConnectorError(`shopify ${operation}: the token answer cannot be read`, {
      kind: 'permanent',
      platform: 'shopify',
      operation,
      platformCode: 'bad_token_answer',
      httpStatus: response.status,
    });
  }
  return parsed.data;
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Refused by the schema, with one message for every kind of bad answer.
  }
}

function grantOf(shop: string, token: z.infer<typeof tokenAnswer>, now: Date): Omit<Grant, 'shops' | 'accountId'> {
  const inSeconds = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? null : new Date(now.getTime() + seconds * 1000);
  const credentials: Record<string, string> = { shop, access_token: token.access_token };
  if (token.refresh_token) credentials.refresh_token = token.refresh_token;
  return {
    credentials,
    scopes: withImpliedReads(token.scope.split(',')),
    expiresAt: inSeconds(token.expires_in),
    refreshExpiresAt: inSeconds(token.refresh_token_expires_in),
  };
}

/** Shopify lists only `write_orders` when both were asked for: write implies read. */
export function withImpliedReads(scopes: readonly string[]): readonly string[] {
  const all = new Set<string>();
  for (const scope of scopes.map((item) => item.trim()).filter((item) => item !== '')) {
    all.add(scope);
    if (scope.startsWith('write_')) all.add(`read_${scope.slice('write_'.length)}`);
  }
  return [...all].sort();
}

function shopOf(fields: Credentials, operation: string): string {
  const shop = fields.shop ?? '';
  if (isShopHost(shop)) return shop;
  throw new ConnectorError(`shopify ${operation}: the shop name is missing or not a myshopify.com name`, {
    kind: 'permanent',
    platform: 'shopify',
    operation,
    platformCode: 'bad_shop',
  });
}

function settingOf(app: PlatformApp, name: string): string {
  const value = app[name];
  if (value !== undefined && value !== '') return value;
  throw new ConnectorError(`shopify: the app's ${name} is not set`, {
    kind: 'permanent',
    platform: 'shopify',
    operation: 'authorize',
    platformCode: 'app_not_configured',
    platformMessage:
      'This installation has no Shopify app yet. Ask the person who runs it to set its client id and secret.',
  });
}
