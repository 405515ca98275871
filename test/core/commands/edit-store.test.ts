import { expect, test } from 'vitest';
import { connector as woocommerce } from '../../../connectors/woocommerce/index.ts';
import { addStore } from '../../../core/commands/add-store.ts';
import { editStore } from '../../../core/commands/edit-store.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { setStoreStatus } from '../../../core/commands/set-store-status.ts';
import { accessDesk, personOf, testClock } from '../../support/access.ts';
import { createBazaar, shop } from '../../support/bazaar.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched } from '../../support/intake.ts';
import { anOrder } from '../../support/orders.ts';

const database = await testDatabase();
const bazaar = createBazaar({ settings: woocommerce.profile.settings });
const desk = accessDesk(database, { clock: testClock(), connectors: [bazaar.connector] });
const { ports } = desk;
const { sql } = database;

let shops = 0;

async function stored(name: string, mei?: Awaited<ReturnType<typeof personOf>>) {
  const person = mei ?? (await personOf(database));
  shops += 1;
  bazaar.grant = [shop(`edit-${shops}`)];
  const fields = { vendor: '1', api_key: 'k' };
  const added = await addStore(ports, { ...person, platform: 'bazaar', name, fields });
  if (!added.ok) throw new Error(added.error.message);
  return { ...person, storeId: added.value.storeIds[0] ?? '' };
}

const rowOf = async (storeId: string) => (await sql`select * from stores where id = ${storeId}`)[0];

test('only what is given changes, and the history says what', async () => {
  const store = await stored('Before');
  const result = await editStore(ports, { ...store, name: '  After \n ', settings: { syncEveryMinutes: 5 } });
  expect(result).toMatchObject({ ok: true, value: { name: 'After', syncEveryMinutes: 5, lookBackHours: 48 } });
  const events =
    await sql`select before, after from audit_events where subject_id = ${store.storeId} and event = 'store.edited'`;
  expect(events).toMatchObject([
    { before: { name: 'Before', syncEveryMinutes: 15 }, after: { name: 'After', syncEveryMinutes: 5 } },
  ]);
});

test('saving what is there already writes no history', async () => {
  const store = await stored('Same');
  await editStore(ports, { ...store, name: 'Same', code: '' });
  expect(await sql`select 1 from audit_events where subject_id = ${store.storeId} and event = 'store.edited'`).toEqual(
    [],
  );
});

test.each([
  [{ syncEveryMinutes: 4 }, 'syncEveryMinutes'],
  [{ syncEveryMinutes: 1_441 }, 'syncEveryMinutes'],
  [{ syncEveryMinutes: 7.5 }, 'syncEveryMinutes'],
  [{ lookBackHours: 0 }, 'lookBackHours'],
  [{ lookBackHours: Number.NaN }, 'lookBackHours'],
  [{ firstLookBackHours: 721 }, 'firstLookBackHours'],
  [{ freshnessMinutes: -1 }, 'freshnessMinutes'],
  [{ platform: { no_such: 'x' } }, 'no_such'],
  [{ platform: { customer_note: 'perhaps' } }, 'customer_note'],
])('refuses %o by its name and changes nothing', async (settings, field) => {
  const store = await stored(`Limits ${field} ${JSON.stringify(settings)}`.slice(0, 80));
  const before = await rowOf(store.storeId);
  expect(await editStore(ports, { ...store, name: 'Changed', settings })).toMatchObject({
    ok: false,
    error: { field },
  });
  expect(await rowOf(store.storeId)).toEqual(before);
});

test("a platform's own settings are kept beside those that were there", async () => {
  const store = await stored('Settings');
  await sql`update stores set settings = '{"webhooks_registered_at": "2026-11-21T00:00:00Z"}' where id = ${store.storeId}`;
  await editStore(ports, { ...store, settings: { platform: { cod_methods: ' cod , ecpay ' } } });
  expect((await rowOf(store.storeId))?.settings).toEqual({
    webhooks_registered_at: '2026-11-21T00:00:00Z',
    cod_methods: 'cod , ecpay',
  });
});

test('a name of another store of the platform is refused in any capitals; its own is not', async () => {
  const mei = await personOf(database);
  await stored('ÖRTAGÅRD', mei);
  const store = await stored('Second', mei);
  expect(await editStore(ports, { ...store, name: 'örtagård' })).toMatchObject({
    ok: false,
    error: { code: 'name_taken' },
  });
  expect(await editStore(ports, { ...store, name: 'SECOND' })).toMatchObject({ ok: true, value: { name: 'SECOND' } });
});

test('disabling and enabling is told in the history once, and settles alerts', async () => {
  const store = await stored('Switch');
  desk.queued('alert.settle');
  for (const status of ['disabled', 'disabled', 'enabled'] as const) {
    expect(await setStoreStatus(ports, { ...store, status })).toEqual({ ok: true, value: { status } });
  }
  const events = await sql`select event from audit_events where subject_id = ${store.storeId} order by id`;
  expect(events.map((row) => row.event).slice(-2)).toEqual(['store.disabled', 'store.enabled']);
  expect(desk.queued('alert.settle')).toHaveLength(2);
});

test('an operator, and an admin of another merchant, change nothing', async () => {
  const store = await stored('Guarded');
  const before = await rowOf(store.storeId);
  const operator = { ...store.actor, grants: [{ role: 'operator', merchantIds: 'all', warehouseIds: 'all' }] } as const;
  const tom = await personOf(database, 'admin', 'Tom');
  const refused = { ok: false, error: { code: 'not_permitted' } };
  expect(await editStore(ports, { ...store, actor: operator, name: 'X' })).toMatchObject(refused);
  expect(await editStore(ports, { ...store, actor: tom.actor, name: 'X' })).toMatchObject(refused);
  expect(await setStoreStatus(ports, { ...store, actor: operator, status: 'disabled' })).toMatchObject(refused);
  expect(await editStore(ports, { ...store, ...tom, name: 'X' })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
  expect(await rowOf(store.storeId)).toEqual(before);
});

test('orders are held for their shipping method from the moment that it must be mapped, and released likewise', async () => {
  const store = await stored('Methods');
  const page = fetched(anOrder({ shippingMethod: 'Express' }));
  await ingestPage(ports, { merchantId: store.merchantId, storeId: store.storeId, runId: null, page });
  const open = async () =>
    (
      await sql`select h.code from holds h join orders o on o.id = h.order_id
        where h.store_id = ${store.storeId} and h.closed_at is null and h.code like 'shipping%' and o.open_hold_count > 0`
    ).map((row) => row.code);
  await editStore(ports, { ...store, settings: { requiresMethodMapping: false } });
  expect(await open()).toEqual([]);
  desk.queued('alert.settle');
  await editStore(ports, { ...store, settings: { requiresMethodMapping: true } });
  expect(await open()).toEqual(['shipping_method_unmapped']);
  expect(desk.queued('alert.settle')).toHaveLength(1);
  await editStore(ports, { ...store, settings: { requiresMethodMapping: false } });
  expect(await open()).toEqual([]);
  const [closed] =
    await sql`select closed_by, closed_via from holds where store_id = ${store.storeId} and code like 'shipping%'`;
  expect(closed).toMatchObject({ closed_by: 'Mei', closed_via: 'web' });
});

test('open orders are fetched again when the platform is to be understood otherwise, and only then', async () => {
  const store = await stored('Understanding');
  const order = anOrder();
  const page = fetched(order);
  await ingestPage(ports, { merchantId: store.merchantId, storeId: store.storeId, runId: null, page });
  desk.queued('sync.run');
  await editStore(ports, { ...store, settings: { syncEveryMinutes: 10 } });
  expect(desk.queued('sync.run')).toEqual([]);
  await editStore(ports, { ...store, settings: { platform: { cod_methods: 'cod' } } });
  const [run] =
    await sql`select id, mode, numbers, actor_name from runs where store_id = ${store.storeId} and mode <> 'first'`;
  expect(run).toMatchObject({ mode: 'refetch', numbers: [order.platformOrderId], actor_name: 'Mei' });
  expect(desk.queued('sync.run')).toEqual([{ merchantId: store.merchantId, runId: run?.id }]);
});
