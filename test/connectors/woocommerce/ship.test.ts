import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/woocommerce/index.ts';
import type { ShipmentToTell, ShipResult } from '../../../core/ports/connector.ts';
import {
  type Call,
  failure,
  fakeStore,
  type Handler,
  type Json,
  open,
  order,
  shipment,
  site,
  wpError,
} from './support.ts';

const ship = async (told: ShipmentToTell = shipment(), settings: Record<string, string> = {}): Promise<ShipResult> => {
  const result = await connector.ship?.(open(settings), told, false);
  if (result === undefined) throw new Error('not offered');
  return result;
};

const record = (lines: Json[] = [{ id: '1', qty: 2 }]): Json => ({ id: 'shipment-0', number: 'OLD-1', lines });
const withMeta = (key: string, value: unknown): Json => ({ meta_data: [{ id: 1, key, value }] });
const written = (calls: readonly Call[]): readonly string[] =>
  calls.filter((call) => call.method !== 'GET').map((call) => `${call.method} ${call.path}`);
const bodyOf = (calls: readonly Call[], method: string): unknown => calls.find((call) => call.method === method)?.body;

/** A store with the order as it is, that takes what it is given. */
const store = (changes: Json = {}, others: Record<string, Handler> = {}): Record<string, Handler> => ({
  'GET ': () => site(),
  'GET wc/v3/orders/14': () => ({ json: order(14, changes) }),
  'GET wc/v3/orders/14/notes': () => ({ json: [] }),
  'POST wc/v3/orders/14/notes': () => ({ status: 201, json: { id: 5 } }),
  'PUT wc/v3/orders/14': () => ({ json: order(14) }),
  ...others,
});

const trackings = 'wc-shipment-tracking/v3/orders/14/shipment-trackings';

afterEach(() => nock.cleanAll());

describe('telling a WooCommerce store without a tracking plugin', () => {
  it('writes a note to the buyer, then the number, our record and the status in one update', async () => {
    const fake = fakeStore(store());
    expect(await ship(shipment({ trackingUrl: 'https://track.example.test/1' }))).toEqual({
      outcome: 'accepted',
      platformShipmentId: 'shipment-1',
    });
    expect(written(fake.calls)).toEqual(['POST wc/v3/orders/14/notes', 'PUT wc/v3/orders/14']);
    expect(bodyOf(fake.calls, 'POST')).toEqual({
      note: 'Shipped with Black Cat, tracking number BC 1234-5678. https://track.example.test/1',
      customer_note: true,
    });
    const lines = [
      { id: '1', qty: 2 },
      { id: '2', qty: 1 },
    ];
    expect(bodyOf(fake.calls, 'PUT')).toEqual({
      status: 'completed',
      meta_data: [
        { key: '_holdfast_shipments', value: [{ id: 'shipment-1', number: 'BC 1234-5678', lines }] },
        { key: '_tracking_number', value: 'BC 1234-5678' },
        { key: '_tracking_provider', value: 'Black Cat' },
      ],
    });
  });

  it('keeps the order in processing while parcels are missing, and keeps earlier parcels in the record', async () => {
    const fake = fakeStore(store(withMeta('_holdfast_shipments', [record()])));
    await ship(shipment({ lines: [{ platformLineId: '2', quantity: 1 }], completesOrder: false }), {
      customer_note: 'no',
    });
    expect(written(fake.calls)).toEqual(['PUT wc/v3/orders/14']);
    expect(bodyOf(fake.calls, 'PUT')).not.toHaveProperty('status');
    expect(JSON.stringify(bodyOf(fake.calls, 'PUT'))).toMatch(/shipment-0.*shipment-1/);
  });

  it('does not write the note twice', async () => {
    const note = { id: 5, note: 'Shipped with Black Cat, tracking number BC 1234-5678.' };
    const fake = fakeStore(store({}, { 'GET wc/v3/orders/14/notes': () => ({ json: [note] }) }));
    expect((await ship()).outcome).toBe('already_there');
    expect(written(fake.calls)).toEqual(['PUT wc/v3/orders/14']);
  });

  it('sends nothing when our record shows the shipment', async () => {
    const fake = fakeStore(
      store({ status: 'completed', ...withMeta('_holdfast_shipments', [{ ...record(), id: 'shipment-1' }]) }),
    );
    expect(await ship()).toEqual({ outcome: 'already_there', platformShipmentId: 'shipment-1' });
    expect(fake.calls).toHaveLength(1);
  });

  it('sends nothing for an order that somebody completed with this number', async () => {
    const fake = fakeStore(store({ status: 'completed', ...withMeta('_tracking_number', 'bc12345678') }));
    expect((await ship()).outcome).toBe('already_there');
    expect(written(fake.calls)).toEqual([]);
  });

  it.each([
    'completed',
    'cancelled',
    'refunded',
    'trash',
    'failed',
  ])('refuses an order that is %s, which WooCommerce would not', async (status) => {
    const fake = fakeStore(store({ status }));
    expect(await failure(ship())).toMatchObject({ kind: 'rejected', platformCode: `order_${status}` });
    expect(written(fake.calls)).toEqual([]);
  });

  it('refuses an order that is gone', async () => {
    fakeStore(store({}, { 'GET wc/v3/orders/14': () => wpError(404, 'woocommerce_rest_shop_order_invalid_id') }));
    expect(await failure(ship())).toMatchObject({ kind: 'rejected', platformCode: 'order_not_found' });
    expect(await failure(ship(shipment({ platformOrderId: '../users/1' })))).toMatchObject({
      platformCode: 'order_not_found',
    });
  });
});

describe('telling a WooCommerce store with the Shipment Tracking extension', () => {
  const plugin = (others: Record<string, Handler> = {}): Record<string, Handler> =>
    store(
      {},
      {
        'GET ': () => site(['wc-shipment-tracking/v3']),
        [`GET ${trackings}`]: () => ({ json: [] }),
        [`GET ${trackings}/providers`]: () => ({
          json: { Germany: { 'DHL DE': 'https://x/%1$s' }, Global: { UPS: 'y' } },
        }),
        [`POST ${trackings}`]: () => ({ status: 201, json: { tracking_id: 'a' } }),
        ...others,
      },
    );

  it('uses the name that the plugin knows', async () => {
    const fake = fakeStore(plugin());
    await ship(shipment({ carrier: 'dhl de' }));
    expect(written(fake.calls)).toEqual([`POST ${trackings}`, 'PUT wc/v3/orders/14']);
    expect(bodyOf(fake.calls, 'POST')).toEqual({
      tracking_provider: 'DHL DE',
      tracking_number: 'BC 1234-5678',
      date_shipped: '2026-11-21',
    });
    expect(JSON.stringify(bodyOf(fake.calls, 'PUT'))).not.toContain('_tracking_number');
  });

  it('passes on any other carrier with its link', async () => {
    const fake = fakeStore(plugin());
    await ship(shipment({ trackingUrl: 'https://track.example.test/1' }));
    expect(bodyOf(fake.calls, 'POST')).toMatchObject({
      custom_tracking_provider: 'Black Cat',
      custom_tracking_link: 'https://track.example.test/1',
    });
  });

  it('completes what a crash left half done, without a second tracking number', async () => {
    const fake = fakeStore(
      plugin({ [`GET ${trackings}`]: () => ({ json: [{ tracking_id: 'a', tracking_number: 'bc-12345678' }] }) }),
    );
    expect((await ship()).outcome).toBe('already_there');
    expect(written(fake.calls)).toEqual(['PUT wc/v3/orders/14']);
    expect(bodyOf(fake.calls, 'PUT')).toMatchObject({ status: 'completed' });
  });

  it('offers the plugin’s carriers for pairing', async () => {
    fakeStore(plugin({ 'GET wc/v3/orders': () => ({ json: [{ id: 14 }] }) }));
    expect(await connector.carriers?.(open())).toEqual([
      { code: 'DHL DE', name: 'DHL DE' },
      { code: 'UPS', name: 'UPS' },
    ]);
  });

  it('finds the plugin although the site’s index is hidden', async () => {
    const hidden = { 'GET ': () => wpError(401, 'rest_not_logged_in') };
    const fake = fakeStore(plugin({ ...hidden, 'GET wc-shipment-tracking/v3': () => ({ json: { routes: {} } }) }));
    await ship();
    expect(written(fake.calls)).toContain(`POST ${trackings}`);
    nock.cleanAll();
    const bare = fakeStore(store({}, hidden));
    await ship();
    expect(written(bare.calls)).toContain('POST wc/v3/orders/14/notes');
  });

  it('says that the plugin is gone when the settings still name it', async () => {
    fakeStore(store());
    expect(await failure(ship(shipment(), { tracking_method: 'shipment_tracking' }))).toMatchObject({
      kind: 'rejected',
      platformCode: 'tracking_plugin_missing',
    });
  });

  it('offers no carriers without a plugin: any name will do', async () => {
    fakeStore(store());
    expect(await connector.carriers?.(open())).toEqual([]);
  });
});

describe('telling a WooCommerce store with Advanced Shipment Tracking', () => {
  it('lets the plugin complete the order with the last parcel only', async () => {
    const ast = 'wc-ast/v3/orders/14/shipment-trackings';
    for (const [completesOrder, status] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const fake = fakeStore(
        store(
          {},
          {
            'GET ': () => site(['wc-ast/v3']),
            [`GET ${ast}`]: () => ({ json: [] }),
            [`POST ${ast}`]: () => ({ status: 201, json: {} }),
          },
        ),
      );
      await ship(shipment({ completesOrder }));
      expect(bodyOf(fake.calls, 'POST')).toEqual({
        tracking_provider: 'Black Cat',
        tracking_number: 'BC 1234-5678',
        date_shipped: '2026-11-21',
        status_shipped: status,
        replace_tracking: 0,
      });
      nock.cleanAll();
    }
  });
});

describe('reading back and cancelling at WooCommerce', () => {
  it('shows our shipments with their lines, and numbers of others without', async () => {
    const changes = {
      meta_data: [
        { id: 1, key: '_holdfast_shipments', value: [record(), { broken: true }] },
        {
          id: 2,
          key: '_wc_shipment_tracking_items',
          value: [{ tracking_number: 'OTHER' }, { tracking_number: 'old1' }],
        },
      ],
    };
    fakeStore(store(changes));
    expect(await connector.readShipments?.(open(), '14')).toEqual([
      { platformShipmentId: 'shipment-0', trackingNumbers: ['OLD-1'], lines: [{ platformLineId: '1', quantity: 2 }] },
      { platformShipmentId: 'OTHER', trackingNumbers: ['OTHER'], lines: [] },
    ]);
  });

  const cancel = (): Promise<void> => connector.cancel?.(open(), '14', 'out of stock') ?? Promise.resolve();

  it('sets the status, once', async () => {
    const fake = fakeStore(store());
    await cancel();
    expect(bodyOf(fake.calls, 'PUT')).toEqual({ status: 'cancelled' });
  });

  it.each(['cancelled', 'refunded', 'trash'])('does nothing to an order that is %s already', async (status) => {
    const fake = fakeStore(store({ status }));
    await cancel();
    expect(written(fake.calls)).toEqual([]);
  });

  it('refuses to cancel a completed order', async () => {
    const fake = fakeStore(store({ status: 'completed' }));
    expect(await failure(cancel())).toMatchObject({ kind: 'rejected', platformCode: 'order_completed' });
    expect(written(fake.calls)).toEqual([]);
  });
});
