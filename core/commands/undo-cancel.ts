import { z } from 'zod';
import { decide } from '../order/decide.ts';
import { orderIdField } from '../order/fields.ts';
import { claimOf, type OutboundState } from '../order/order-state.ts';
import { record } from '../order/record.ts';
import { holdCodes, type OrderStatus } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { LockedOrder, OutgoingPorts, StockKey } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { putBack } from '../sync/put-back.ts';

export interface UndoCancelInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
}

const schema = z.object({ orderId: orderIdField });

/**
 * Takes a cancellation back within 30 seconds, by the person who made it, while the platform has not been told. An
 * order that was with the warehouse goes back there when its stock is still free and the platform changed nothing; else
 * it waits for a new dispatch. Its holds are judged anew. Refusals: `not_permitted`, `not_found`, `not_in_status`,
 * `undo_too_late`, `undo_not_yours`, `platform_told`, `platform_closed`, `stock_taken` (purchase orders).
 */
export async function undoCancel(
  ports: BasePorts & OutgoingPorts & IntakePorts,
  input: UndoCancelInput,
): Promise<Result<{ version: number; status: OrderStatus }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId } = parsed.value;
  return putBack(ports, { actor, merchantId, orderId }, async (tx, order, now) => {
    const revivableOutboundIds = await revivable(ports, tx, order);
    const undo = { type: 'undo_cancel' as const, personId: actor.personId, revivableOutboundIds };
    const decided = decide(order, undo, now);
    if (!decided.ok) return decided;
    const status = decided.value.findLast((event) => event.type === 'moved')?.to ?? order.status;
    if (status === 'acknowledged' && !(await hasAcknowledgedStock(ports, tx, order))) {
      return refuse(
        'stock_taken',
        'Its stock has been given to other orders meanwhile: it stays cancelled here. Ship it from a new order.',
      );
    }
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value }], now);
    if (order.lastDeed !== null) {
      const which = { resolution: 'cancelled', closedAt: order.lastDeed.at, codes: holdCodes };
      await ports.dispatchHolds.reopen(tx, merchantId, orderId, which);
      // What a person still had to decide when they cancelled.
      await ports.exceptions.reopen(tx, merchantId, orderId, { resolution: 'cancel', closedAt: order.lastDeed.at });
    }
    return ok(status);
  });
}

/** The outbound order that the cancellation recalled, when its stock can be allocated again. */
async function revivable(ports: OutgoingPorts & IntakePorts, tx: Tx, order: LockedOrder): Promise<string[]> {
  if (order.lastDeed?.from !== 'processing') return [];
  // The warehouse was told of what the buyer wanted then.
  if (await ports.intake.orders.isChangedSince(tx, order.merchantId, order.id, order.lastDeed.at)) return [];
  const recalled = order.outbound.filter((outbound) => outbound.status === 'cancelled').at(-1);
  if (recalled === undefined || recalled.recall !== 'recalled') return [];
  const asOpen: OutboundState = { ...recalled, status: 'created' };
  const needs = [...claimOf(asOpen)].map(([productId, quantity]) => ({
    warehouseId: recalled.warehouseId,
    productId,
    quantity,
  }));
  return (await isThere(ports, tx, order, needs)) ? [recalled.id] : [];
}

async function hasAcknowledgedStock(ports: OutgoingPorts, tx: Tx, order: LockedOrder): Promise<boolean> {
  const { last } = await ports.orderLocks.acknowledgedStock(tx, order.merchantId, order.id);
  if (last === null) return true;
  const needs = last.parts.map((part) => ({ ...part, warehouseId: last.warehouseId }));
  return isThere(ports, tx, order, needs);
}

async function isThere(
  ports: OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  needs: readonly (StockKey & { readonly quantity: number })[],
): Promise<boolean> {
  const levels = await ports.inventory.lockLevels(tx, order.merchantId, needs);
  return needs.every(({ warehouseId, productId, quantity }) => {
    const level = levels.find((l) => l.warehouseId === warehouseId && l.productId === productId);
    return level !== undefined && level.onHand - level.allocated >= quantity;
  });
}
