import { settleAlerts } from '../alert/settle-job.ts';
import type { Actor } from '../people/actor.ts';
import type { AuditEvent } from '../ports/audit.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OrderRowChange, OutboundChange, OutgoingPorts, StockMovement } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { writebackJob } from '../writeback/writeback-job.ts';
import { apply } from './apply.ts';
import type { OrderEvent } from './events.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { claimOf, type OrderState } from './order-state.ts';
import type { ExceptionCode } from './types.ts';

/** Events that were decided for one locked order, with what the history should say besides. */
export interface Deed {
  readonly order: LockedOrder;
  readonly events: readonly OrderEvent[];
  /** Dispatch and acknowledgment: where the order goes from. */
  readonly target?: { readonly warehouseId: string; readonly shippingChannelId: string | null } | undefined;
  /** Stock movements that the events do not imply (allocation at dispatch). */
  readonly movements?: readonly StockMovement[] | undefined;
  readonly note?: string | null | undefined;
  /** For the audit event of the first move; ids and numbers only. */
  readonly after?: Readonly<Record<string, unknown>> | undefined;
}

const auditNames: Record<LifecycleEvent, string> = {
  ingest: 'order.ingested',
  acknowledge: 'order.acknowledged',
  reject: 'order.rejected',
  dispatch: 'order.dispatched',
  ship_some: 'order.partially_shipped',
  ship_rest: 'order.shipped',
  complete: 'order.completed',
  complete_by_hand: 'order.completed_by_hand',
  mark_shipped: 'order.writeback_repeated',
  manual_ship: 'order.shipped_by_hand',
  cancel: 'order.cancelled',
  undo_dispatch: 'order.dispatch_undone',
  undo_cancel: 'order.cancellation_undone',
  cancel_rest: 'order.rest_cancelled',
  close_by_hand: 'order.closed_by_hand',
  platform_cancelled: 'order.cancelled_by_platform',
  platform_shipped: 'order.shipped_elsewhere',
  platform_changed: 'order.changed_by_platform',
};

/** Exceptions that an event settles; `all` where the order's story ends with it. */
const settledExceptions: Partial<Record<LifecycleEvent, readonly ExceptionCode[] | 'all'>> = {
  dispatch: ['dispatch_failed'],
  acknowledge: ['acceptance_failed'],
  reject: 'all',
  complete: ['writeback_failed', 'carrier_unpaired'],
  complete_by_hand: ['writeback_failed', 'carrier_unpaired'],
  manual_ship: ['dispatch_failed', 'label_failed', 'writeback_failed', 'carrier_unpaired'],
  cancel: 'all',
  close_by_hand: 'all',
  platform_cancelled: 'all',
  platform_shipped: 'all',
};

/**
 * Saves decided events of many locked orders in a handful of statements: outbound orders, stock, lines, holds,
 * writebacks, exceptions, the orders' rows, history and jobs. New outbound orders, shipments and writebacks are
 * inserted by the caller, before. Writes in the order of locks that everybody keeps.
 */
export async function record(
  ports: BasePorts & OutgoingPorts,
  tx: Tx,
  merchantId: string,
  actor: Actor,
  deeds: readonly Deed[],
  now: Date,
): Promise<void> {
  if (deeds.length === 0) return;
  const by = { name: actor.name, via: actor.via };
  const plan = await planOf(ports, tx, merchantId, actor, deeds, now);
  await ports.outbound.change(tx, merchantId, plan.outbound, now);
  await ports.outbound.addShipped(tx, merchantId, plan.outboundLines);
  await ports.inventory.move(tx, merchantId, plan.movements, by, now);
  await ports.orderLocks.addShipped(tx, merchantId, plan.orderLines);
  for (const { orderId, lines } of plan.accepted) await ports.orderLocks.setAccepted(tx, merchantId, orderId, lines);
  await ports.dispatchHolds.close(tx, merchantId, plan.holds, by, now);
  await ports.writebacks.close(tx, merchantId, plan.closedWritebacks, now);
  const repeated = await ports.writebacks.repeat(tx, merchantId, plan.repeatedWritebacks, now);
  for (const { orderIds, codes, resolution } of plan.exceptions) {
    await ports.exceptions.close(tx, merchantId, { orderIds, codes }, { ...by, resolution }, now);
  }
  await ports.orderLocks.save(tx, merchantId, plan.rows, now);
  const freed = plan.movements.filter((movement) => movement.onHandDelta - movement.allocatedDelta > 0);
  await ports.dispatchHolds.closeShortages(tx, merchantId, freed, now);
  await ports.audit.append(tx, plan.audit);
  await ports.jobs.enqueue(tx, [...repeated.map((row) => writebackJob(row)), settleAlerts(merchantId)]);
}

interface Plan {
  readonly outbound: OutboundChange[];
  readonly outboundLines: { outboundLineId: string; quantity: number }[];
  readonly movements: StockMovement[];
  readonly orderLines: { orderLineId: string; quantity: number }[];
  readonly accepted: { orderId: string; lines: readonly { orderLineId: string; quantity: number }[] }[];
  readonly holds: { holdId: string; resolution: string }[];
  readonly closedWritebacks: string[];
  readonly repeatedWritebacks: string[];
  readonly exceptions: { orderIds: string[]; codes: readonly ExceptionCode[] | undefined; resolution: string }[];
  readonly rows: OrderRowChange[];
  readonly audit: AuditEvent[];
}

async function planOf(
  ports: OutgoingPorts,
  tx: Tx,
  merchantId: string,
  actor: Actor,
  deeds: readonly Deed[],
  now: Date,
): Promise<Plan> {
  const plan: Plan = {
    outbound: [],
    outboundLines: [],
    movements: [],
    orderLines: [],
    accepted: [],
    holds: [],
    closedWritebacks: [],
    repeatedWritebacks: [],
    exceptions: [],
    rows: [],
    audit: [],
  };
  const settled = new Map<LifecycleEvent, string[]>();
  for (const deed of deeds) {
    plan.movements.push(...(deed.movements ?? []));
    const stock = await acknowledgedStockMove(ports, tx, merchantId, deed);
    plan.movements.push(...stock.movements);
    let state: OrderState = deed.order;
    let extra: Readonly<Record<string, unknown>> = { ...deed.after, ...stock.after };
    for (const event of deed.events) {
      plainEvent(plan, state, event, actor.name);
      const next = apply(state, event);
      if (event.type === 'moved') {
        settled.set(event.on, [...(settled.get(event.on) ?? []), deed.order.id]);
        plan.audit.push({
          merchantId,
          actor,
          at: now,
          event: auditNames[event.on],
          subjectType: 'order',
          subjectId: deed.order.id,
          orderId: deed.order.id,
          before: { status: event.from, version: state.version },
          after: { status: event.to, version: next.version, ...extra },
          note: deed.note ?? null,
        });
        extra = {};
      }
      state = next;
    }
    plan.rows.push(rowOf(deed, state, actor, now));
  }
  for (const [on, orderIds] of settled) {
    const codes = settledExceptions[on];
    if (codes !== undefined) {
      plan.exceptions.push({ orderIds, codes: codes === 'all' ? undefined : codes, resolution: on });
    }
  }
  return plan;
}

/** What one event writes, besides the order's own row. `state` is the order before it. */
function plainEvent(plan: Plan, state: OrderState, event: OrderEvent, by: string): void {
  switch (event.type) {
    case 'outbound_recalled':
    case 'outbound_closed':
    case 'outbound_revived': {
      const outbound = apply(state, event).outbound.find((o) => o.id === event.outboundOrderId);
      const before = state.outbound.find((o) => o.id === event.outboundOrderId);
      if (outbound === undefined || before === undefined) return;
      plan.outbound.push({ outboundOrderId: outbound.id, status: outbound.status, recall: outbound.recall, by });
      const sign = event.type === 'outbound_revived' ? 1 : -1;
      for (const [productId, quantity] of claimOf(event.type === 'outbound_revived' ? outbound : before)) {
        plan.movements.push({
          warehouseId: outbound.warehouseId,
          productId,
          kind: sign === 1 ? 'allocate' : 'release',
          onHandDelta: 0,
          allocatedDelta: sign * quantity,
          outboundOrderId: outbound.id,
        });
      }
      return;
    }
    case 'outbound_shipped':
      shipped(plan, state, event, by);
      return;
    case 'shipped_by_hand':
      plan.orderLines.push(...event.lines);
      return;
    case 'lines_accepted':
      plan.accepted.push({ orderId: state.id, lines: event.lines });
      return;
    case 'holds_closed':
      plan.holds.push(...event.holdIds.map((holdId) => ({ holdId, resolution: event.resolution })));
      return;
    case 'writebacks_closed':
      plan.closedWritebacks.push(...event.writebackIds);
      return;
    case 'writebacks_repeated':
      plan.repeatedWritebacks.push(...event.writebackIds);
      return;
    case 'outbound_created':
    case 'reshipped_by_hand':
    case 'moved':
      return;
  }
}

function shipped(plan: Plan, state: OrderState, event: OrderEvent & { type: 'outbound_shipped' }, by: string): void {
  const before = state.outbound.find((o) => o.id === event.outboundOrderId);
  const after = apply(state, event).outbound.find((o) => o.id === event.outboundOrderId);
  if (before === undefined || after === undefined) return;
  plan.outbound.push({ outboundOrderId: after.id, status: after.status, recall: after.recall, by });
  const units = new Map<string, number>();
  for (const { outboundLineId, orderLineId, quantity } of event.lines) {
    plan.outboundLines.push({ outboundLineId, quantity });
    plan.orderLines.push({ orderLineId, quantity });
    for (const part of before.lines.find((line) => line.id === outboundLineId)?.components ?? []) {
      units.set(part.productId, (units.get(part.productId) ?? 0) + part.perUnit * quantity);
    }
  }
  for (const [productId, quantity] of units) {
    plan.movements.push({
      warehouseId: before.warehouseId,
      productId,
      kind: 'ship',
      onHandDelta: -quantity,
      allocatedDelta: -quantity,
      outboundOrderId: before.id,
    });
  }
}

/**
 * An acknowledged purchase order claims stock without an outbound order. Leaving that status frees the claim, coming
 * back to it (undo) takes it again; the acknowledgment itself names its stock in `after.stock`.
 */
async function acknowledgedStockMove(
  ports: OutgoingPorts,
  tx: Tx,
  merchantId: string,
  deed: Deed,
): Promise<{ movements: StockMovement[]; after: Readonly<Record<string, unknown>> }> {
  const to = deed.events.findLast((event) => event.type === 'moved')?.to;
  if (deed.order.kind !== 'b2b' || to === undefined || to === deed.order.status) return { movements: [], after: {} };
  const leaves = deed.order.status === 'acknowledged';
  const returns = to === 'acknowledged' && deed.after?.stock === undefined;
  if (!leaves && !returns) return { movements: [], after: {} };
  const stock = await ports.orderLocks.acknowledgedStock(tx, merchantId, deed.order.id);
  const claim = leaves ? stock.now : stock.last;
  if (claim === null) return { movements: [], after: {} };
  const movements = claim.parts.map(
    ({ productId, quantity }): StockMovement => ({
      warehouseId: claim.warehouseId,
      productId,
      kind: leaves ? 'release' : 'allocate',
      onHandDelta: 0,
      allocatedDelta: leaves ? -quantity : quantity,
      outboundOrderId: null,
      note: `Purchase order ${deed.order.number}`,
    }),
  );
  return { movements, after: { stock: leaves ? null : claim } };
}

function rowOf(deed: Deed, state: OrderState, actor: Actor, now: Date): OrderRowChange {
  const { order } = deed;
  const isBefore = (...statuses: readonly OrderState['status'][]): boolean => statuses.includes(state.status);
  const isWaiting = isBefore('pending', 'acknowledged');
  const goesBack = isWaiting && order.status !== 'pending' && deed.target === undefined;
  return {
    orderId: order.id,
    status: state.status,
    version: state.version,
    warehouseId: deed.target?.warehouseId ?? (goesBack && isBefore('pending') ? null : order.warehouseId),
    shippingChannelId: deed.target?.shippingChannelId ?? (goesBack ? null : order.shippingChannelId),
    touchedAt: actor.via === 'system' ? order.touchedAt : now,
    acknowledgedAt: isBefore('pending')
      ? null
      : isBefore('acknowledged')
        ? (order.acknowledgedAt ?? now)
        : order.acknowledgedAt,
    dispatchedAt: isWaiting ? null : isBefore('processing') ? (order.dispatchedAt ?? now) : order.dispatchedAt,
    shippedAt: isBefore('shipped', 'completed', 'manual_completed') ? (order.shippedAt ?? now) : order.shippedAt,
    completedAt: isBefore('completed', 'manual_completed') ? (order.completedAt ?? now) : null,
    cancelledAt: isBefore('cancelled') ? (order.cancelledAt ?? now) : null,
  };
}
