import { cancelRest } from '../../core/commands/cancel-rest.ts';
import { confirmShipment } from '../../core/commands/confirm-shipment.ts';
import { manualShip } from '../../core/commands/manual-ship.ts';
import { sendWriteback } from '../../core/commands/send-writeback.ts';
import type { Sql } from '../../db/client.ts';
import { type DeskPorts, dispatchNow, makeOrder, must, person, readOrder, type World } from './outgoing.ts';
import { platformError, type TestPlatform } from './platform.ts';

/** An order of five units, of which these have left in one parcel, `GONE-2` for two. */
async function shippedOf(ports: DeskPorts, sql: Sql, w: World, quantity: number): Promise<string> {
  const { orderId } = await makeOrder(sql, w, { quantities: [5] });
  const { outboundOrderId } = must(await dispatchNow(ports, w, orderId));
  const outboundLineId = (await readOrder(ports, w.merchantId, orderId)).outbound[0]?.lines[0]?.id ?? '';
  must(
    await confirmShipment(ports, {
      actor: person('Pia', 'warehouse'),
      merchantId: w.merchantId,
      outboundOrderId,
      expectedVersion: 1,
      trackingNumber: `GONE-${quantity}`,
      lines: [{ outboundLineId, quantity }],
    }),
  );
  return orderId;
}

const asMei = async (ports: DeskPorts, w: World, orderId: string) => ({
  actor: person('Mei'),
  merchantId: w.merchantId,
  orderId,
  expectedVersion: (await readOrder(ports, w.merchantId, orderId)).version,
});

/** Two of five units have left; the other three will not. */
export async function restCancelled(ports: DeskPorts, sql: Sql, w: World): Promise<string> {
  const orderId = await shippedOf(ports, sql, w, 2);
  must(await cancelRest(ports, { ...(await asMei(ports, w, orderId)), reason: 'Broken' }));
  return orderId;
}

/** All five units left, the platform refused the tracking number, and Mei gave it `NEW-7` instead. */
export async function shipmentReplaced(
  { ports, platform }: { readonly ports: DeskPorts; readonly platform: TestPlatform },
  sql: Sql,
  w: World,
): Promise<string> {
  const { merchantId } = w;
  const orderId = await shippedOf(ports, sql, w, 5);
  const [row] = await sql<{ id: string }[]>`select id from writebacks where order_id = ${orderId}`;
  platform.fail('ship', platformError('rejected', { platformCode: 'bad_tracking' }));
  await sendWriteback(ports, { merchantId, writebackId: row?.id ?? '', signal: new AbortController().signal });
  const parcel = { trackingNumber: 'NEW-7', carrier: { name: 'Bike Bob' } };
  must(await manualShip(ports, { ...(await asMei(ports, w, orderId)), ...parcel }));
  return orderId;
}
