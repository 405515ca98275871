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
import { hmacSha256, percentEncode, safeEqual } from '../shared/signing.ts';
import { callApi, readAnswer, send } from './client.ts';
import { platform } from './profile.ts';
import { shopWire, tokenWire } from './wire.ts';

/** A consent's return older or newer than this is refused: a replay, or a clock that is badly off. */
const longestReturnAgeSeconds = 300;

/** The marketplace refuses longer handles. */
const longestHandle = 31;

/** `My Tea House` → `my-tea-house`: how the marketplace itself would name the shop. */
const handleOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export function checkFields(
  fields: Credentials,
): { ok: true; value: Credentials } | { ok: false; field: string; message: string } {
  const typed = (fields.shop ?? '').trim();
  if (typed === '') return { ok: false, field: 'shop', message: 'Enter a shop name, e.g. teahouse' };
  const shop = handleOf(typed);
  if (shop.length < 2 || shop.length > longestHandle) {
    return {
      ok: false,
      field: 'shop',
      message: `Use 2 to ${longestHandle} letters from a to z, or digits, e.g. teahouse`,
    };
  }
  return { ok: true, value: { shop } };
}

/** The consent page as the browser reaches it. */
export function authorizeUrl(browserUrl: string, app: PlatformApp, request: AuthorizationRequest): string {
  const query = new URLSearchParams({
    client_id: app.client_id ?? '',
    redirect_uri: request.redirectUri,
    state: request.state,
    shop: request.fields.shop ?? '',
  });
  return `${browserUrl}/oauth/authorize?${query}`;
}

/**
 * Checks the return from the consent page (no parameter twice, signature, state, age), then exchanges the code.
 * The shop is the one that the person chose there; whether it is the one asked for is the caller's question.
 */
export async function completeAuthorization(
  baseUrl: string,
  app: PlatformApp,
  request: CallbackRequest,
  http: HttpClient,
  now: () => Date,
): Promise<Grant> {
  const operation = 'completeAuthorization';
  const params = Object.fromEntries(request.query);
  if (Object.keys(params).length !== request.query.length) throw refused('A parameter of the return came twice');
  if (!isSigned(app.client_secret, params)) throw refused('The return from the marketplace is not signed by it');
  if (!safeEqual(params.state ?? '', request.state)) throw refused('The return does not belong to this attempt');
  const ageSeconds = Math.abs(now().getTime() / 1000 - Number(params.timestamp));
  if (!(ageSeconds <= longestReturnAgeSeconds)) throw refused('The return from the marketplace is too old');
  if (params.error === 'access_denied') throw refused('Access was denied on the consent page', 'access_denied');
  const text = await exchange(baseUrl, app, http, operation, {
    grant_type: 'authorization_code',
    code: params.code ?? '',
    redirect_uri: request.redirectUri,
  }).catch((error: unknown) => {
    // A used or expired code is no reason to park a store: the person starts again.
    if (error instanceof ConnectorError && error.platformCode === 'invalid_grant') {
      throw refused('The code from the marketplace is used or expired; start again', 'invalid_grant');
    }
    throw error;
  });
  const { credentials, ...token } = readToken(operation, text, now());
  const shop = await readShop(baseUrl, {
    http,
    credentials,
    now,
    authorizationId: '',
    storeId: null,
    platformShopId: null,
    settings: {},
  });
  return { ...token, credentials, accountId: shop.shop.platformShopId, shops: [shop.shop] };

  function refused(words: string, code = 'forged_return'): ConnectorError {
    return new ConnectorError(`${platform} ${operation}: ${words}`, {
      kind: 'rejected',
      platform,
      operation,
      platformCode: code,
      platformMessage: words,
    });
  }
}

/** A new pair of tokens; the old refresh token stays good until the new access token is first used. */
export async function refresh(
  baseUrl: string,
  app: PlatformApp,
  session: ConnectorSession,
): Promise<Omit<Grant, 'shops' | 'accountId'>> {
  const text = await exchange(baseUrl, app, session.http, 'refresh', {
    grant_type: 'refresh_token',
    refresh_token: session.credentials.refresh_token ?? '',
  });
  const token = readToken('refresh', text, session.now());
  // What else is kept with the credentials (the webhook secret) outlives the tokens.
  return { ...token, credentials: { ...session.credentials, ...token.credentials } };
}

/** The shop behind the token, and what the grant allows. */
export async function readShop(
  baseUrl: string,
  session: ConnectorSession,
): Promise<{ shop: ShopIdentity; scopes: readonly string[] }> {
  const operation = 'testConnection';
  const text = await callApi(baseUrl, session, { operation, method: 'GET', path: '/shop' });
  const { id, name, country, currency, scopes } = readAnswer(operation, text, shopWire);
  return { shop: { platformShopId: id, name, country: country ?? null, currency: currency ?? null }, scopes };
}

/** Hex HMAC-SHA256 over the parameters but `hmac`, sorted, `k=v` joined by `&`. */
function isSigned(secret: string | undefined, params: Readonly<Record<string, string>>): boolean {
  if (secret === undefined || secret === '') return false;
  const text = Object.keys(params)
    .filter((key) => key !== 'hmac')
    .sort()
    .map((key) => `${percentEncode(key)}=${percentEncode(params[key] ?? '')}`)
    .join('&');
  return safeEqual(hmacSha256(secret, text, 'hex'), params.hmac ?? '');
}

async function exchange(
  baseUrl: string,
  app: PlatformApp,
  http: HttpClient,
  operation: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const body = new URLSearchParams({
    client_id: app.client_id ?? '',
    client_secret: app.client_secret ?? '',
    ...fields,
  });
  return send(http, {
    operation,
    method: 'POST',
    url: `${baseUrl}/oauth/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
}

function readToken(operation: string, text: string, now: Date): Omit<Grant, 'shops' | 'accountId'> {
  const token = readAnswer(operation, text, tokenWire);
  const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  return {
    credentials: { shop: token.shop, access_token: token.access_token, refresh_token: token.refresh_token },
    scopes: token.scope.split(',').filter((scope) => scope !== ''),
    expiresAt: at(token.expires_in),
    refreshExpiresAt: at(token.refresh_token_expires_in),
  };
}
