import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { idField } from '../catalog/fields.ts';
import { checkTarget } from '../dispatch/check-target.ts';
import { type Dispatched, dispatchLocked } from '../dispatch/dispatch-locked.ts';
import { lookAgain } from '../dispatch/look-again.ts';
import { newId } from '../ids.ts';
import { isOpen } from '../order/order-state.ts';
import { alreadyDispatched } from '../order/stale.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { DispatchTarget, LockedOrder, NewException, OutgoingPorts, TaskRun } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';

export interface DispatchBatchInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /** 1 to 1,000 orders. */
  readonly orderIds: readonly string[];
  readonly warehouseId: string;
  readonly shippingChannelId: string;
}

export interface BatchResult {
  readonly orderId: string;
  /** Platform order number; '' for an order that does not exist. */
  readonly number: string;
  readonly ok: boolean;
  /** For dispatched ones. */
  readonly outboundOrderId?: string | undefined;
  readonly outboundNumber?: number | undefined;
  /** For refused ones. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The platform could not be asked again about it; it was dispatched all the same. */
  readonly notAsked?: string | undefined;
}

export interface DispatchedBatch {
  readonly runId: string;
  /** In the order in which the orders were given. */
  readonly results: readonly BatchResult[];
  /** True: the very same batch of the same person ran moments ago and dispatched all; nothing was done again. */
  readonly repeated: boolean;
}

/** What one transaction locks and a person waits for; a list page's selection of all. */
export const batchLimit = 1_000;

/** A second submission of the same batch within this time is a double click or a resent form. */
const doubleSubmissionMs = 60_000;

const schema = z.object({
  orderIds: z
    .array(idField('There is no such order.'))
    .min(1, 'Choose at least one order.')
    .max(batchLimit, `A batch takes at most ${batchLimit} orders. Dispatch the rest in another one.`),
  warehouseId: idField('Choose a warehouse.'),
  shippingChannelId: idField('Choose a shipping channel.'),
});

/** Refusals that the order's own row should show until somebody mends them; holds show themselves. */
const worthAnException: ReadonlySet<string> = new Set([
  'channel_collects_no_cash',
  'cod_amount_missing',
  'no_shippable_items',
  'gone_at_platform',
]);

/**
 * Sends many b2c orders to one warehouse by one channel, each with a result of its own: one that is refused never
 * blocks another. Recorded as a run; submitted twice it runs once. Refusals of the whole: `not_permitted`,
 * `invalid_input`, `self_pickup_channel` and what `checkTarget` refuses.
 */
export async function dispatchBatch(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  input: DispatchBatchInput,
): Promise<Result<DispatchedBatch>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { warehouseId, shippingChannelId } = parsed.value;
  const orderIds = [...new Set(parsed.value.orderIds)];
  const startedAt = ports.clock.now();
  const { target, before } = await ports.database.transaction(async (tx) => ({
    target: checkBatchTarget(await ports.outbound.target(tx, merchantId, warehouseId, shippingChannelId)),
    before: await ports.orderLocks.read(tx, merchantId, orderIds),
  }));
  if (!target.ok) return target;
  const waiting = before.filter((order) => order.status === 'pending' && order.kind === 'b2c');
  const looked = await lookAgain(ports, merchantId, waiting);
  const versions = new Map(before.map((order) => [order.id, order.version]));
  return allOrNothing<DispatchedBatch>(ports.database, async (tx) => {
    const parameters = JSON.stringify({ by: actor.personId ?? actor.name, orderIds, warehouseId, shippingChannelId });
    const since = new Date(startedAt.getTime() - doubleSubmissionMs);
    const twin = await ports.taskRuns.findTwin(tx, merchantId, 'batch_dispatch', parameters, since);
    const orders = await ports.orderLocks.lock(tx, merchantId, orderIds);
    const done = twin === null ? new Map<string, Result<Dispatched>>() : doneBefore(twin.results, orders);
    if (twin !== null && done.size === orderIds.length) {
      return ok({ runId: twin.id, results: outcomeOf(orderIds, orders, done, new Map(), new Map()), repeated: true });
    }
    const refusals = new Map<string, Refusal>();
    const ready = orders.filter((order) => {
      if (done.has(order.id)) return false;
      const refusal = refusalOf(order, versions.get(order.id), looked.missing.get(order.id));
      if (refusal !== null) refusals.set(order.id, refusal);
      return refusal === null;
    });
    const now = ports.clock.now();
    const plan = {
      actor,
      merchantId,
      target: target.value,
      now,
      trackingNumber: null,
      labelFileId: null,
      override: null,
    };
    const { results, shortages } = await dispatchLocked(ports, tx, plan, ready);
    await ports.dispatchHolds.openShortages(tx, merchantId, shortages, actor.name, now);
    const outcome = outcomeOf(orderIds, orders, new Map([...done, ...results]), refusals, looked.notAsked);
    await keepExceptions(ports, tx, merchantId, orders, outcome, now);
    const runId = newId();
    const run: TaskRun = {
      id: runId,
      kind: 'batch_dispatch',
      storeId: null,
      orderIds,
      parameters,
      results: itemsOf(outcome),
    };
    await ports.taskRuns.record(tx, merchantId, run, actor, startedAt, now);
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ runId, results: outcome, repeated: false });
  });
}

function checkBatchTarget(target: DispatchTarget | null): Result<DispatchTarget> {
  const checked = checkTarget(target, 'b2c');
  if (!checked.ok || !checked.value.channel.selfPickup) return checked;
  return refuse(
    'self_pickup_channel',
    `Batch dispatch attempted with a self-pickup channel (${checked.value.channel.name}). Dispatch these orders one at a time, each with its label.`,
    'shippingChannelId',
  );
}

function refusalOf(order: LockedOrder, versionBefore: number | undefined, gone: string | undefined): Refusal | null {
  if (order.kind === 'b2b') {
    return {
      code: 'not_for_kind',
      message: 'Purchase orders are dispatched one at a time. Open the order to dispatch it.',
    };
  }
  const dispatched = alreadyDispatched(order);
  if (dispatched !== null) return dispatched;
  if (gone !== undefined) {
    return {
      code: 'gone_at_platform',
      message: `${order.storeName} no longer shows this order (${gone}). Check it on the platform.`,
    };
  }
  if (order.version !== versionBefore && order.status === 'pending') {
    return {
      code: 'changed_meanwhile',
      message: 'Changed at this moment, on the platform or by somebody else. Look at it, then dispatch it.',
    };
  }
  return null;
}

function outcomeOf(
  orderIds: readonly string[],
  orders: readonly LockedOrder[],
  results: ReadonlyMap<string, Result<Dispatched>>,
  refusals: ReadonlyMap<string, Refusal>,
  notAsked: ReadonlyMap<string, string>,
): BatchResult[] {
  const numbers = new Map(orders.map((order) => [order.id, order.number]));
  return orderIds.map((orderId): BatchResult => {
    const number = numbers.get(orderId);
    if (number === undefined) {
      return { orderId, number: '', ok: false, code: 'not_found', message: 'There is no such order.' };
    }
    const result = results.get(orderId);
    if (result?.ok) {
      const { outboundOrderId, outboundNumber } = result.value;
      return { orderId, number, ok: true, outboundOrderId, outboundNumber, notAsked: notAsked.get(orderId) };
    }
    const refusal = refusals.get(orderId) ?? result?.error;
    if (refusal === undefined) throw new Error('An order of a batch has no result.');
    return { orderId, number, ok: false, code: refusal.code, message: refusal.message };
  });
}

async function keepExceptions(
  ports: OutgoingPorts,
  tx: Tx,
  merchantId: string,
  orders: readonly LockedOrder[],
  outcome: readonly BatchResult[],
  now: Date,
): Promise<void> {
  const storeOf = new Map(orders.map((order) => [order.id, order.storeId]));
  const rows = outcome.flatMap(({ orderId, code, message }): NewException[] => {
    const storeId = storeOf.get(orderId);
    if (storeId === undefined || code === undefined || message === undefined || !worthAnException.has(code)) return [];
    return [{ orderId, storeId, code: 'dispatch_failed', subject: '', message }];
  });
  await ports.exceptions.open(tx, merchantId, rows, now);
}

/** One item for each reason, with its orders. */
function itemsOf(outcome: readonly BatchResult[]): TaskRun['results'] {
  const groups = Map.groupBy(outcome, (result) => (result.ok ? '' : `${result.code}\n${result.message}`));
  return [...groups.values()].map((group) => ({
    result: group[0]?.ok ? 'dispatched' : 'refused',
    code: group[0]?.code ?? null,
    reason: group[0]?.message ?? null,
    numbers: group.map((result) => result.number),
    orderIds: group.map((result) => result.orderId),
  }));
}

/** Of orders that the first submission dispatched: what it answered. What it refused is tried again. */
function doneBefore(items: TaskRun['results'], orders: readonly LockedOrder[]): Map<string, Result<Dispatched>> {
  const dispatched = new Set(items.flatMap((item) => (item.result === 'dispatched' ? item.orderIds : [])));
  const done = new Map<string, Result<Dispatched>>();
  for (const order of orders) {
    const outbound = order.outbound.findLast(isOpen);
    if (!dispatched.has(order.id) || outbound === undefined) continue;
    done.set(order.id, ok({ outboundOrderId: outbound.id, outboundNumber: outbound.number, version: order.version }));
  }
  return done;
}
