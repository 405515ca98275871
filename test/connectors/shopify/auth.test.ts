import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hmacSha256 } from '../../../connectors/shared/signing.ts';
import { connector } from '../../../connectors/shopify/index.ts';
import { signedQueryText } from '../../../connectors/shopify/signing.ts';
import type { ConnectorSession, Grant } from '../../../core/ports/connector.ts';
import { app, credentials, failure, fakeShop, open, shop } from './support.ts';

type Query = readonly (readonly [string, string])[];

/** The moment at which the callback of the fixture was made. */
const callbackSeconds = 1_795_161_600;
const now = (): Date => new Date((callbackSeconds + 30) * 1000);
const redirectUri = 'https://desk.example.test/callback/shopify';

const signed = (query: Query): Query => [
  ...query,
  ['hmac', hmacSha256(app.client_secret, signedQueryText(query), 'hex')],
];

const genuine: Query = [
  ['code', 'abc 1+2'],
  ['host', 'YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvZGVtbw=='],
  ['shop', shop],
  ['state', 'n-1'],
  ['timestamp', String(callbackSeconds)],
];

const changed = (name: string, value: string): Query => genuine.map(([key, old]) => [key, key === name ? value : old]);

function complete(query: Query, state = 'n-1', secrets: Record<string, string> = app): Promise<Grant> {
  const { http } = open();
  const request = { query, redirectUri, fields: { shop }, state };
  const done = connector.completeAuthorization?.(secrets, request, http, now);
  if (done === undefined) throw new Error('no oauth');
  return done;
}

const shopAnswer = {
  shop: { id: 'gid://shopify/Shop/777', name: 'Demo Desk', myshopifyDomain: shop, currencyCode: 'TWD' },
  currentAppInstallation: { accessScopes: [{ handle: 'read_orders' }, { handle: 'write_products' }] },
};

interface TokenCall {
  readonly bodies: Record<string, unknown>[];
}

function tokenEndpoint(status: number, body: unknown): TokenCall {
  const bodies: Record<string, unknown>[] = [];
  nock(`https://${shop}`)
    .persist()
    .post('/admin/oauth/access_token')
    .reply(async (request: Request): Promise<[number, string]> => {
      bodies.push(z.record(z.string(), z.unknown()).parse(await request.json()));
      return [status, typeof body === 'string' ? body : JSON.stringify(body)];
    });
  return { bodies };
}

const pair = {
  access_token: 'shpat_new0000000000',
  scope: 'write_orders,read_products',
  expires_in: 3600,
  refresh_token: 'shprt_new0000000000',
  refresh_token_expires_in: 7_776_000,
};

afterEach(() => nock.cleanAll());

describe('connecting a Shopify shop', () => {
  it('sends the browser to the consent page of the asked shop, with our address and state', () => {
    const url = new URL(connector.authorizeUrl?.(app, { state: 'n-1', redirectUri, fields: { shop } }) ?? '');
    expect(url.origin + url.pathname).toBe(`https://${shop}/admin/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: app.client_id,
      scope: connector.profile.scopes.join(','),
      redirect_uri: redirectUri,
      state: 'n-1',
    });
  });

  it('asks for other scopes when the installation names them', () => {
    const asked = connector.authorizeUrl?.(
      { ...app, scopes: 'read_orders,read_all_orders' },
      { state: 'n-1', redirectUri, fields: { shop } },
    );
    expect(new URL(asked ?? '').searchParams.get('scope')).toBe('read_orders,read_all_orders');
  });

  it('says that the installation has no Shopify app yet', () => {
    expect(() => connector.authorizeUrl?.({}, { state: 'n-1', redirectUri, fields: { shop } })).toThrow(/client_id/);
  });

  it('refuses to send the browser to a host that is not a shop', () => {
    const request = { state: 'n-1', redirectUri, fields: { shop: 'evil.test' } };
    expect(() => connector.authorizeUrl?.(app, request)).toThrow(/shop name/);
  });

  it('names the custom domain that cannot be used', () => {
    const result = connector.checkFields({ shop: 'https://www.brand.com/' });
    expect(result).toMatchObject({ ok: false, field: 'shop' });
    expect(result.ok ? '' : result.message).toMatch(/custom domain \(www\.brand\.com\).*myshopify\.com/);
  });

  it('exchanges the code for an expiring token and reads shop and scopes back', async () => {
    const token = tokenEndpoint(200, pair);
    fakeShop({ Shop: () => ({ data: shopAnswer }) });
    const grant = await complete(signed(genuine));
    expect(token.bodies).toEqual([
      { client_id: app.client_id, client_secret: app.client_secret, code: 'abc 1+2', expiring: '1' },
    ]);
    expect(grant).toEqual({
      accountId: '777',
      credentials: { shop, access_token: pair.access_token, refresh_token: pair.refresh_token },
      scopes: ['read_orders', 'read_products', 'write_products'],
      expiresAt: new Date(now().getTime() + 3_600_000),
      refreshExpiresAt: new Date(now().getTime() + 7_776_000_000),
      shops: [{ platformShopId: '777', name: 'Demo Desk', country: null, currency: 'TWD' }],
    });
  });

  it('accepts a callback signed with the previous client secret after a rotation', async () => {
    tokenEndpoint(200, pair);
    fakeShop({ Shop: () => ({ data: shopAnswer }) });
    const rotated = { client_id: app.client_id, client_secret: 'newer', previous_client_secret: app.client_secret };
    expect((await complete(signed(genuine), 'n-1', rotated)).accountId).toBe('777');
  });

  it.each([
    ['whose code was changed', signed(genuine).map(([key, old]) => [key, key === 'code' ? 'x' : old]), 'bad_hmac'],
    ['without a signature', genuine, 'bad_hmac'],
    ['with an added parameter', [...signed(genuine), ['extra', '1']], 'bad_hmac'],
    ['of another login', signed(changed('state', 'n-2')), 'state_mismatch'],
    ['of another shop', signed(changed('shop', 'other.myshopify.com')), 'other_shop'],
    ['of a host that only looks like a shop', signed(changed('shop', `${shop}.evil.test`)), 'bad_shop'],
    ['of two minutes ago', signed(changed('timestamp', String(callbackSeconds - 120))), 'expired_callback'],
    ['of two minutes ahead', signed(changed('timestamp', String(callbackSeconds + 150))), 'expired_callback'],
    ['whose time is not a number', signed(changed('timestamp', '1795161600.5e0')), 'expired_callback'],
  ] satisfies [
    string,
    Query,
    string,
  ][])('refuses a callback %s before any call is made', async (_title, query, code) => {
    const token = tokenEndpoint(200, pair);
    expect(await failure(complete(query))).toMatchObject({ kind: 'rejected', platformCode: code });
    expect(token.bodies).toEqual([]);
  });

  it('refuses every callback while the client secret is missing', async () => {
    const error = await failure(complete(signed(genuine), 'n-1', { client_id: app.client_id }));
    expect(error).toMatchObject({ kind: 'rejected', platformCode: 'bad_hmac' });
  });

  it('says that no shop answers under a wrong name', async () => {
    tokenEndpoint(404, '<html>Sorry, this shop is currently unavailable.</html>');
    const error = await failure(complete(signed(genuine)));
    expect(error).toMatchObject({ kind: 'rejected', platformMessage: expect.stringContaining(shop) });
  });

  it.each([
    [400, { error: 'invalid_request' }, 'needs_reauthorization'],
    [400, { error: 'invalid_client' }, 'permanent'],
    [401, { error: 'application_cannot_be_found' }, 'permanent'],
    [500, 'oops', 'retryable'],
    [200, { scope: 'read_orders' }, 'permanent'],
    [200, 'not json', 'permanent'],
  ] as const)('takes a token answer %i %j as %3$s', async (status, body, kind) => {
    tokenEndpoint(status, body);
    expect(await failure(complete(signed(genuine)))).toMatchObject({ kind });
  });
});

describe('renewing a Shopify token', () => {
  const session = (): ConnectorSession => ({ ...open(), now });

  it('brings a new pair and its expiry times', async () => {
    const token = tokenEndpoint(200, pair);
    const renewed = await connector.refresh?.(app, session());
    expect(token.bodies[0]).toMatchObject({ grant_type: 'refresh_token', refresh_token: credentials.refresh_token });
    expect(renewed?.credentials).toEqual({
      shop,
      access_token: pair.access_token,
      refresh_token: pair.refresh_token,
    });
    expect(renewed?.expiresAt).toEqual(new Date(now().getTime() + 3_600_000));
    expect(renewed?.scopes).toEqual(['read_orders', 'read_products', 'write_orders']);
  });

  it('asks for a new login when the refresh token was revoked', async () => {
    tokenEndpoint(400, { error: 'invalid_grant', error_description: 'The refresh token is revoked' });
    expect(await failure(connector.refresh?.(app, session()) ?? Promise.resolve())).toMatchObject({
      kind: 'needs_reauthorization',
      platformCode: 'invalid_grant',
    });
  });

  it('asks for a new login when there is no refresh token', async () => {
    const bare = { ...session(), credentials: { shop, access_token: 'shpat_static000000' } };
    expect(await failure(connector.refresh?.(app, bare) ?? Promise.resolve())).toMatchObject({
      kind: 'needs_reauthorization',
      platformCode: 'no_refresh_token',
    });
  });
});

describe('testing a Shopify connection', () => {
  it('names shop, currency and the scopes that are really granted', async () => {
    fakeShop({ Shop: () => ({ data: shopAnswer }) });
    expect(await connector.testConnection(open())).toEqual({
      shop: { platformShopId: '777', name: 'Demo Desk', country: null, currency: 'TWD' },
      scopes: ['read_orders', 'read_products', 'write_products'],
    });
  });

  it.each([
    [
      401,
      '{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}',
      'needs_reauthorization',
    ],
    [403, '{"errors":"[API] This action requires merchant approval"}', 'needs_reauthorization'],
    [404, '{"errors":"Not Found"}', 'rejected'],
    [402, '{"errors":"Payment Required"}', 'retryable'],
    [423, '{"errors":"Locked"}', 'retryable'],
    [502, '<html>', 'retryable'],
    [429, '', 'retryable'],
  ] as const)('takes an answer %i as %3$s', async (status, text, kind) => {
    fakeShop({ Shop: () => ({ status, text }) });
    expect(await failure(connector.testConnection(open()))).toMatchObject({ kind });
  });

  it('leaves a frozen shop alone for an hour', async () => {
    fakeShop({ Shop: () => ({ status: 402, text: '{}' }) });
    expect(await failure(connector.testConnection(open()))).toMatchObject({ retryAfterMs: 3_600_000 });
  });
});
