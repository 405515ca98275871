import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/woocommerce/index.ts';
import { signatureBase } from '../../../connectors/woocommerce/signing.ts';
import type { Credentials, Grant } from '../../../core/ports/connector.ts';
import { testSession } from '../../contract/session.ts';
import { credentials, failure, fakeStore, type Handler, keys, now, open, site, storeUrl, wpError } from './support.ts';

const fields = { store_url: storeUrl, ...keys };

function connect(given: Credentials = fields, app: Record<string, string> = {}): Promise<Grant> {
  const { session } = testSession({ connector, app, credentials: given, now });
  const done = connector.connect?.(app, given, session.http, now);
  if (done === undefined) throw new Error('not offered');
  return done;
}

const missingOrder: Handler = () => wpError(400, 'woocommerce_rest_shop_order_invalid_id');
const good: Readonly<Record<string, Handler>> = {
  'GET ': () => site(),
  'GET wc/v3/orders': () => ({ json: [] }),
  'PUT wc/v3/orders/0': missingOrder,
  'GET wc/v3/settings/general/woocommerce_currency': () => ({ json: { id: 'woocommerce_currency', value: 'TWD' } }),
};

afterEach(() => nock.cleanAll());

describe('connecting a WooCommerce store', () => {
  it('keeps what it found out beside the keys', async () => {
    const fake = fakeStore(good);
    expect(await connect()).toEqual({
      accountId: 'shop.example.test',
      credentials: { ...fields, api_style: 'path', auth_style: 'basic', home_url: storeUrl },
      scopes: ['read_write'],
      expiresAt: null,
      refreshExpiresAt: null,
      shops: [{ platformShopId: 'shop.example.test', name: 'Teapots & more', country: null, currency: 'TWD' }],
    });
    const basic = `Basic ${Buffer.from(`${keys.consumer_key}:${keys.consumer_secret}`).toString('base64')}`;
    expect(fake.calls.every((call) => call.headers.get('authorization') === basic)).toBe(true);
    expect(new Set(fake.calls.filter((call) => call.method === 'GET').map((call) => call.query.nocache)).size).toBe(3);
  });

  it('finds the API of a store without pretty permalinks', async () => {
    const routed: Handler = (call) =>
      call.query.rest_route === undefined ? { status: 404, text: '<html>Not found</html>' } : site();
    const fake = fakeStore({ ...good, 'GET ': routed });
    const grant = await connect();
    expect(grant.credentials.api_style).toBe('query');
    expect(fake.calls.slice(1).map((call) => call.query.rest_route)).toEqual([
      '/',
      '/wc/v3/orders',
      '/wc/v3/orders/0',
      '/wc/v3/settings/general/woocommerce_currency',
    ]);
  });

  it('puts the keys into the address where the host drops the header, and remembers it', async () => {
    const dropped = wpError(401, 'woocommerce_rest_cannot_view');
    const fake = fakeStore({
      ...good,
      'GET wc/v3/orders': (call) => (call.query.consumer_key === keys.consumer_key ? { json: [] } : dropped),
    });
    expect((await connect()).credentials.auth_style).toBe('query');
    const after = fake.calls.slice(fake.calls.findIndex((call) => call.query.consumer_secret !== undefined));
    expect(after.every((call) => call.query.consumer_secret === keys.consumer_secret)).toBe(true);
    expect(after.every((call) => call.headers.get('authorization') === null)).toBe(true);
  });

  it('is not stopped by a plugin that hides the site’s index', async () => {
    fakeStore({ ...good, 'GET ': () => wpError(401, 'rest_not_logged_in') });
    expect((await connect()).shops[0]).toMatchObject({
      platformShopId: 'shop.example.test',
      name: 'shop.example.test',
    });
    expect((await connector.testConnection(open())).scopes).toEqual(['read_write']);
  });

  it('works in a folder of the site', async () => {
    fakeStore(good, { base: '/shops/tea/wp-json/' });
    expect((await connect({ ...fields, store_url: `${storeUrl}/shops/tea` })).credentials.store_url).toBe(
      `${storeUrl}/shops/tea`,
    );
  });

  it('leaves the currency out when the key’s user may not read settings', async () => {
    fakeStore({
      ...good,
      'GET wc/v3/settings/general/woocommerce_currency': () => wpError(403, 'woocommerce_rest_cannot_view'),
    });
    expect((await connect()).shops[0]?.currency).toBeNull();
  });

  it.each([
    [
      'a page instead of the API',
      { 'GET ': () => ({ text: '<!doctype html><title>Shop</title>' }) },
      'no_wordpress_api',
      /No WordPress REST API/,
    ],
    ['nothing there', { 'GET ': () => ({ status: 404, text: 'Not found' }) }, 'no_wordpress_api', /Check the address/],
    ['another JSON service', { 'GET ': () => ({ json: { hello: 'world' } }) }, 'no_wordpress_api', /No WordPress/],
    [
      'WordPress alone',
      { 'GET ': () => site([], { namespaces: ['wp/v2'] }) },
      'no_woocommerce',
      /WooCommerce is not active/,
    ],
    [
      'a redirect',
      { 'GET ': () => ({ status: 301, text: '', headers: { location: 'https://www.shop.example.test/wp-json/' } }) },
      'redirect',
      /https:\/\/www\.shop\.example\.test.*Enter the address/,
    ],
    [
      'a key that may only read',
      {
        ...good,
        'PUT wc/v3/orders/0': () =>
          wpError(401, 'woocommerce_rest_authentication_error', 'Der Schlüssel darf nicht schreiben.'),
      },
      'read_only_key',
      /Read\/Write/,
    ],
  ] satisfies [
    string,
    Record<string, Handler>,
    string,
    RegExp,
  ][])('refuses %s with words that help', async (_title, handlers, code, words) => {
    fakeStore(handlers);
    const error = await failure(connect());
    expect(error).toMatchObject({
      kind: 'rejected',
      platformCode: code,
      platformMessage: expect.stringMatching(words),
    });
  });

  it.each([
    ['woocommerce_rest_authentication_error', 401],
    ['woocommerce_rest_cannot_view', 401],
    ['woocommerce_rest_cannot_view', 403],
  ])('asks for other keys at %s (%i)', async (code, status) => {
    fakeStore({ ...good, 'GET wc/v3/orders': () => wpError(status, code) });
    expect(await failure(connect())).toMatchObject({ kind: 'needs_reauthorization', platformCode: code });
  });

  it('names a firewall, which no new key would mend', async () => {
    fakeStore({ ...good, 'GET wc/v3/orders': () => ({ status: 403, text: '<html>Access denied</html>' }) });
    expect(await failure(connect())).toMatchObject({
      kind: 'retryable',
      platformMessage: expect.stringMatching(/firewall.*IP address/),
    });
  });

  it('does not call a store that the fields do not allow', async () => {
    const fake = fakeStore(good);
    for (const store_url of ['http://shop.example.test', 'https://10.0.0.1', 'https://user:pw@shop.example.test']) {
      expect(await failure(connect({ ...fields, store_url }))).toMatchObject({ platformCode: 'bad_store_url' });
    }
    expect(fake.calls).toEqual([]);
  });

  it('says that a store does not answer', async () => {
    const error = await failure(connect({ ...fields, store_url: 'https://no-such-store.invalid' }));
    expect(error).toMatchObject({
      kind: 'retryable',
      platformMessage: expect.stringMatching(/host/),
    });
  });
});

describe('testing a WooCommerce connection', () => {
  it('tells a key that has become read-only', async () => {
    fakeStore({ ...good, 'PUT wc/v3/orders/0': () => wpError(401, 'woocommerce_rest_authentication_error') });
    expect((await connector.testConnection(open())).scopes).toEqual(['read']);
  });

  it('is not misled by text before the JSON', async () => {
    const text = '\uFEFF<br />\n<b>Warning</b>: Undefined key ["x"] in <b>/a/{b}.php</b><br />\n[]';
    fakeStore({ ...good, 'GET wc/v3/orders': () => ({ text }) });
    expect((await connector.testConnection(open())).shop.currency).toBe('TWD');
  });

  it.each([
    ['an empty answer', { text: '' }, 'retryable'],
    ['a login page', { text: '<!doctype html><script>var x = {"a": [1]};</script></html>' }, 'retryable'],
    ['a torn answer', { text: '[{"id":1,' }, 'retryable'],
    ['a fatal error', { status: 500, text: 'There has been a critical error' }, 'retryable'],
    ['a limit of the host', { status: 508, text: '<html>Resource limit</html>' }, 'retryable'],
    ['too many calls', { status: 429, text: '' }, 'retryable'],
    ['a route that is off', wpError(404, 'rest_no_route'), 'permanent'],
  ] as const)('takes %s as %3$s', async (_title, reply, kind) => {
    fakeStore({ ...good, 'GET wc/v3/orders': () => reply });
    expect(await failure(connector.testConnection(open()))).toMatchObject({ kind });
  });
});

describe('a WooCommerce store on the own network, by plain http', () => {
  interface Seen {
    readonly method: string;
    readonly url: URL;
  }

  /** A real server; each answer is `[status, JSON]`, or null to cut the connection. */
  async function withServer<T>(
    answer: (seen: Seen) => readonly [number, unknown] | null,
    work: (url: string, seen: Seen[]) => Promise<T>,
  ): Promise<T> {
    const seen: Seen[] = [];
    const server = createServer((request, response) => {
      const call = { method: request.method ?? '', url: new URL(request.url ?? '', `http://${request.headers.host}`) };
      seen.push(call);
      const reply = answer(call);
      if (reply === null) request.socket.destroy();
      else response.writeHead(reply[0], { 'content-type': 'application/json' }).end(JSON.stringify(reply[1]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port }: AddressInfo = Object(server.address());
    try {
      return await work(`http://127.0.0.1:${port}`, seen);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const allowed = { allow_private: 'yes' };

  const answers = ({ method, url }: Seen): readonly [number, unknown] => {
    if (url.pathname === '/wp-json/') return [200, { name: 'Local', home: url.origin, namespaces: ['wc/v3'] }];
    if (method === 'PUT') return [400, { code: 'woocommerce_rest_shop_order_invalid_id', message: '', data: {} }];
    return url.pathname.endsWith('/woocommerce_currency') ? [200, { value: 'TWD' }] : [200, []];
  };

  it('is refused unless the installation allows it', async () => {
    await withServer(answers, async (url, seen) => {
      expect(await failure(connect({ ...fields, store_url: url }))).toMatchObject({ platformCode: 'bad_store_url' });
      const own = { ...credentials, store_url: url };
      expect(await failure(connector.testConnection(open({}, own)))).toMatchObject({ platformCode: 'host_refused' });
      expect(seen).toEqual([]);
    });
  });

  it('is called with signed parameters, never with the secret', async () => {
    await withServer(answers, async (url, seen) => {
      await connect({ ...fields, store_url: url }, allowed);
      expect(seen.length).toBeGreaterThan(3);
      const nonces = new Set<string | null>();
      for (const { method, url: called } of seen) {
        const given = called.searchParams.get('oauth_signature');
        const pairs = [...called.searchParams].filter(([key]) => key !== 'oauth_signature');
        const base = signatureBase(method, called.origin + called.pathname, pairs);
        expect(given).toBe(createHmac('sha256', `${keys.consumer_secret}&`).update(base).digest('base64'));
        expect(called.href).not.toContain(keys.consumer_secret);
        nonces.add(called.searchParams.get('oauth_nonce'));
      }
      expect(nonces.size).toBe(seen.length);
    });
  });

  it('with another clock is asked again later, not for new keys', async () => {
    const error = {
      code: 'woocommerce_rest_authentication_error',
      message: 'Invalid timestamp.',
      data: { status: 401 },
    };
    const clock = (seen: Seen): readonly [number, unknown] =>
      seen.url.pathname.endsWith('/orders') ? [401, error] : answers(seen);
    await withServer(clock, async (url) => {
      expect(await failure(connect({ ...fields, store_url: url }, allowed))).toMatchObject({ kind: 'retryable' });
    });
  });

  it('that cuts the connection is told apart from wrong keys', async () => {
    await withServer(
      () => null,
      async (url) => {
        expect(await failure(connect({ ...fields, store_url: url }, allowed))).toMatchObject({
          kind: 'retryable',
          platformMessage: 'the connection broke off',
        });
      },
    );
  });
});
