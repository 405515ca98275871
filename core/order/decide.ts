import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { apply } from './apply.ts';
import type { LineQuantity, OrderCommand, OrderEvent, OutboundLineQuantity } from './events.ts';
import type { LifecycleEvent, Transition } from './lifecycle.ts';
import { check } from './needs.ts';
import {
  isOpen,
  isUntold,
  linesToDispatch,
  type OrderState,
  type OutboundState,
  quantityToDispatch,
  type WritebackRowState,
  wantedQuantity,
} from './order-state.ts';

export { actionsFor } from './actions.ts';
export { apply } from './apply.ts';

export type Decision = Result<readonly OrderEvent[], Refusal>;

/**
 * What follows from a command on an order as it is, or why nothing does. Pure. The events are in the order in which
 * they apply; the last is the move (its `from` and `to` are equal where only the version moves).
 */
export function decide(order: OrderState, command: OrderCommand, now: Date): Decision {
  switch (command.type) {
    case 'dispatch':
      return decideDispatch(order, command, now);
    case 'acknowledge':
      return decideAcknowledge(order, command.accepted, now);
    case 'reject':
      return when(order, 'reject', now, (row) => [...holdsClosed(order, 'rejected'), move(order, row)]);
    case 'confirm_shipment':
      return decideShipment(order, command, now);
    case 'settle_shipment':
      return when(order, order.wasShippedByHand ? 'complete_by_hand' : 'complete', now, (row) => [move(order, row)]);
    case 'mark_shipped':
      return when(order, 'mark_shipped', now, (row) => [
        { type: 'writebacks_repeated', writebackIds: order.writebacks.filter(isRepeatable).map((w) => w.id) },
        move(order, row),
      ]);
    case 'manual_ship':
      return decideManualShip(order, command.takesWriteback, now);
    case 'cancel':
      return when(order, 'cancel', now, (row) => [
        ...recalls(order),
        ...holdsClosed(order, 'cancelled'),
        move(order, row),
      ]);
    case 'cancel_rest':
      return decideCancelRest(order, command.takesWriteback, now);
    case 'undo_dispatch':
      return undo(order, 'undo_dispatch', command.personId, now, () => recalls(order));
    case 'undo_cancel':
      return (
        closedThere(order) ??
        undo(order, 'undo_cancel', command.personId, now, () => [
          ...revivals(order, command.revivableOutboundIds),
          ...writebacksClosed(order.writebacks.filter((w) => w.kind === 'cancellation' && isUntold(w))),
        ])
      );
    case 'close_by_hand':
      return when(order, 'close_by_hand', now, (row) => [
        ...closings(order),
        ...writebacksClosed(order.writebacks.filter(isUnfinishedShipment)),
        ...holdsClosed(order, 'closed_by_hand'),
        move(order, row),
      ]);
    case 'platform_cancelled':
    case 'platform_shipped':
      return when(order, command.type, now, (row) =>
        row.to === 'unchanged'
          ? [move(order, row)]
          : [...recalls(order), ...holdsClosed(order, command.type), move(order, row)],
      );
    case 'platform_changed':
      return when(order, 'platform_changed', now, (row) => [move(order, row)]);
  }
}

function decideDispatch(order: OrderState, command: OrderCommand & { type: 'dispatch' }, now: Date): Decision {
  return whenChecked(order, 'dispatch', { personId: null, now }, (row) => {
    const closed = closedThere(order);
    if (closed !== null) return closed;
    const lines = linesToDispatch(order);
    if (lines.length === 0)
      return refuse('no_shippable_items', 'No shippable items: nothing of this order is left to dispatch.');
    const unmapped = order.lines.find((line) => command.unmappedLineIds.includes(line.id));
    if (unmapped !== undefined) {
      const sku = unmapped.sku?.trim() ?? '';
      return refuse(
        'sku_unmapped',
        sku === ''
          ? `Platform SKU is empty (${unmapped.name}). Bind the line to a warehouse SKU.`
          : `SKU [${sku}] not mapped to a warehouse SKU. Bind it and dispatch again.`,
        'bindings',
      );
    }
    return ok([
      { type: 'outbound_created', outboundOrderId: command.outboundOrderId, lines },
      ...holdsClosed(order, 'dispatched'),
      move(order, row),
    ]);
  });
}

/** What nobody wants any more, or has already, does not leave; null while the platform wants it. */
function closedThere({ platformState }: OrderState): Decision | null {
  switch (platformState) {
    case 'cancelled':
      return refuse('platform_closed', 'The platform has cancelled this order: nothing of it is to be shipped.');
    case 'shipped':
      return refuse('platform_closed', 'The platform shows this order as shipped: it must not be shipped twice.');
    default:
      return null;
  }
}

function decideAcknowledge(order: OrderState, accepted: readonly LineQuantity[], now: Date): Decision {
  return whenChecked(order, 'acknowledge', { personId: null, now }, (row) => {
    for (const { orderLineId, quantity } of accepted) {
      const line = order.lines.find((candidate) => candidate.id === orderLineId);
      if (line === undefined) return refuse('not_found', 'This line does not belong to the order.', 'lines');
      const most = wantedQuantity({ kind: 'b2c' }, line);
      if (!isCount(quantity) || quantity > most) {
        return refuse('quantity_too_high', `${line.name}: accept 0 to ${most}.`, 'lines');
      }
    }
    if (!accepted.some((line) => line.quantity > 0)) {
      return refuse('nothing_accepted', 'Nothing is accepted. Choose Reject All instead.', 'lines');
    }
    return ok([{ type: 'lines_accepted', lines: accepted }, move(order, row)]);
  });
}

function decideShipment(order: OrderState, command: OrderCommand & { type: 'confirm_shipment' }, now: Date): Decision {
  const outbound = order.outbound.find((candidate) => candidate.id === command.outboundOrderId);
  if (outbound === undefined) return refuse('not_found', 'This outbound order does not exist.');
  const lines = shippedLines(outbound, command.lines);
  if (!lines.ok) return lines;
  const shipped: OrderEvent = { type: 'outbound_shipped', outboundOrderId: outbound.id, lines: lines.value };
  const after = apply(order, shipped);
  const isRest = !after.outbound.some(isOpen) && linesToDispatch(after).length === 0;
  return when(order, isRest ? 'ship_rest' : 'ship_some', now, (row) => {
    const moved = move(order, row);
    return [shipped, moved, ...(isRest && !command.takesWriteback ? completion(apply(after, moved), now) : [])];
  });
}

function shippedLines(
  outbound: OutboundState,
  wanted: readonly OutboundLineQuantity[],
): Result<readonly (OutboundLineQuantity & LineQuantity)[]> {
  if (!isOpen(outbound)) {
    return refuse(
      'outbound_closed',
      `OB-${outbound.number} is ${outbound.status === 'shipped' ? 'shipped' : 'cancelled'} already.`,
    );
  }
  if (outbound.exceptionReason !== null) {
    return refuse(
      'outbound_exception',
      `OB-${outbound.number} is marked: ${outbound.exceptionReason} Clear the mark first.`,
    );
  }
  const left = outbound.lines.map((line) => ({ ...line, left: line.quantity - line.quantityShipped }));
  if (wanted.length === 0) {
    return ok(
      left
        .filter((line) => line.left > 0)
        .map((line) => ({ outboundLineId: line.id, orderLineId: line.orderLineId, quantity: line.left })),
    );
  }
  const lines: (OutboundLineQuantity & LineQuantity)[] = [];
  for (const { outboundLineId, quantity } of wanted) {
    const line = left.find((candidate) => candidate.id === outboundLineId);
    if (line === undefined) return refuse('not_found', `This line does not belong to OB-${outbound.number}.`, 'lines');
    if (lines.some((other) => other.outboundLineId === outboundLineId)) {
      return refuse('line_twice', 'A line is named twice. Name it once, with the whole quantity.', 'lines');
    }
    if (!isCount(quantity) || quantity > line.left) {
      return refuse(
        'quantity_too_high',
        `Of this line ${line.left} are left to ship; ${quantity} were given.`,
        'lines',
      );
    }
    if (quantity > 0) lines.push({ outboundLineId, orderLineId: line.orderLineId, quantity });
  }
  return lines.length === 0 ? refuse('nothing_shipped', 'Give at least one line a quantity.', 'lines') : ok(lines);
}

function decideManualShip(order: OrderState, takesWriteback: boolean, now: Date): Decision {
  return whenChecked(order, 'manual_ship', { personId: null, now }, (row) => {
    if (row.to === 'unchanged') {
      const refused = order.writebacks.filter((w) => w.kind === 'shipment' && w.state === 'failed');
      return ok([
        ...writebacksClosed(refused),
        {
          type: 'reshipped_by_hand',
          shipmentIds: refused.flatMap((w) => (w.shipmentId === null ? [] : [w.shipmentId])),
        },
        move(order, row),
      ]);
    }
    const recalled = recalls(order);
    const free = recalled.reduce(apply, order);
    const lines = linesToDispatch(free);
    if (lines.length === 0)
      return refuse('no_shippable_items', 'No shippable items: nothing of this order is left to ship.');
    const events: OrderEvent[] = [
      ...recalled,
      { type: 'shipped_by_hand', lines },
      ...holdsClosed(order, 'shipped_by_hand'),
      move(order, row),
    ];
    return ok(takesWriteback ? events : [...events, ...completion(events.reduce(apply, order), now)]);
  });
}

function decideCancelRest(order: OrderState, takesWriteback: boolean, now: Date): Decision {
  return when(order, 'cancel_rest', now, (row) => {
    const events: OrderEvent[] = [...closings(order), ...holdsClosed(order, 'rest_cancelled'), move(order, row)];
    // Shipments that no writeback tells yet (platforms without partial shipments) are told now, and complete it later.
    const isAllTold = order.writebacks.some((w) => w.kind === 'shipment') || !takesWriteback;
    return isAllTold ? [...events, ...completion(events.reduce(apply, order), now)] : events;
  });
}

/** A shipped order completes at once when nothing is left to be told. */
function completion(order: OrderState, now: Date): readonly OrderEvent[] {
  const settled = decide(order, { type: 'settle_shipment' }, now);
  return settled.ok ? settled.value : [];
}

function undo(
  order: OrderState,
  on: 'undo_dispatch' | 'undo_cancel',
  personId: string | null,
  now: Date,
  events: () => readonly OrderEvent[],
): Decision {
  return whenChecked(order, on, { personId, now }, () => {
    const before = order.lastDeed?.from ?? 'pending';
    const made = events();
    // What cannot be revived waits for a new dispatch.
    const isRevived = made.some((event) => event.type === 'outbound_revived');
    const to = before === 'processing' && !isRevived ? (order.kind === 'b2b' ? 'acknowledged' : 'pending') : before;
    return ok([...made, { type: 'moved', on, from: order.status, to }]);
  });
}

function when(
  order: OrderState,
  on: LifecycleEvent,
  now: Date,
  events: (row: Transition) => readonly OrderEvent[],
): Decision {
  return whenChecked(order, on, { personId: null, now }, (row) => ok(events(row)));
}

function whenChecked(
  order: OrderState,
  on: LifecycleEvent,
  asker: { personId: string | null; now: Date },
  events: (row: Transition) => Decision,
): Decision {
  const checked = check(order, on, asker);
  return checked.ok ? events(checked.value) : checked;
}

function move(order: OrderState, row: Transition): OrderEvent {
  const to = row.to === 'unchanged' || row.to === 'where_it_was' ? order.status : row.to;
  return { type: 'moved', on: row.on, from: order.status, to };
}

const recalls = (order: OrderState): readonly OrderEvent[] =>
  order.outbound
    .filter(isOpen)
    .map((outbound): OrderEvent => ({ type: 'outbound_recalled', outboundOrderId: outbound.id }));

/** Outbound orders that still fit what is wanted: the buyer may have cancelled a part meanwhile. */
function revivals(order: OrderState, outboundOrderIds: readonly string[]): readonly OrderEvent[] {
  return order.outbound
    .filter((outbound) => outboundOrderIds.includes(outbound.id))
    .filter((outbound) =>
      outbound.lines.every((line) => {
        const orderLine = order.lines.find((candidate) => candidate.id === line.orderLineId);
        return orderLine !== undefined && line.quantity <= quantityToDispatch(order, orderLine);
      }),
    )
    .map((outbound) => ({ type: 'outbound_revived', outboundOrderId: outbound.id }));
}

const closings = (order: OrderState): readonly OrderEvent[] =>
  order.outbound
    .filter(isOpen)
    .map((outbound): OrderEvent => ({ type: 'outbound_closed', outboundOrderId: outbound.id }));

function holdsClosed(order: OrderState, resolution: string): readonly OrderEvent[] {
  const holdIds = order.openHolds.map((hold) => hold.id);
  return holdIds.length === 0 ? [] : [{ type: 'holds_closed', holdIds, resolution }];
}

function writebacksClosed(writebacks: readonly WritebackRowState[]): readonly OrderEvent[] {
  return writebacks.length === 0
    ? []
    : [{ type: 'writebacks_closed', writebackIds: writebacks.map((writeback) => writeback.id) }];
}

const isTold = (w: WritebackRowState): boolean =>
  w.state === 'accepted' || w.state === 'confirmed' || w.state === 'closed';

const isUnfinishedShipment = (w: WritebackRowState): boolean => w.kind === 'shipment' && !isTold(w);

const isRepeatable = (w: WritebackRowState): boolean =>
  w.kind !== 'cancellation' && (w.state === 'failed' || w.state === 'retry' || w.isUnconfirmed);

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
