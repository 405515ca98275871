import type { LineQuantity, OrderEvent } from './events.ts';
import type { OrderState, OutboundState } from './order-state.ts';

/** The order after an event. Pure: what repositories write is the same, set-based. */
export function apply(order: OrderState, event: OrderEvent): OrderState {
  switch (event.type) {
    case 'outbound_created':
      return {
        ...order,
        outbound: [
          ...order.outbound,
          {
            id: event.outboundOrderId,
            number: 0,
            status: 'created',
            recall: 'none',
            warehouseId: '',
            shippingChannelId: '',
            exceptionReason: null,
            version: 1,
            createdBy: '',
            createdByPersonId: null,
            createdAt: new Date(0),
            lines: event.lines.map((line) => ({
              id: `${event.outboundOrderId}/${line.orderLineId}`,
              orderLineId: line.orderLineId,
              quantity: line.quantity,
              quantityShipped: 0,
              components: [],
            })),
          },
        ],
      };
    case 'outbound_recalled':
      return withOutbound(order, event.outboundOrderId, (o) => ({ ...o, status: 'cancelled', recall: 'recalled' }));
    case 'outbound_revived':
      return withOutbound(order, event.outboundOrderId, (o) => ({ ...o, status: 'created', recall: 'none' }));
    case 'outbound_closed':
      return withOutbound(order, event.outboundOrderId, (o) => ({
        ...o,
        status: o.lines.some((line) => line.quantityShipped > 0) ? 'shipped' : 'cancelled',
      }));
    case 'outbound_shipped': {
      const shipped = new Map(event.lines.map((line) => [line.outboundLineId, line.quantity]));
      const next = withOutbound(order, event.outboundOrderId, (o) => {
        const lines = o.lines.map((line) => ({
          ...line,
          quantityShipped: line.quantityShipped + (shipped.get(line.id) ?? 0),
        }));
        const isDone = lines.every((line) => line.quantityShipped === line.quantity);
        // Goods that have left answer a recall for good.
        const recall = o.recall === 'requested' ? 'refused' : o.recall;
        return { ...o, lines, recall, status: isDone ? 'shipped' : 'partially_shipped' };
      });
      return addShipped(next, event.lines);
    }
    case 'shipped_by_hand':
      return { ...addShipped(order, event.lines), wasShippedByHand: true };
    case 'reshipped_by_hand':
      return { ...order, wasShippedByHand: true };
    case 'lines_accepted': {
      const accepted = new Map(event.lines.map((line) => [line.orderLineId, line.quantity]));
      return {
        ...order,
        lines: order.lines.map((line) => ({ ...line, quantityAccepted: accepted.get(line.id) ?? 0 })),
      };
    }
    case 'holds_closed':
      return { ...order, openHolds: order.openHolds.filter((hold) => !event.holdIds.includes(hold.id)) };
    case 'writebacks_closed':
      return withWritebacks(order, event.writebackIds, 'closed');
    case 'writebacks_repeated':
      return withWritebacks(order, event.writebackIds, 'pending');
    case 'moved':
      return { ...order, status: event.to, version: order.version + 1 };
  }
}

function withOutbound(order: OrderState, id: string, change: (outbound: OutboundState) => OutboundState): OrderState {
  return { ...order, outbound: order.outbound.map((outbound) => (outbound.id === id ? change(outbound) : outbound)) };
}

function withWritebacks(order: OrderState, ids: readonly string[], state: 'closed' | 'pending'): OrderState {
  return { ...order, writebacks: order.writebacks.map((w) => (ids.includes(w.id) ? { ...w, state } : w)) };
}

function addShipped(order: OrderState, lines: readonly LineQuantity[]): OrderState {
  const shipped = new Map<string, number>();
  for (const line of lines) shipped.set(line.orderLineId, (shipped.get(line.orderLineId) ?? 0) + line.quantity);
  return {
    ...order,
    lines: order.lines.map((line) => ({
      ...line,
      quantityShipped: line.quantityShipped + (shipped.get(line.id) ?? 0),
    })),
  };
}
