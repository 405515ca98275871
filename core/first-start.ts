import type { SetUpPorts } from './catalog/ports.ts';
import * as northwind from './demo/northwind.ts';
import { newId } from './ids.ts';
import { systemActor } from './people/actor.ts';
import type { Tx } from './ports/database.ts';
import type { OutgoingPorts } from './ports/outgoing.ts';

type FirstStartPorts = SetUpPorts & Pick<OutgoingPorts, 'inventory'>;

/**
 * Gives an installation its first merchant, once, whoever starts first: with demo data in demo mode, else empty, for the
 * pages to guide through the set-up. Later starts, also of other processes at the same moment, change nothing.
 */
export async function firstStart(ports: FirstStartPorts, options: { readonly isDemo: boolean }): Promise<void> {
  await ports.database.transaction(async (tx) => {
    if (!(await ports.catalog.claimOnce(tx, 'first_merchant'))) return;
    // A database that was filled otherwise (restored, moved) needs no first merchant.
    if ((await ports.catalog.activeMerchantIds(tx)).length > 0) return;
    const merchantId = newId();
    const facts = options.isDemo ? northwind.merchant : { name: 'My shop', code: 'my-shop', timezone: 'UTC' };
    await ports.catalog.saveMerchant(tx, { id: merchantId, ...facts, archivedAt: null });
    await ports.audit.append(tx, [
      {
        merchantId,
        actor: systemActor,
        at: ports.clock.now(),
        event: 'merchant.added',
        subjectType: 'merchant',
        subjectId: merchantId,
        after: facts,
        note: options.isDemo ? 'Demo data.' : null,
      },
    ]);
    if (options.isDemo) await fillDemo(ports, tx, merchantId);
  });
}

async function fillDemo(
  { catalog, products, inventory, clock }: FirstStartPorts,
  tx: Tx,
  merchantId: string,
): Promise<void> {
  const carrierIds = new Map<string, string>();
  for (const carrier of northwind.carriers) {
    const id = newId();
    carrierIds.set(carrier.code, id);
    await catalog.saveCarrier(tx, { id, ...carrier, enabled: true });
  }
  const warehouseIds = new Map<string, string>();
  for (const { services, ...warehouse } of northwind.warehouses) {
    const id = newId();
    warehouseIds.set(warehouse.code, id);
    await catalog.saveWarehouse(tx, { id, ...warehouse, kind: 'own', enabled: true });
    for (const kind of services) {
      await catalog.saveService(tx, { id: newId(), merchantId, warehouseId: id, kind, enabled: true });
    }
  }
  const channelIds = new Map<string, string>();
  for (const { warehouse, carrier, ...channel } of northwind.channels) {
    const id = newId();
    channelIds.set(`${warehouse}/${channel.code}`, id);
    await catalog.saveChannel(tx, {
      selfPickup: false,
      cashOnDelivery: false,
      ...channel,
      id,
      warehouseId: known(warehouseIds, warehouse),
      carrierId: known(carrierIds, carrier),
      enabled: true,
    });
  }
  for (const { warehouse, channel, ...type } of northwind.shippingTypes) {
    const defaultChannelId = known(channelIds, `${warehouse}/${channel}`);
    await catalog.saveShippingType(tx, { id: newId(), merchantId, ...type, defaultChannelId });
  }
  const goods = northwind.products.map((product) => ({ ...product, id: newId() }));
  await products.saveProducts(
    tx,
    merchantId,
    goods.map(({ stock, ...product }) => ({ ...product, merchantId, pictureUrl: null, enabled: true })),
  );
  const arrivals = goods.flatMap(({ id, stock }) =>
    Object.entries(stock)
      .filter(([, units]) => units > 0)
      .map(([code, units]) => ({ warehouseId: known(warehouseIds, code), productId: id, units })),
  );
  await inventory.move(
    tx,
    merchantId,
    arrivals.map(({ units, ...place }) => ({
      ...place,
      kind: 'receive',
      onHandDelta: units,
      allocatedDelta: 0,
      outboundOrderId: null,
      note: 'Opening stock of the demo.',
    })),
    systemActor,
    clock.now(),
  );
}

function known(ids: ReadonlyMap<string, string>, code: string): string {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`The demo data speak of ${code}, which they do not define.`);
  return id;
}
