import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceOutbound } from '../../../core/commands/advance-outbound.ts';
import { cancelOrder } from '../../../core/commands/cancel-order.ts';
import { cancelRest } from '../../../core/commands/cancel-rest.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { dispatchOrder } from '../../../core/commands/dispatch-order.ts';
import { manualShip } from '../../../core/commands/manual-ship.ts';
import { undoCancel } from '../../../core/commands/undo-cancel.ts';
import { undoDispatch } from '../../../core/commands/undo-dispatch.ts';
import { apply, decide } from '../../../core/order/decide.ts';
import type { OrderCommand } from '../../../core/order/events.ts';
import { claimOf, liveOutboundQuantity, type OrderState } from '../../../core/order/order-state.ts';
import type { LockedOrder } from '../../../core/ports/outgoing.ts';
import { testDatabase } from '../../support/database.ts';
import {
  type DeskPorts,
  makeOrder,
  outgoingPorts,
  person,
  readOrder,
  stockOf,
  type World,
  world,
} from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const now = new Date('2026-11-21T09:00:00Z');

const fresh = (quantities: readonly number[]): OrderState => ({
  id: 'o',
  number: '#1',
  kind: 'b2c',
  status: 'pending',
  version: 1,
  platformState: 'open',
  wasShippedByHand: false,
  openHolds: [],
  outbound: [],
  writebacks: [],
  lastDeed: null,
  lines: quantities.map((quantity, index) => ({
    id: `l${index}`,
    platformLineId: `p${index}`,
    name: 'Tee',
    sku: 'TEE',
    platformProductId: null,
    barcode: null,
    quantity,
    quantityCancelled: 0,
    quantityShipped: 0,
    platformQuantityShipped: 0,
    quantityAccepted: null,
    requiresShipping: true,
    isRemoved: false,
  })),
});

const steps = [
  'dispatch',
  'ship',
  'shipAll',
  'pick',
  'cancel',
  'undoDispatch',
  'undoCancel',
  'manualShip',
  'cancelRest',
  'buyerCancels',
  'platformShips',
] as const;
const step = fc.record({ what: fc.constantFrom(...steps), line: fc.nat(3), quantity: fc.nat(4) });
type Step = { what: (typeof steps)[number]; line: number; quantity: number };

function commandOf(order: OrderState, { what, line, quantity }: Step, serial: number): OrderCommand | null {
  const outbound = order.outbound.at(-1);
  const outboundLine = outbound?.lines[line % Math.max(1, outbound.lines.length)];
  switch (what) {
    case 'dispatch':
      return { type: 'dispatch', outboundOrderId: `ob${serial}`, unmappedLineIds: [] };
    case 'ship':
      if (outbound === undefined || outboundLine === undefined) return null;
      return {
        type: 'confirm_shipment',
        outboundOrderId: outbound.id,
        lines: [{ outboundLineId: outboundLine.id, quantity }],
        takesWriteback: true,
      };
    case 'shipAll':
      if (outbound === undefined) return null;
      return { type: 'confirm_shipment', outboundOrderId: outbound.id, lines: [], takesWriteback: quantity > 2 };
    case 'cancel':
      return { type: 'cancel' };
    case 'undoDispatch':
      return { type: 'undo_dispatch', personId: 'mei' };
    case 'undoCancel':
      return {
        type: 'undo_cancel',
        personId: 'mei',
        revivableOutboundIds: outbound?.recall === 'recalled' ? [outbound.id] : [],
      };
    case 'manualShip':
      return { type: 'manual_ship', takesWriteback: true };
    case 'cancelRest':
      return { type: 'cancel_rest', takesWriteback: true };
    default:
      return null;
  }
}

/** What happens outside of `decide`: the warehouse picks, the buyer cancels units, others ship them. */
function outside(order: OrderState, { what, line, quantity }: Step): OrderState {
  const index = line % order.lines.length;
  const change = (over: (l: OrderState['lines'][number]) => Partial<OrderState['lines'][number]>): OrderState => ({
    ...order,
    lines: order.lines.map((l, i) => (i === index ? { ...l, ...over(l) } : l)),
  });
  const isFree = order.outbound.every((o) => o.status === 'cancelled');
  if (what === 'buyerCancels' && isFree) return change((l) => ({ quantityCancelled: Math.min(l.quantity, quantity) }));
  if (what === 'platformShips' && isFree)
    return change((l) => ({ platformQuantityShipped: Math.min(l.quantity, quantity) }));
  if (what !== 'pick') return order;
  return { ...order, outbound: order.outbound.map((o) => (o.status === 'created' ? { ...o, status: 'picking' } : o)) };
}

test('whatever people do in whatever sequence, no more leaves than was ordered and not cancelled', () => {
  let dispatched = 0;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 14 }),
      (quantities, path) => {
        let order = fresh(quantities);
        for (const [serial, one] of path.entries()) {
          order = outside(order, one);
          const command = commandOf(order, one, serial);
          if (command === null) continue;
          const before = order;
          const decided = decide(order, command, now);
          if (!decided.ok) continue;
          order = decided.value.reduce(apply, order);
          if (command.type === 'dispatch') dispatched += 1;
          if (command.type === 'dispatch' || command.type === 'cancel') {
            const event = command.type;
            order = { ...order, lastDeed: { event, personId: 'mei', actorName: 'Mei', at: now, from: before.status } };
          }
          for (const line of order.lines) {
            const left = line.quantity - line.quantityCancelled;
            expect(liveOutboundQuantity(order, line.id)).toBeLessThanOrEqual(left);
            expect(line.quantityShipped).toBeLessThanOrEqual(left);
          }
        }
      },
    ),
    { numRuns: 3_000 },
  );
  expect(dispatched).toBeGreaterThan(500);
});

const database = await testDatabase();
const { sql } = database;
const mei = person('Mei', 'admin');

async function perform(ports: DeskPorts, w: World, order: LockedOrder, { what, line, quantity }: Step): Promise<void> {
  const outbound = order.outbound.at(-1);
  const outboundLine = outbound?.lines[line % Math.max(1, outbound.lines.length)];
  const deed = { actor: mei, merchantId: w.merchantId, orderId: order.id, expectedVersion: order.version };
  const parcel = {
    actor: mei,
    merchantId: w.merchantId,
    outboundOrderId: outbound?.id ?? '',
    expectedVersion: outbound?.version ?? 0,
  };
  switch (what) {
    case 'dispatch':
      await dispatchOrder(ports, {
        ...deed,
        warehouseId: w.warehouse.warehouseId,
        shippingChannelId: w.warehouse.channelId,
      });
      return;
    case 'ship':
      await confirmShipment(ports, {
        ...parcel,
        trackingNumber: 'A',
        lines: [{ outboundLineId: outboundLine?.id ?? '', quantity }],
      });
      return;
    case 'shipAll':
      await confirmShipment(ports, { ...parcel, trackingNumber: 'B' });
      return;
    case 'pick':
      await advanceOutbound(ports, { ...parcel, to: 'picking' });
      return;
    case 'cancel':
      await cancelOrder(ports, { ...deed, atPlatform: false });
      return;
    case 'undoDispatch':
      await undoDispatch(ports, deed);
      return;
    case 'undoCancel':
      await undoCancel(ports, deed);
      return;
    case 'manualShip':
      await manualShip(ports, { ...deed, trackingNumber: 'C', carrier: { name: 'Bike' } });
      return;
    case 'cancelRest':
      await cancelRest(ports, { ...deed, reason: 'Broken' });
      return;
    case 'buyerCancels':
    case 'platformShips':
      return;
  }
}

test('allocated stock is what open outbound orders still claim, after every step of two orders that share it', async () => {
  const { ports } = outgoingPorts(database, testPlatform());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { minLength: 4, maxLength: 12 }), async (path) => {
      const w = await world(sql, 12);
      const orders = [await makeOrder(sql, w, { quantities: [3, 2] }), await makeOrder(sql, w, { quantities: [4] })];
      for (const [which, one] of path) {
        const orderId = orders[which]?.orderId ?? '';
        await perform(ports, w, await readOrder(ports, w.merchantId, orderId), one);
        const states = [
          await readOrder(ports, w.merchantId, orders[0]?.orderId ?? ''),
          await readOrder(ports, w.merchantId, orders[1]?.orderId ?? ''),
        ];
        const claimed = states
          .flatMap((s) => s.outbound)
          .reduce((sum, o) => sum + (claimOf(o).get(w.productId) ?? 0), 0);
        const shipped = states
          .flatMap((s) => s.outbound)
          .flatMap((o) => o.lines)
          .reduce((sum, line) => sum + line.quantityShipped * 2, 0);
        expect(await stockOf(sql, w)).toEqual({ onHand: 12 - shipped, allocated: claimed });
        expect(claimed).toBeGreaterThanOrEqual(0);
        expect(claimed).toBeLessThanOrEqual(12 - shipped);
        for (const state of states) {
          for (const line of state.lines)
            expect(liveOutboundQuantity(state, line.id)).toBeLessThanOrEqual(line.quantity);
        }
      }
    }),
    { numRuns: 40 },
  );
}, 90_000);
