import { dispatchBatch } from '../../../core/commands/dispatch-batch.ts';
import { newId } from '../../../core/ids.ts';
import type { Sql } from '../../../db/client.ts';
import type { Figure } from '../figure.ts';
import type { Ingested } from '../stages/ingest.ts';
import type { Bench } from '../stages.ts';
import { owner } from '../support/desk-ports.ts';

const batchOrders = 1_000;
const storeCount = 4;

export const batchDispatchFresh: Figure = {
  name: 'batch_dispatch_1000_ms',
  unit: 'ms',
  budget: { text: '≤ 2,000 ms, synced just now', limit: 2_000, direction: 'at most', fromRows: 0 },
  measure: (bench) => measure(bench, 0),
};

export const batchDispatchStale: Figure = {
  name: 'batch_dispatch_1000_stale_ms',
  unit: 'ms',
  budget: { text: '≤ 5,000 ms, the platform asked first', limit: 5_000, direction: 'at most', fromRows: 0 },
  measure: (bench) => measure(bench, 3_600),
};

/** One action of a person: 1,000 orders of four stores, whose last sync ended so many seconds ago. */
async function measure(
  bench: Bench,
  ageSeconds: number,
): Promise<{ value: number; floor: null; rows: number; note: string }> {
  const stage = await bench.ingested();
  const { desk, world } = stage;
  const place = await openWarehouse(desk.client.sql, stage);
  await desk.client.sql`
    update stores set synced_until = now() - make_interval(secs => ${ageSeconds}) where merchant_id = ${world.merchantId}`;
  const orderIds = await freeOrders(desk.client.sql, stage);
  bench.say(`dispatching ${orderIds.length} orders, ${ageSeconds === 0 ? 'fresh' : 'stale'}`);
  const beganAt = performance.now();
  const batch = await dispatchBatch(desk.ports, { actor: owner, merchantId: world.merchantId, orderIds, ...place });
  const value = performance.now() - beganAt;
  if (!batch.ok) throw new Error(`The batch was refused: ${batch.error.message}`);
  const { results } = batch.value;
  const refused = results.find((result) => !result.ok);
  if (refused !== undefined) throw new Error(`${refused.number} was not dispatched: ${refused.message}`);
  const unasked = results.filter((result) => result.notAsked !== undefined).length;
  const note =
    ageSeconds === 0 ? 'nothing asked' : `the platform could not be asked about ${unasked} of ${results.length}`;
  return { value, floor: null, rows: stage.orders, note };
}

/** Pending, not held, the same number of each store. */
async function freeOrders(sql: Sql, { world }: Ingested): Promise<string[]> {
  const storeIds = world.stores.slice(0, storeCount).map((store) => store.id);
  const rows = await sql<{ id: string }[]>`
    select o.id from unnest(${storeIds}::uuid[]) as s (id) cross join lateral (
      select id from orders where merchant_id = ${world.merchantId} and kind = 'b2c' and store_id = s.id
        and status = 'pending' and open_hold_count = 0
      order by ordered_at limit ${batchOrders / storeCount}) as o`;
  return rows.map((row) => row.id);
}

async function openWarehouse(
  sql: Sql,
  { world }: Ingested,
): Promise<{ readonly warehouseId: string; readonly shippingChannelId: string }> {
  const [known] = await sql<{ warehouseId: string; shippingChannelId: string }[]>`
    select warehouse_id as "warehouseId", id as "shippingChannelId" from shipping_channels limit 1`;
  if (known !== undefined) return known;
  const place = { warehouseId: newId(), shippingChannelId: newId() };
  const carrierId = newId();
  await sql`insert into warehouses (id, code, name) values (${place.warehouseId}, 'RNO', 'Reno')`;
  await sql`
    insert into services (merchant_id, id, warehouse_id, kind)
    values (${world.merchantId}, ${newId()}, ${place.warehouseId}, 'dropship')`;
  await sql`insert into carriers (id, code, name) values (${carrierId}, 'black_cat', 'Black Cat')`;
  await sql`
    insert into shipping_channels (id, warehouse_id, code, name, carrier_id, service_level)
    values (${place.shippingChannelId}, ${place.warehouseId}, 'TCAT', 'Black Cat', ${carrierId}, 'Home delivery')`;
  await sql`
    insert into inventory (merchant_id, warehouse_id, product_id, on_hand)
    select merchant_id, ${place.warehouseId}, id, 1000000 from products where merchant_id = ${world.merchantId}`;
  return place;
}
