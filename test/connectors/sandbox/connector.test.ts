import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketOrder, Shop } from '../../../connectors/sandbox/marketplace/types.ts';
import type { CallbackRequest, ConnectorSession, Grant, ShipmentToTell } from '../../../core/ports/connector.ts';
import { testSession } from '../../contract/session.ts';
import { failureOf } from '../shared/support.ts';
import { app, openSandbox, redirectUri } from './support.ts';

let skewMs = 0;
const now = (): Date => new Date(Date.now() + skewMs);
const bench = await openSandbox(now);
const { connector, marketplace } = bench;
const { market, faults, grants } = marketplace;
afterAll(() => marketplace.close());
afterEach(() => {
  faults.clear();
  marketplace.setClockSkew(0);
  skewMs = 0;
});

let shopCount = 0;
let shop: Shop;
let session: ConnectorSession;
beforeEach(() => {
  shopCount += 1;
  shop = market.openShop(`shop-${shopCount}`);
  session = bench.session(shop).session;
});

/** The person on the consent page: gives back where the browser is sent. */
async function consent(handle: string, decision: 'approve' | 'deny', scopes = connector.profile.scopes): Promise<URL> {
  const url = connector.authorizeUrl?.(app, { state: 'state-1', redirectUri, fields: { shop: handle } }) ?? '';
  const form = new URLSearchParams(new URL(url).searchParams);
  form.set('decision', decision);
  for (const scope of scopes) form.append('scope', scope);
  const answer = await fetch(`${marketplace.baseUrl}/oauth/authorize`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  return new URL(answer.headers.get('location') ?? '');
}

const callback = (back: URL, change: Partial<CallbackRequest> = {}): CallbackRequest => ({
  query: [...back.searchParams],
  redirectUri,
  fields: {},
  state: 'state-1',
  ...change,
});

async function complete(request: CallbackRequest, withApp: Record<string, string> = app): Promise<Grant> {
  const grant = await connector.completeAuthorization?.(withApp, request, session.http, now);
  if (grant === undefined) throw new Error('no grant');
  return grant;
}

describe('authorization', () => {
  it('goes to the consent page and back, and knows the shop and what was granted', async () => {
    const grant = await complete(callback(await consent('new-shop', 'approve', ['orders', 'products'])));
    expect(grant).toMatchObject({
      scopes: ['orders', 'products'],
      shops: [{ name: 'New Shop', country: 'TW', currency: 'TWD' }],
    });
    expect(grant.accountId).toBe(grant.shops[0]?.platformShopId);
    expect(grant.expiresAt?.getTime()).toBeGreaterThan(now().getTime() + 3_500_000);
    const { session: opened } = testSession({ connector, app, credentials: grant.credentials, now });
    expect((await connector.testConnection(opened)).scopes).toEqual(['orders', 'products']);
    expect(market.shop('new-shop')?.orders).toHaveLength(24);
  });

  it('gives the same identity when the same shop is authorized again', async () => {
    const first = await complete(callback(await consent('again', 'approve')));
    const second = await complete(callback(await consent('again', 'approve')));
    expect(second.accountId).toBe(first.accountId);
    expect(second.credentials.access_token).not.toBe(first.credentials.access_token);
  });

  it('refuses a return that was forged, belongs elsewhere, is old or was denied, and exchanges nothing', async () => {
    const back = await consent('forged', 'approve');
    const changed = (change: (url: URL) => void): CallbackRequest => {
      const url = new URL(back);
      change(url);
      return callback(url);
    };
    const forged: [string, CallbackRequest][] = [
      ['shop', changed((url) => url.searchParams.set('shop', 'other'))],
      ['code', changed((url) => url.searchParams.set('code', 'other'))],
      ['hmac', changed((url) => url.searchParams.set('hmac', '00'))],
      ['no hmac', changed((url) => url.searchParams.delete('hmac'))],
      ['added', changed((url) => url.searchParams.set('host', 'evil.test'))],
      ['twice', changed((url) => url.searchParams.append('shop', 'other'))],
      ['state', callback(back, { state: 'state-2' })],
    ];
    for (const [name, request] of forged) {
      expect(await failureOf(complete(request)), name).toMatchObject({
        kind: 'rejected',
        platformCode: 'forged_return',
      });
    }
    for (const secret of ['', 'another-secret']) {
      const error = await failureOf(complete(callback(back), { ...app, client_secret: secret }));
      expect(error.kind).toBe('rejected');
    }
    skewMs = 400_000;
    expect((await failureOf(complete(callback(back)))).message).toContain('too old');
    skewMs = 0;
    const denied = await failureOf(complete(callback(await consent('forged', 'deny'))));
    expect(denied).toMatchObject({ kind: 'rejected', platformCode: 'access_denied' });
    await complete(callback(back));
  });

  it('takes a code once, and asks the person to start again the second time', async () => {
    const back = await consent('once', 'approve');
    await complete(callback(back));
    expect(await failureOf(complete(callback(back)))).toMatchObject({
      kind: 'rejected',
      platformCode: 'invalid_grant',
    });
  });

  it('refreshes an expired token, keeps what else is stored, and survives a refresh whose answer was lost', async () => {
    grants.expireAccess(shop.handle);
    expect(await failureOf(connector.testConnection(session))).toMatchObject({
      kind: 'needs_reauthorization',
      platformCode: 'token_expired',
    });
    const old: ConnectorSession = { ...session, credentials: { ...session.credentials, webhook_secret: 'kept' } };
    await connector.refresh?.(app, old);
    const fresh = await connector.refresh?.(app, old);
    expect(fresh?.credentials.webhook_secret).toBe('kept');
    const { session: opened } = testSession({ connector, app, credentials: fresh?.credentials ?? {}, now });
    await connector.testConnection(opened);
    expect(await failureOf(connector.refresh?.(app, old) ?? Promise.resolve())).toMatchObject({
      kind: 'needs_reauthorization',
      platformCode: 'invalid_grant',
    });
  });

  it('says which scope is lacking', async () => {
    const grant = await complete(callback(await consent('narrow', 'approve', ['orders'])));
    const { session: opened } = testSession({ connector, app, credentials: grant.credentials, now });
    const error = await failureOf(connector.readShipments?.(opened, '7000000001000000002') ?? Promise.resolve());
    expect(error).toMatchObject({ kind: 'needs_reauthorization', platformCode: 'scope_missing' });
    expect(error.platformMessage).toContain('fulfilments');
  });
});

describe('orders', () => {
  it('finds by number and by id, and says which are not there', async () => {
    const [first, second] = shop.orders;
    const numbers = [first?.number ?? '', 'NO-1', second?.number ?? ''];
    const byNumber = await connector.fetchByNumber?.(session, numbers);
    expect(byNumber?.orders).toHaveLength(2);
    expect(byNumber?.missing).toEqual([{ number: 'NO-1', reason: 'The marketplace has no such order' }]);
    const byId = await connector.fetchByIds(session, [first?.id ?? '', '12', 'x; drop table orders', '']);
    expect(byId.orders).toHaveLength(1);
    expect(byId.missing.map((one) => one.number).sort()).toEqual(['', '12', 'x; drop table orders']);
    expect(await connector.fetchByIds(session, [])).toEqual({ orders: [], missing: [] });
  });

  it('looks a thousand and more up in a few calls', async () => {
    const bulk = bench.bulkShop(1_500);
    const { session: opened, calls } = bench.session(bulk);
    const ids = Array.from({ length: 1_500 }, (_, index) => String(BigInt(bulkId(bulk)) + BigInt(index)));
    const found = await connector.fetchByIds(opened, ids);
    expect(found.orders).toHaveLength(1_500);
    expect(calls).toHaveLength(2);
  });

  it('lists what is still to ship: no shipped, cancelled or marketplace-fulfilled ones', async () => {
    const states = new Set<string>();
    let count = 0;
    for await (const page of connector.fetchOpenOrders(session)) {
      for (const fetched of page.orders) {
        count += 1;
        if (fetched.ok) states.add(`${fetched.order.platformState} ${fetched.order.fulfilledBy}`);
      }
    }
    expect(count).toBe(21);
    expect([...states].sort()).toEqual(['open merchant', 'unpaid merchant']);
  });

  it('lists by change time: an order that changed comes again, one that did not does not', async () => {
    const since = new Date(now().getTime() + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [order] = shop.orders.slice(-1);
    market.changeAddress(shop, order?.id ?? '', { city: '花蓮市' });
    const pages = [];
    const until = new Date(now().getTime() + 1_000);
    for await (const page of connector.fetchOrders(session, { since, until, kind: 'b2c' })) pages.push(...page.orders);
    expect(pages).toHaveLength(1);
    expect(pages[0]?.ok === true && pages[0].order.recipient?.city).toBe('花蓮市');
  });

  it('has no purchase orders', async () => {
    for await (const page of connector.fetchOrders(session, { since: new Date(0), until: now(), kind: 'b2b' })) {
      expect(page).toBe('no page');
    }
  });

  it.each([
    'torn_json',
    'cut_off',
    'reset',
    'web_page',
  ] as const)('calls a %s answer worth another try', async (kind) => {
    bench.spoil({ kind, operation: 'listOrders' });
    const error = await failureOf(firstPage(session));
    expect(error.kind).toBe('retryable');
  });

  it('gets through a listing on which every second call breaks', async () => {
    for (const skip of [0, 1, 2]) bench.spoil({ kind: 'cut_off', operation: 'listOrders', times: 1, skip });
    const page = await firstPage(session);
    expect(page.orders).toHaveLength(24);
  });

  it('gives up on a marketplace that hangs, within its time limit', async () => {
    bench.spoil({ kind: 'hang', operation: 'listOrders' });
    const { session: hurried } = bench.session(shop, 50);
    expect(await failureOf(firstPage(hurried))).toMatchObject({ kind: 'retryable', platformCode: 'timeout' });
  });

  it('hands on how long a throttling marketplace wants it to wait', async () => {
    bench.spoil({ kind: 'status', status: 429, retryAfter: '120', operation: 'listOrders' });
    expect(await failureOf(firstPage(session))).toMatchObject({ kind: 'retryable', retryAfterMs: 120_000 });
  });
});

describe('shipments', () => {
  it('tells a shipment, and reads it back with its number and lines', async () => {
    const order = placed();
    const shipment = shipmentOf(order);
    expect(await connector.ship?.(session, shipment, false)).toMatchObject({ outcome: 'accepted' });
    expect(await connector.readShipments?.(session, order.id)).toEqual([
      { platformShipmentId: expect.any(String), trackingNumbers: ['BC-1'], lines: shipment.lines },
    ]);
  });

  it('really is a platform that takes the same shipment twice, which is why the desk looks first', async () => {
    const shipment = shipmentOf(placed());
    await connector.ship?.(session, shipment, false);
    await connector.ship?.(session, shipment, false);
    expect(shop.fulfilments.filter((one) => one.trackingNumber === 'BC-1')).toHaveLength(2);
    expect((await connector.ship?.(session, { ...shipment, trackingNumber: 'bc 1' }, true))?.outcome).toBe(
      'already_there',
    );
  });

  it('looks first and still tells a parcel with another number or other lines', async () => {
    const order = placed(2);
    const [one, two] = order.lines.map((line) => [{ platformLineId: line.id, quantity: line.quantity }]);
    await connector.ship?.(session, shipmentOf(order, { lines: one ?? [] }), false);
    expect((await connector.ship?.(session, shipmentOf(order, { lines: two ?? [] }), true))?.outcome).toBe('accepted');
    expect((await connector.ship?.(session, shipmentOf(order, { trackingNumber: 'BC-2' }), true))?.outcome).toBe(
      'accepted',
    );
    expect(shop.fulfilments.filter((other) => other.orderId === order.id)).toHaveLength(3);
  });

  it.each([
    ['an unreadable answer', 'torn_json'],
    ['a broken-off answer', 'cut_off'],
    ['a lost answer', 'reset_after_effect'],
  ] as const)('does not know what happened after %s, and says so', async (_words, kind) => {
    bench.spoil({ kind, operation: 'createFulfilment', times: 1 });
    const shipment = shipmentOf(placed());
    const error = await failureOf(connector.ship?.(session, shipment, false) ?? Promise.resolve());
    expect(error).toMatchObject({ kind: 'retryable', outcomeUnknown: true });
    expect((await connector.ship?.(session, shipment, true))?.outcome).toBe('already_there');
    expect(shop.fulfilments.filter((one) => one.orderId === shipment.platformOrderId)).toHaveLength(1);
  });

  it('repeats the marketplace’s words when it refuses', async () => {
    const order = placed();
    const wrong: [string, Partial<ShipmentToTell>][] = [
      ['unknown_carrier', { carrier: 'pigeon' }],
      ['tracking_number_missing', { trackingNumber: ' ' }],
      ['bad_lines', { lines: [{ platformLineId: '1', quantity: 1 }] }],
      ['order_not_found', { platformOrderId: '1' }],
    ];
    for (const [code, change] of wrong) {
      const error = await failureOf(connector.ship?.(session, shipmentOf(order, change), false) ?? Promise.resolve());
      expect(error).toMatchObject({ kind: 'rejected', platformCode: code, outcomeUnknown: false });
      expect(error.platformMessage).not.toBe('');
    }
    market.cancel(shop, order.id, 'test');
    const error = await failureOf(connector.ship?.(session, shipmentOf(order), false) ?? Promise.resolve());
    expect(error.platformCode).toBe('order_cancelled');
  });

  it('cancels once; a second cancel is no error, one after shipping is', async () => {
    const order = placed();
    await connector.cancel?.(session, order.id, 'out of stock');
    await connector.cancel?.(session, order.id, 'out of stock');
    expect(market.book(shop).byId(order.id)).toMatchObject({ status: 'cancelled', cancelReason: 'out of stock' });
    const shipped = placed();
    await connector.ship?.(session, shipmentOf(shipped), false);
    const error = await failureOf(connector.cancel?.(session, shipped.id, 'late') ?? Promise.resolve());
    expect(error).toMatchObject({ kind: 'rejected', platformCode: 'already_shipped' });
  });

  it('lists the carriers that the marketplace knows', async () => {
    expect(await connector.carriers?.(session)).toContainEqual({ code: 'black_cat', name: 'Black Cat 黑貓宅急便' });
  });
});

describe('products and stock', () => {
  it('lists all products over several pages', async () => {
    const pages = [];
    for await (const page of connector.products?.(session) ?? []) pages.push(page);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toHaveLength(10);
    expect(pages.flat().at(-1)).toMatchObject({ platformProductId: 'P-1010', sku: null });
  });

  it('sets stock, and one refused listing does not fail the others', async () => {
    const result = await connector.pushStock?.(session, [
      { platformProductId: 'P-1001', quantity: 7, key: '1' },
      { platformProductId: 'P-none', quantity: 1, key: '2' },
    ]);
    expect(result).toEqual([
      { platformProductId: 'P-1001', error: null },
      { platformProductId: 'P-none', error: 'There is no product P-none' },
    ]);
    expect(shop.stock).toEqual({ 'P-1001': 7 });
  });
});

function placed(lineCount = 1): MarketOrder {
  const [order] = market.place(shop, { count: 1, kind: 'plain', lineCount });
  if (order === undefined) throw new Error('no order');
  return order;
}

function shipmentOf(order: MarketOrder, change: Partial<ShipmentToTell> = {}): ShipmentToTell {
  return {
    shipmentId: 'shipment-1',
    platformOrderId: order.id,
    platformOrderNumber: order.number,
    trackingNumber: 'BC-1',
    carrier: 'black_cat',
    trackingUrl: 'https://track.example.test/BC-1',
    service: null,
    shippedAt: now(),
    lines: order.lines.map((line) => ({ platformLineId: line.id, quantity: line.quantity })),
    completesOrder: true,
    ...change,
  };
}

function bulkId(bulk: Shop): string {
  const { texts } = market
    .book(bulk)
    .list({ since: 0, until: Number.MAX_SAFE_INTEGER, onlyOpen: false, cursor: null, limit: 1 });
  return /"id":(\d+)/.exec(texts[0] ?? '')?.[1] ?? '0';
}

async function firstPage(opened: ConnectorSession): Promise<{ orders: readonly unknown[] }> {
  const window = { since: new Date(0), until: new Date(now().getTime() + 60_000), kind: 'b2c' } as const;
  for await (const page of connector.fetchOrders(opened, window)) return page;
  throw new Error('no page');
}
