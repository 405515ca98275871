import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mapOrderText } from '../../../connectors/sandbox/map.ts';
import { bulkOrder } from '../../../connectors/sandbox/marketplace/bulk.ts';
import type { Shop } from '../../../connectors/sandbox/marketplace/types.ts';
import type { IncomingWebhook } from '../../../core/ports/connector.ts';
import { type LocalServer, listen } from '../shared/support.ts';
import { app, openSandbox, redirectUri, type SandboxBench } from './support.ts';

const now = (): Date => new Date();
let bench: SandboxBench;
beforeAll(async () => {
  bench = await openSandbox(now);
});
afterAll(() => bench.marketplace.close());

const listAll = (shop: Shop, limit = 100): string[] => {
  const book = bench.marketplace.market.book(shop);
  const texts: string[] = [];
  let cursor: string | null = null;
  do {
    const page = book.list({ since: 0, until: Number.MAX_SAFE_INTEGER, onlyOpen: false, cursor, limit });
    texts.push(...page.texts);
    cursor = page.next;
  } while (cursor !== null);
  return texts;
};

describe('a new shop', () => {
  it('starts with 24 orders of the last two days, of every kind that makes work', () => {
    const shop = bench.marketplace.market.openShop('teahouse');
    const fetched = listAll(shop, 7).map(mapOrderText);
    expect(fetched).toHaveLength(24);
    const count = (test: (one: (typeof fetched)[number]) => boolean): number => fetched.filter(test).length;
    expect(count((one) => !one.ok)).toBe(2);
    expect(count((one) => one.ok && one.order.platformState === 'unpaid')).toBe(1);
    expect(count((one) => one.ok && one.order.platformState === 'shipped')).toBe(1);
    expect(count((one) => one.ok && one.order.platformState === 'cancelled')).toBe(1);
    expect(count((one) => one.ok && one.order.fulfilledBy === 'platform')).toBe(1);
    expect(count((one) => one.ok && one.order.paymentRecord === 'cash_on_delivery')).toBe(2);
    expect(count((one) => one.ok && one.order.paymentMethod === 'afterpay_x')).toBe(1);
    expect(count((one) => one.ok && one.order.lines.some((line) => line.sku === null))).toBe(1);
    expect(count((one) => one.ok && one.order.shippingMethod === 'drone_express')).toBe(1);
    expect(count((one) => one.ok && one.order.shippingMethod === null)).toBe(1);
    expect(count((one) => one.ok && /[\u4e00-\u9fff]/.test(one.order.recipient?.name ?? ''))).toBeGreaterThan(5);
    expect(count((one) => one.ok && one.order.lines.some((line) => line.sku === 'TEA-OOLONG-150'))).toBeGreaterThan(5);
    const times = fetched.flatMap((one) => (one.ok ? [one.order.orderedAt.getTime()] : []));
    expect(Math.min(...times)).toBeGreaterThan(now().getTime() - 48.1 * 3_600_000);
    expect(Math.max(...times)).toBeLessThan(now().getTime());
    const ids = fetched.map((one) => BigInt((one.ok ? one.order.platformOrderId : one.platformOrderId) ?? 0));
    expect(ids.every((id) => id > 2n ** 53n)).toBe(true);
  });
});

describe('a shop of a million orders', () => {
  it('is listed from anywhere without being built, each order once and in order of change', () => {
    const { market } = bench.marketplace;
    const from = now().getTime() - 5 * 86_400_000;
    const shop = market.openBulkShop('million', { count: 1_000_000, from, stepMs: 432 });
    const book = market.book(shop);
    const window = { since: from + 200_000_000, until: from + 200_432_000, onlyOpen: false, limit: 100 };
    const texts: string[] = [];
    for (let cursor: string | null = null, page = 0; page === 0 || cursor !== null; page += 1) {
      const answer = book.list({ ...window, cursor });
      texts.push(...answer.texts);
      cursor = answer.next;
    }
    expect(texts).toHaveLength(1_000);
    const orders = texts.map(mapOrderText).flatMap((one) => (one.ok ? [one.order] : []));
    expect(new Set(orders.map((order) => order.platformOrderId)).size).toBe(1_000);
    const times = orders.map((order) => order.platformUpdatedAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(window.since);
    expect(times.at(-1)).toBeLessThan(window.until);
    expect(orders.every((order) => order.lines.length === 2)).toBe(true);
    expect(Buffer.byteLength(texts.join('')) / texts.length).toBeGreaterThan(2_200);
    expect(Buffer.byteLength(texts.join('')) / texts.length).toBeLessThan(2_600);
    expect(shop.orders).toEqual([]);
  });

  it('renders what it would render the long way', () => {
    const { market } = bench.marketplace;
    const bulk = { count: 200, from: Date.UTC(2026, 10, 1), stepMs: 1_000 };
    const shop = market.openBulkShop('short-cut', bulk);
    const book = market.book(shop);
    expect(listAll(shop)).toEqual(
      Array.from({ length: 200 }, (_, index) => book.json(bulkOrder(shop, bulk, index + 1))),
    );
  });

  it('keeps an order that was changed, and lists it at its new time only', () => {
    const { market } = bench.marketplace;
    const shop = market.openBulkShop('changing', { count: 30, from: now().getTime() - 60_000, stepMs: 1_000 });
    const before = listAll(shop, 7).map((text) => /"id":(\d+)/.exec(text)?.[1] ?? '');
    const [, , third = ''] = before;
    const order = market.book(shop).byId(third);
    const lines = (order?.lines ?? []).map((line) => ({ lineId: line.id, quantity: line.quantity }));
    expect(market.fulfil(shop, third, { carrier: 'dhl', trackingNumber: 'D1', trackingUrl: null, lines }).ok).toBe(
      true,
    );
    const after = listAll(shop, 7).map((text) => /"id":(\d+)/.exec(text)?.[1] ?? '');
    expect(after).toEqual([...before.filter((id) => id !== third), third]);
    expect(market.book(shop).byNumber(order?.number ?? '')?.id).toBe(third);
  });
});

describe('webhooks', () => {
  let desk: LocalServer | null = null;
  afterEach(async () => {
    await desk?.close();
    desk = null;
  });

  it('tells the desk of every change, signed, and sends the same bytes again on request', async () => {
    const received: IncomingWebhook[] = [];
    desk = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        received.push({ headers, body: Buffer.concat(chunks) });
        response.end('ok');
      });
    });
    const { market, webhooks } = bench.marketplace;
    const shop = market.openShop('telling');
    const { session } = bench.session(shop);
    for (const secret of ['first-secret', 'second-secret']) {
      await bench.connector.registerWebhooks?.(session, `${desk.url}/webhooks/sandbox/1`, secret);
    }
    expect(shop.webhooks).toHaveLength(1);
    const [order] = market.place(shop, { count: 1 });
    market.cancel(shop, order?.id ?? '', 'test');
    webhooks.emit(shop, 'app.uninstalled', null);
    await webhooks.idle();
    const [first] = shop.deliveries;
    expect(await webhooks.redeliver(shop.handle, first?.eventId ?? '')).toBe(true);
    expect(await webhooks.redeliver(shop.handle, 'evt_none')).toBe(false);
    const verify = (one: IncomingWebhook, secret: string): boolean | undefined =>
      bench.connector.verifyWebhook?.(app, { webhook_secret: secret }, one);
    expect(received.map((one) => verify(one, 'second-secret'))).toEqual([true, true, true, true]);
    expect(received.some((one) => verify(one, 'first-secret') === true)).toBe(false);
    const parsed = received.map((one) => bench.connector.parseWebhook?.(one));
    expect(parsed.map((one) => [one?.topic, one?.effect, one?.platformOrderId]).sort()).toEqual(
      [
        ['app.uninstalled', 'uninstalled', null],
        ['order.cancelled', 'order', order?.id],
        ['order.created', 'order', order?.id],
        ['order.created', 'order', order?.id],
      ].sort(),
    );
    expect(new Set(parsed.map((one) => one?.eventId)).size).toBe(3);
  });
});

describe('pages for people', () => {
  const page = async (
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; text: string; location: string | null }> => {
    const answer = await fetch(`${bench.marketplace.baseUrl}${path}`, { redirect: 'manual', ...init });
    return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') };
  };
  const query = new URLSearchParams({
    client_id: app.client_id,
    redirect_uri: redirectUri,
    state: 's',
    shop: 'teahouse',
  });

  it('shows a consent page, and refuses an app or a return address that it does not know', async () => {
    expect(await page(`/oauth/authorize?${query}`)).toMatchObject({
      status: 200,
      text: expect.stringContaining('Approve'),
    });
    for (const [name, value] of [
      ['client_id', 'other'],
      ['redirect_uri', 'https://evil.test/'],
    ] as const) {
      const wrong = new URLSearchParams(query);
      wrong.set(name, value);
      expect(await page(`/oauth/authorize?${wrong}`)).toMatchObject({ status: 400, location: null });
      wrong.set('decision', 'approve');
      const posted = await page('/oauth/authorize', { method: 'POST', body: wrong });
      expect(posted).toMatchObject({ status: 400, location: null });
    }
  });

  it('escapes what it is given', async () => {
    const nasty = new URLSearchParams(query);
    nasty.set('shop', '"><script>alert(1)</script>');
    expect((await page(`/oauth/authorize?${nasty}`)).text).not.toContain('<script>');
  });

  it('lets a person be the buyer, and shows the tracking number that arrived', async () => {
    const { market } = bench.marketplace;
    const shop = market.openShop('buyer');
    const post = (action: string, fields: Record<string, string>) =>
      page(`/office/buyer/${action}`, { method: 'POST', body: new URLSearchParams(fields) });
    expect(await post('place', { count: '10' })).toMatchObject({ status: 303, location: '/sandbox/office/buyer' });
    expect(shop.orders).toHaveLength(34);
    const bare = shop.orders.find((order) => order.lines.some((line) => line.sku === null));
    await post('add-sku', { order: bare?.id ?? '' });
    expect(bare?.lines.every((line) => line.sku !== null)).toBe(true);
    const broken = shop.orders.find((order) => order.defect !== null);
    await post('mend', { order: broken?.id ?? '' });
    expect(broken?.defect).toBeNull();
    const unpaid = shop.orders.find((order) => order.status === 'unpaid');
    await post('pay', { order: unpaid?.id ?? '' });
    expect(unpaid).toMatchObject({ status: 'open', paymentStatus: 'captured' });
    const plain = shop.orders.at(-1);
    await post('move', { order: plain?.id ?? '' });
    await post('ask-to-cancel', { order: plain?.id ?? '' });
    expect(plain).toMatchObject({ cancellationRequested: true, recipient: { address1: '新地址路8號' } });
    await post('cancel', { order: plain?.id ?? '' });
    expect(plain?.status).toBe('cancelled');
    expect((await post('cancel', { order: plain?.id ?? '' })).location).toContain('problem=');
    market.fulfil(shop, bare?.id ?? '', {
      carrier: 'hct',
      trackingNumber: 'HCT-77',
      trackingUrl: null,
      lines: (bare?.lines ?? []).map((line) => ({ lineId: line.id, quantity: line.quantity })),
    });
    const { text } = await page('/office/buyer');
    expect(text).toContain('hct HCT-77');
    expect((await page('')).text).toContain('/sandbox/office/buyer');
    expect((await page('/office/nobody')).status).toBe(404);
    expect((await page('/style.css')).status).toBe(200);
    expect((await page('/pictures/P-1001.svg')).text).toContain('<svg');
  });

  it('refuses buttons pressed by another site', async () => {
    const shop = bench.marketplace.market.openShop('guarded');
    const answer = await page('/office/guarded/place', {
      method: 'POST',
      body: new URLSearchParams({ count: '1' }),
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(403);
    expect(shop.orders).toHaveLength(24);
  });
});

describe('control by HTTP', () => {
  const call = (path: string, method = 'GET', body?: unknown): Promise<Response> =>
    fetch(`${bench.marketplace.baseUrl}/control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  it('places orders, shows what arrived, makes faults and clears them', async () => {
    expect((await call('/shops/remote', 'POST')).status).toBe(201);
    const placed = await call('/shops/remote/orders', 'POST', { count: 2, kind: 'plain' });
    const { orders } = (await placed.json()) as { orders: { id: string; number: string }[] };
    expect(orders).toHaveLength(2);
    expect((await call(`/shops/remote/orders/${orders[0]?.number}/cancel`, 'POST')).status).toBe(200);
    const { fulfilments } = (await (await call('/shops/remote/fulfilments')).json()) as { fulfilments: unknown[] };
    expect(fulfilments).toHaveLength(1);
    expect((await call('/faults', 'POST', { kind: 'status', status: 500, operation: 'shop', times: 1 })).status).toBe(
      201,
    );
    expect((await call('/faults', 'DELETE')).status).toBe(204);
    expect(bench.marketplace.faults.list()).toEqual([]);
    expect((await call('/faults', 'POST', { kind: 'earthquake' })).status).toBe(422);
    expect((await call('/shops/nobody/orders', 'POST', { count: 1 })).status).toBe(404);
  });

  it('opens bulk shops and shifts the clock', async () => {
    const from = new Date(now().getTime() - 3_600_000).toISOString();
    expect((await call('/bulk-shops', 'POST', { handle: 'remote-bulk', count: 10, from, stepMs: 10 })).status).toBe(
      201,
    );
    expect((await call('/clock-skew', 'PUT', { ms: 3_600_000 })).status).toBe(204);
    const shop = bench.marketplace.market.openShop('ahead');
    expect(shop.openedAt).toBeGreaterThan(now().getTime() + 3_000_000);
    await call('/clock-skew', 'PUT', { ms: 0 });
  });
});
