import { expect, test, vi } from 'vitest';
import {
  addStore,
  authorize,
  dispatch,
  ordersOf,
  plainShop,
  runsOf,
  scene,
  ship,
  signIn,
  synced,
  syncNow,
} from '../support/desk-driver.ts';
import { eventually } from '../support/jobs.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Of a recipient, each found nowhere else in the world. */
const canaries = {
  name: 'Canaria Zwetschgen',
  phone: '+886 987 654 012',
  email: 'canary.buyer@example.test',
  address1: 'Kanarienvogelweg 77',
  address2: 'Drosselhof 3',
} as const;
/** As other spellings of the phone would show it. */
const alsoPhone = ['886987654012', '+886987654012', '0987654012'];

/** Where recipients and the platform's own words may be, until they are purged. */
const mayHold = new Set(['public.recipients', 'public.raw_payloads', 'public.malformed_orders']);

test('no recipient and no token is in any log, job, call, audit event, alert or run, whatever went wrong', async () => {
  const s = await scene();
  const shop = plainShop(s.market, 'teahouse', 6);
  const all = [...shop.orders];
  for (const order of all) s.market.market.changeAddress(shop, order.id, canaries);
  const [defective] = all;
  s.market.market.setDefect(shop, defective?.id ?? '', 'negative_quantity');
  const person = await signIn(await s.start());
  const store = await addStore(s, person, 'teahouse');
  const { faults } = s.market;
  faults.add({ kind: 'torn_json', operation: 'listOrders', times: 1 });
  await authorize(person, store);
  await eventually(async () =>
    (await runsOf(s.sql, store.storeId)).some(({ status }) => status === 'done' || status === 'failed'),
  );
  faults.clear();
  await syncNow(s, person, store.storeId);
  await synced(s.sql, store.storeId, 5);

  // Every way in which things go wrong, with the recipient at hand.
  for (const kind of ['cut_off', 'web_page', 'torn_json'] as const) {
    faults.add({ kind, operation: 'lookupOrders', times: 1 });
    await syncNow(s, person, store.storeId);
  }
  faults.clear();
  s.market.grants.expireAccess('teahouse');
  const orders = await ordersOf(s.sql, store.storeId);
  const [wrong, refused, shipped, changed] = orders;
  if (wrong === undefined || refused === undefined || shipped === undefined || changed === undefined) {
    throw new Error('Four orders, please.');
  }
  await person.post(`/orders/${wrong.id}/address`, {
    version: `${wrong.version}`,
    ...Object.fromEntries(Object.entries(canaries).map(([field, value]) => [field, `${value}!`])),
  });
  await person.get(`/search?q=${encodeURIComponent(canaries.name)}`);
  await person.get(`/orders?q=${encodeURIComponent(canaries.phone)}`);
  for (const order of [refused, shipped, changed]) expect((await dispatch(s, person, order)).status).toBe(303);
  s.market.market.changeAddress(shop, changed.platformOrderId, { address1: `${canaries.address1} b` });
  faults.add({ kind: 'status', status: 422, operation: 'createFulfilment', times: 1 });
  await ship(s, person, refused.id, 'TRACK-REFUSED');
  await ship(s, person, shipped.id, 'TRACK-SHIPPED');
  await eventually(async () => {
    const rows = await ordersOf(s.sql, store.storeId);
    return rows.filter(({ status, exceptions }) => status === 'completed' || exceptions > 0).length >= 3;
  });
  const { secret } = shop.webhooks[0] ?? { secret: 'none was registered' };

  const needles = [...Object.values(canaries), ...alsoPhone, 'sbx_at_', 'sbx_rt_', secret];
  const log = s.output();
  expect(log.length).toBeGreaterThan(1_000);
  for (const needle of needles) expect(log, `the log has ${needle}`).not.toContain(needle);
  expect(await tablesWith(s.sql, needles)).toEqual([]);
  // The search itself finds what is there.
  expect(await tablesWith(s.sql, [canaries.name], new Set())).toContain('public.recipients: Canaria Zwetschgen');
});

/** `table: text` for each of the texts that a row of a table contains; every table of every schema is looked at. */
async function tablesWith(
  sql: Awaited<ReturnType<typeof scene>>['sql'],
  needles: readonly string[],
  except: ReadonlySet<string> = mayHold,
): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select table_schema || '.' || table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    if (except.has(name)) continue;
    for (const needle of needles) {
      const [schema = '', table = ''] = name.split('.');
      const [row] =
        await sql`select 1 from ${sql(schema)}.${sql(table)} t where position(${needle} in t::text) > 0 limit 1`;
      if (row !== undefined) found.push(`${name}: ${needle}`);
    }
  }
  return found;
}
