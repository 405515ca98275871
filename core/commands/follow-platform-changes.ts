import { settleAlerts } from '../alert/settle-job.ts';
import { decide } from '../order/decide.ts';
import type { OrderCommand, OrderEvent } from '../order/events.ts';
import { statusWord } from '../order/needs.ts';
import { isBegun, isOpen } from '../order/order-state.ts';
import type { PlatformChange } from '../order/platform-change.ts';
import { type Deed, record } from '../order/record.ts';
import { type Actor, systemActor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, NewException, OutboundChange, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';

/** What the platform's news ask of an order, and what a person is told of it. */
interface Reaction {
  /** Null where the order's life is over, and a person is told all the same. */
  readonly command: OrderCommand | null;
  readonly exception: Pick<NewException, 'code' | 'subject' | 'message' | 'previousRecipient'>;
  /** The message goes on with what became of the goods that are with the warehouse. */
  readonly tellsGoods?: boolean;
  /** Told also when the desk could follow by itself. */
  readonly isTold: boolean;
}

/**
 * The life of orders follows what a page of platform data changed: cancelled or shipped elsewhere while they wait, they
 * are cancelled or complete here; with the warehouse not begun, their outbound orders are recalled too; later, a person
 * decides. In the page's transaction, the orders' rows locked by it. Set-based; called with the changes of one page.
 */
export async function followPlatformChanges(
  ports: BasePorts & OutgoingPorts,
  tx: Tx,
  changes: readonly PlatformChange[],
): Promise<void> {
  for (const [merchantId, ofMerchant] of Map.groupBy(changes, (change) => change.merchantId)) {
    const now = ports.clock.now();
    const orders = await ports.orderLocks.lock(
      tx,
      merchantId,
      ofMerchant.map((change) => change.orderId),
    );
    const changeOf = new Map(ofMerchant.map((change) => [change.orderId, change]));
    const deeds: Deed[] = [];
    const exceptions: NewException[] = [];
    const recalls: OutboundChange[] = [];
    const overtaken: OvertakenCancellations[] = [];
    for (const order of orders) {
      const change = changeOf.get(order.id);
      if (change?.stateAfter === 'cancelled' || change?.stateAfter === 'shipped') {
        const writebackIds = order.writebacks.filter(isOpenCancellation).map(({ id }) => id);
        if (writebackIds.length > 0) overtaken.push({ order, writebackIds, by: `platform_${change.stateAfter}` });
      }
      const reaction = change === undefined ? null : reactionTo(order, change);
      if (reaction === null) continue;
      const { storeId, id: orderId } = order;
      if (reaction.command === null) {
        exceptions.push({ orderId, storeId, ...reaction.exception });
        continue;
      }
      const decided = decide(order, reaction.command, now);
      if (decided.ok) deeds.push({ order, events: decided.value });
      else if (decided.error.code === 'warehouse_begun') recalls.push(...refusedRecalls(order));
      else continue;
      const moved = decided.ok ? decided.value.findLast((event) => event.type === 'moved') : undefined;
      const isFollowed = moved !== undefined && moved.from !== moved.to;
      if (isFollowed && !reaction.isTold) continue;
      const { message } = reaction.exception;
      const goods = reaction.tellsGoods === true ? goodsWords(order, decided.ok ? decided.value : []) : '';
      exceptions.push({ orderId, storeId, ...reaction.exception, message: `${message}${goods}` });
    }
    for (const [name, ofStore] of Map.groupBy(deeds, (deed) => deed.order.storeName)) {
      await record(ports, tx, merchantId, platformActor(name), ofStore, now);
    }
    await ports.outbound.change(tx, merchantId, recalls, now);
    await closeOvertaken(ports, tx, merchantId, overtaken, now);
    await ports.exceptions.open(tx, merchantId, exceptions, now);
    if (exceptions.length + overtaken.length > 0) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
  }
}

/** Cancellations that need no telling any more: the platform has cancelled the order, or shipped it. */
interface OvertakenCancellations {
  readonly order: LockedOrder;
  readonly writebackIds: readonly string[];
  readonly by: 'platform_cancelled' | 'platform_shipped';
}

/** The platform has not taken it; one that is being sent right now answers by itself. */
const isOpenCancellation = ({ kind, state }: LockedOrder['writebacks'][number]): boolean =>
  kind === 'cancellation' && (state === 'pending' || state === 'retry' || state === 'failed' || state === 'parked');

async function closeOvertaken(
  ports: OutgoingPorts,
  tx: Tx,
  merchantId: string,
  overtaken: readonly OvertakenCancellations[],
  now: Date,
): Promise<void> {
  const idsOf = (some: readonly OvertakenCancellations[]) => some.flatMap(({ writebackIds }) => writebackIds);
  await ports.writebacks.close(tx, merchantId, idsOf(overtaken), now);
  for (const alike of Map.groupBy(overtaken, ({ order, by }) => `${by} ${order.storeName}`).values()) {
    const [first] = alike;
    if (first === undefined) continue;
    const orderIds = alike.map(({ order }) => order.id);
    const which = { orderIds, codes: ['cancellation_failed'] as const, subjects: idsOf(alike) };
    const by = { name: first.order.storeName, via: systemActor.via, resolution: first.by };
    await ports.exceptions.close(tx, merchantId, which, by, now);
  }
}

/** The history names the store whose platform said so. */
const platformActor = (storeName: string): Actor => ({ ...systemActor, name: storeName });

function reactionTo(order: LockedOrder, change: PlatformChange): Reaction | null {
  const isTold = change.touched || order.status === 'processing';
  if (change.stateAfter === 'cancelled' && change.stateBefore !== 'cancelled') {
    return {
      command: { type: 'platform_cancelled' },
      exception: {
        code: 'platform_cancelled_after_dispatch',
        subject: '',
        message: `${order.storeName} says that the order is cancelled.`,
      },
      tellsGoods: true,
      isTold,
    };
  }
  if (order.status === 'cancelled' && hasShipped(change) && order.writebacks.some(isOpenCancellation)) {
    return {
      command: null,
      exception: {
        code: 'platform_shipped_elsewhere',
        subject: 'cancelled_here',
        message: `${order.storeName} shows this order as shipped. Here it is cancelled, and the platform has not taken the cancellation: settle it with the buyer there.`,
      },
      isTold: true,
    };
  }
  if (isShippedElsewhere(order, change)) {
    return {
      command: { type: change.stateAfter === 'shipped' ? 'platform_shipped' : 'platform_changed' },
      exception: {
        code: 'platform_shipped_elsewhere',
        subject: '',
        message: `${order.storeName} shows goods as shipped that this desk has not shipped.`,
      },
      tellsGoods: true,
      isTold,
    };
  }
  if (isReopened(order, change)) {
    return {
      command: null,
      exception: {
        code: 'platform_changed_after_dispatch',
        subject: 'reopened',
        message: `${order.storeName} shows this order as open again; here it is ${statusWord(order.status)} and stays so. Ship it on the platform if it is still wanted, or cancel it there.`,
      },
      isTold: true,
    };
  }
  // Later news of payment and notes are how an order goes: a cash-on-delivery order is paid when it arrives.
  const others = order.status === 'processing' ? change.others : [];
  const what = [
    ...(change.addressFields.length === 0 ? [] : [`the address (${change.addressFields.join(', ')})`]),
    ...(change.linesChanged ? ['the lines'] : []),
    ...others,
  ];
  if (what.length === 0) return null;
  return {
    command: { type: 'platform_changed' },
    exception: {
      code: 'platform_changed_after_dispatch',
      subject: '',
      message: `${order.storeName} changed ${what.join(', ')} after dispatch. Tell the warehouse, or cancel the order if it must not leave like this.`,
      previousRecipient: change.previousRecipient,
    },
    isTold: true,
  };
}

/** What became of outbound orders that were open: recalled with these events, or left with the warehouse. */
function goodsWords(order: LockedOrder, events: readonly OrderEvent[]): string {
  const recalled = new Set(
    events.flatMap((event) => (event.type === 'outbound_recalled' ? [event.outboundOrderId] : [])),
  );
  const open = order.outbound.filter(isOpen);
  const numbers = open.map((outbound) => `OB-${outbound.number}`).join(', ');
  if (open.length === 0) return '';
  if (open.every((outbound) => recalled.has(outbound.id))) return ` ${numbers} was recalled.`;
  return open.some(isBegun)
    ? ` The warehouse has begun with ${numbers}: intercept the parcel, or let it go.`
    : ` ${numbers} is still with the warehouse: stop there what must not leave.`;
}

/** Closed here because the platform said so, and the platform takes it back. Goods of ours that left say nothing here. */
function isReopened(order: LockedOrder, change: PlatformChange): boolean {
  const wasClosed = change.stateBefore === 'cancelled' || change.stateBefore === 'shipped';
  const isOpenThere = change.stateAfter === 'open' || change.stateAfter === 'unpaid';
  const hasLeft = order.lines.some((line) => line.quantityShipped > 0);
  return wasClosed && isOpenThere && !hasLeft && (order.status === 'cancelled' || order.status === 'completed');
}

const hasShipped = ({ stateBefore, stateAfter }: PlatformChange): boolean =>
  stateAfter !== stateBefore && (stateAfter === 'shipped' || stateAfter === 'partially_shipped');

/** More is shipped there than we told: while we have shipped nothing, the platform's word is enough. */
function isShippedElsewhere(order: LockedOrder, change: PlatformChange): boolean {
  if (!hasShipped(change)) return false;
  const beyond = order.lines.some((line) => line.platformQuantityShipped > line.quantityShipped);
  switch (order.status) {
    case 'pending':
    case 'acknowledged':
      return change.stateAfter === 'shipped';
    case 'processing':
      return change.stateAfter === 'shipped' || beyond;
    case 'partially_shipped':
      return beyond;
    default:
      return false;
  }
}

/** The warehouse that has begun says no at once; a person may still walk over. */
const refusedRecalls = (order: LockedOrder): OutboundChange[] =>
  order.outbound
    .filter((outbound) => isOpen(outbound))
    .map((outbound) => ({
      outboundOrderId: outbound.id,
      status: outbound.status,
      recall: 'refused',
      by: order.storeName,
    }));
