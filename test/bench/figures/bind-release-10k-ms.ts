import { bindSku } from '../../../core/commands/bind-sku.ts';
import type { Figure } from '../figure.ts';
import type { Ingested } from '../stages/ingest.ts';
import { fullScale } from '../stages.ts';
import { owner } from '../support/desk-ports.ts';
import { commonSku } from '../support/world.ts';

export const bindRelease: Figure = {
  name: 'bind_release_10k_ms',
  unit: 'ms',
  budget: {
    text: '≤ 1,000 ms for 10,000 orders',
    limit: 1_000,
    direction: 'at most',
    fromRows: fullScale.ingestOrders,
  },
  async measure(bench) {
    const { held } = await bench.heldOrders();
    const stage = await bench.ingested();
    const { desk, world, heldStore } = stage;
    // As in a desk that has been up for a minute; a fresh server has not looked at its tables yet.
    await desk.client.sql`analyze orders, holds`;
    const floor = await bareUpdates(stage);
    const productId = world.productIds.get(commonSku) ?? '';
    bench.say(`binding the SKU that holds ${held.toLocaleString('en')} orders`);
    const beganAt = performance.now();
    const bound = await bindSku(desk.ports, {
      actor: owner,
      merchantId: world.merchantId,
      storeId: heldStore.id,
      keyKind: 'sku',
      key: commonSku,
      components: [{ productId, quantity: 1 }],
    });
    const value = performance.now() - beganAt;
    if (!bound.ok) throw new Error(`Binding was refused: ${bound.error.message}`);
    if (bound.value.releasedOrders !== held) {
      throw new Error(`${bound.value.releasedOrders} orders were released instead of ${held}.`);
    }
    return { value, floor, rows: stage.orders, note: `${held} orders released` };
  },
};

class RolledBack extends Error {}

/** The two updates alone, which no way of doing it can spare; undone afterwards. */
async function bareUpdates({ desk, world, heldStore }: Ingested): Promise<number> {
  let tookMs = 0;
  const undone = desk.client.sql.begin(async (sql) => {
    const beganAt = performance.now();
    await sql`
      with closed as (
        update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web', resolution = 'mapped'
        where merchant_id = ${world.merchantId} and store_id = ${heldStore.id} and code = 'sku_unmapped'
          and subject = ${commonSku} and closed_at is null
        returning order_id)
      update orders o set open_hold_count = o.open_hold_count - 1, version = o.version + 1, updated_at = now()
      from closed where o.merchant_id = ${world.merchantId} and o.id = closed.order_id`;
    tookMs = performance.now() - beganAt;
    throw new RolledBack();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return tookMs;
}
