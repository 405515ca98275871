import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { idField } from '../catalog/fields.ts';
import { bindLines } from '../dispatch/bind-lines.ts';
import { bindingsField } from '../dispatch/bindings-field.ts';
import { checkTarget } from '../dispatch/check-target.ts';
import { type Dispatched, dispatchLocked } from '../dispatch/dispatch-locked.ts';
import { checkLabel, type Label, labelRetentionDays } from '../dispatch/label.ts';
import { lookAgain } from '../dispatch/look-again.ts';
import { newId } from '../ids.ts';
import { alreadyDispatched, staleRefusal } from '../order/stale.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { may, requirePermission, rolesFor } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { DispatchTarget, LockedOrder, OutgoingPorts, StockShortage } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { parseTrackingNumber } from '../shipment/tracking-number.ts';
import { typedText } from '../typed-text.ts';

export interface DispatchOrderInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  /** The version of the order that the person saw. */
  readonly expectedVersion: number;
  readonly warehouseId: string;
  readonly shippingChannelId: string;
  /** SKUs bound in the dialog: they become mappings for every order of the store, in the same transaction. */
  readonly bindings?:
    | readonly {
        readonly lineId: string;
        readonly components: readonly { readonly productId: string; readonly quantity: number }[];
      }[]
    | undefined;
  /** Self-pickup channels only: the PDF that goes on the parcel, at most 10 MB. */
  readonly label?: Label | undefined;
  /** Self-pickup channels only. */
  readonly trackingNumber?: string | undefined;
  /** Admins only: dispatch more than is in stock, and why. */
  readonly override?: { readonly note: string } | undefined;
}

export interface DispatchedOrder extends Dispatched {
  /** Said to the person: the platform could not be asked whether the order is still good. Null when it was, or need not be. */
  readonly notAsked: string | null;
}

const dayMs = 24 * 60 * 60 * 1_000;

const schema = z.object({
  orderId: idField('There is no such order.'),
  expectedVersion: z.int('Reload the page and try again.'),
  warehouseId: idField('Choose a warehouse.'),
  shippingChannelId: idField('Choose a shipping channel.'),
  bindings: bindingsField.default([]),
  trackingNumber: z.string().optional(),
  override: z.object({ note: typedText().min(1, 'Say why stock may be exceeded.').max(500) }).optional(),
});

type Input = z.infer<typeof schema>;

/**
 * Sends one order to a warehouse: binds what the dialog bound, asks the platform once more when its data is old, then
 * decides, allocates stock and makes the outbound order in one transaction. Two people at the same instant get one
 * outbound order and one "already dispatched by …". Refusals: `not_permitted`, `not_found`, `stale_version`,
 * `already_dispatched`, `not_in_status`, `held`, `sku_unmapped`, `stock_short` (kept as a hold), `no_service`,
 * `channel_collects_no_cash`, `label_…`, `tracking_missing`, `gone_at_platform` and what `checkTarget` refuses.
 */
export async function dispatchOrder(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  input: DispatchOrderInput,
): Promise<Result<DispatchedOrder>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  if (parsed.value.override !== undefined && !may(actor, 'administer', merchantId)) {
    return refuse(
      'not_permitted',
      `Dispatching more than is in stock needs the role ${rolesFor('administer')}.`,
      'override',
    );
  }
  const label = input.label === undefined ? ok(null) : checkLabel(input.label);
  if (!label.ok) return label;
  const looked = await look(ports, input);
  if (!looked.ok) return looked;
  let shortages: readonly StockShortage[] = [];
  const dispatched = await allOrNothing(ports.database, async (tx) => {
    shortages = [];
    const outcome = await dispatchInside(ports, tx, input, parsed.value, label.value, looked.value.storeId);
    if (!outcome.ok) return outcome;
    shortages = outcome.value.shortages;
    return outcome.value.result;
  });
  if (dispatched.ok) return ok({ ...dispatched.value, notAsked: looked.value.notAsked });
  if (shortages.length > 0) await keepShortages(ports, actor, merchantId, shortages);
  return dispatched;
}

/** A refusal changes nothing, but that the order now says what stock it waits for. */
async function keepShortages(
  ports: BasePorts & OutgoingPorts,
  actor: Actor,
  merchantId: string,
  shortages: readonly StockShortage[],
): Promise<void> {
  await ports.database.transaction(async (tx) => {
    const [order] = await ports.orderLocks.lock(tx, merchantId, [...new Set(shortages.map((short) => short.orderId))]);
    if (order === undefined || !(order.status === 'pending' || order.status === 'acknowledged')) return;
    await ports.dispatchHolds.openShortages(tx, merchantId, shortages, actor.name, ports.clock.now());
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
  });
}

/** `notAsked`: the sentence about what could not be asked; null when all is well. */
async function look(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  input: DispatchOrderInput,
): Promise<Result<{ storeId: string; notAsked: string | null }>> {
  const { merchantId, orderId } = input;
  const [order] = await ports.database.transaction((tx) => ports.orderLocks.read(tx, merchantId, [orderId]));
  if (order === undefined) return notFound;
  // What the transaction below refuses anyway costs the platform no call.
  const { storeId } = order;
  if (order.version !== input.expectedVersion) return ok({ storeId, notAsked: null });
  const { notAsked, missing } = await lookAgain(ports, merchantId, [order]);
  const gone = missing.get(orderId);
  if (gone !== undefined) {
    return refuse(
      'gone_at_platform',
      `${order.storeName} no longer shows this order (${gone}). Check it on the platform.`,
    );
  }
  const reason = notAsked.get(orderId);
  const words = `Dispatched without asking ${order.storeName} again: ${reason}.`;
  return ok({ storeId, notAsked: reason === undefined ? null : words });
}

async function dispatchInside(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  tx: Tx,
  { actor, merchantId }: DispatchOrderInput,
  input: Input,
  label: Label | null,
  storeId: string,
): Promise<Result<{ result: Result<Dispatched>; shortages: readonly StockShortage[] }>> {
  const now = ports.clock.now();
  // Rules of a store change under its row's lock, taken before any order's.
  if (input.bindings.length > 0) await ports.intake.stores.lock(tx, merchantId, storeId);
  const [locked] = await ports.orderLocks.lock(tx, merchantId, [input.orderId]);
  if (locked === undefined) return notFound;
  const stale = await staleRefusal(ports, tx, locked, input.expectedVersion);
  const moved = alreadyDispatched(locked) ?? stale;
  if (moved !== null) return { ok: false, error: moved };
  const { warehouseId, shippingChannelId } = input;
  const target = checkTarget(await ports.outbound.target(tx, merchantId, warehouseId, shippingChannelId), locked.kind);
  if (!target.ok) return target;
  const pickup = pickupNeeds(target.value, label, input.trackingNumber);
  if (!pickup.ok) return pickup;
  const bound = await bindLines(ports, tx, actor, locked, input.bindings);
  if (!bound.ok) return bound;
  const order = input.bindings.length === 0 ? locked : await readAgain(ports, tx, locked);
  const labelFileId = label === null ? null : newId();
  if (label !== null && labelFileId !== null) {
    const purgeAt = new Date(now.getTime() + labelRetentionDays * dayMs);
    await ports.outbound.saveLabel(tx, merchantId, { id: labelFileId, name: label.name, body: label.body, purgeAt });
  }
  const override = input.override ?? null;
  const plan = { actor, merchantId, target: target.value, now, trackingNumber: pickup.value, labelFileId, override };
  const { results, shortages } = await dispatchLocked(ports, tx, plan, [order]);
  const result = results.get(order.id);
  if (result === undefined) throw new Error('The dispatch of an order gave no result.');
  return ok({ result, shortages });
}

async function readAgain(ports: OutgoingPorts, tx: Tx, before: LockedOrder): Promise<LockedOrder> {
  const [order] = await ports.orderLocks.lock(tx, before.merchantId, [before.id]);
  if (order === undefined) throw new Error('A locked order has gone.');
  return order;
}

/** Self-pickup needs label and tracking number; other channels make their own. */
function pickupNeeds(
  { channel }: DispatchTarget,
  label: Label | null,
  trackingNumber: string | undefined,
): Result<string | null> {
  if (!channel.selfPickup) {
    return label === null
      ? ok(null)
      : refuse(
          'label_unexpected',
          `${channel.name} prints its own label. Remove the file, or choose a self-pickup channel.`,
          'label',
        );
  }
  if (label === null)
    return refuse('label_missing', `${channel.name} is a self-pickup channel: upload its PDF label.`, 'label');
  return parseTrackingNumber(trackingNumber ?? '');
}

const notFound = refuse('not_found', 'There is no such order.', 'orderId');
