import { newId } from '../ids.ts';
import { decide } from '../order/decide.ts';
import { keyOfLine, keyText } from '../order/line-key.ts';
import { linesToDispatch } from '../order/order-state.ts';
import { type Deed, record } from '../order/record.ts';
import type { Actor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type {
  DispatchTarget,
  LockedOrder,
  NewOutboundOrder,
  OutgoingPorts,
  Recipe,
  StockMovement,
  StockShortage,
} from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { cashToCollect } from './cash-on-delivery.ts';

export interface Dispatched {
  readonly outboundOrderId: string;
  readonly outboundNumber: number;
  readonly version: number;
}

export interface DispatchPlan {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly target: DispatchTarget;
  readonly now: Date;
  readonly trackingNumber: string | null;
  readonly labelFileId: string | null;
  /** An admin's decision to dispatch more than is there, with the reason. */
  readonly override: { readonly note: string } | null;
}

/** An order that may leave, as far as it alone says; stock is judged afterwards, over all. */
interface Candidate {
  readonly order: LockedOrder;
  readonly outbound: NewOutboundOrder;
  /** Warehouse units by product. */
  readonly needs: ReadonlyMap<string, { readonly sku: string; readonly quantity: number }>;
  readonly deed: Deed;
}

export interface DispatchOutcome {
  /** By order id. */
  readonly results: ReadonlyMap<string, Result<Dispatched>>;
  /** What the refused ones lacked; the caller keeps them as holds. */
  readonly shortages: readonly StockShortage[];
}

/**
 * Dispatches locked orders to one warehouse and channel: rules and stock are judged in memory, in the order given, and
 * all is saved in a handful of statements. One refusal never blocks another order. `target` has been checked by
 * `checkTarget`.
 */
export async function dispatchLocked(
  ports: BasePorts & OutgoingPorts,
  tx: Tx,
  plan: DispatchPlan,
  orders: readonly LockedOrder[],
): Promise<DispatchOutcome> {
  const results = new Map<string, Result<Dispatched>>();
  const recipes = await recipesOf(ports, tx, plan.merchantId, orders);
  const candidates: Candidate[] = [];
  for (const order of orders) {
    const candidate = candidateOf(order, plan, recipes);
    if (candidate.ok) candidates.push(candidate.value);
    else results.set(order.id, candidate);
  }
  const { allowed, shortages } = await allocate(ports, tx, plan, candidates, results);
  const numbers = await ports.outbound.create(
    tx,
    plan.merchantId,
    allowed.map((candidate) => candidate.outbound),
    plan.actor,
    plan.now,
  );
  const deeds = allowed.map(({ deed, outbound }): Deed => {
    const number = numbers.get(outbound.id) ?? 0;
    return { ...deed, after: { outboundOrderId: outbound.id, outboundNumber: number, ...deed.after } };
  });
  await record(ports, tx, plan.merchantId, plan.actor, deeds, plan.now);
  for (const { order, outbound } of allowed) {
    const outboundNumber = numbers.get(outbound.id);
    if (outboundNumber === undefined) throw new Error('An outbound order was created without a number.');
    results.set(order.id, ok({ outboundOrderId: outbound.id, outboundNumber, version: order.version + 1 }));
  }
  return { results, shortages };
}

/** The recipe of each line, by line id; lines without one are left out. */
async function recipesOf(
  ports: OutgoingPorts,
  tx: Tx,
  merchantId: string,
  orders: readonly LockedOrder[],
): Promise<Map<string, Recipe>> {
  const keyed = orders.flatMap((order) =>
    order.lines.flatMap((line) => {
      const key = keyOfLine(line, order.matchBy);
      return key === null ? [] : [{ lineId: line.id, storeId: order.storeId, keyKind: key.kind, key: key.key }];
    }),
  );
  const recipes = await ports.outbound.recipes(tx, merchantId, keyed);
  const textOf = (k: Pick<Recipe, 'storeId' | 'keyKind' | 'key'>): string =>
    `${k.storeId}/${keyText({ kind: k.keyKind, key: k.key })}`;
  const byKey = new Map(recipes.map((recipe) => [textOf(recipe), recipe]));
  return new Map(
    keyed.flatMap((line): [string, Recipe][] => {
      const recipe = byKey.get(textOf(line));
      return recipe === undefined ? [] : [[line.lineId, recipe]];
    }),
  );
}

function candidateOf(order: LockedOrder, plan: DispatchPlan, recipes: ReadonlyMap<string, Recipe>): Result<Candidate> {
  const outboundOrderId = newId();
  const unmappedLineIds = linesToDispatch(order)
    .map((line) => line.orderLineId)
    .filter((id) => !recipes.has(id));
  const decided = decide(order, { type: 'dispatch', outboundOrderId, unmappedLineIds }, plan.now);
  if (!decided.ok) return decided;
  const cash = cashToCollect(order);
  const codAmount = cash?.amount ?? null;
  if (cash !== null) {
    if (!plan.target.channel.cashOnDelivery) {
      return refuse(
        'channel_collects_no_cash',
        `Cash on delivery: ${plan.target.channel.name} does not collect money. Choose a channel that does.`,
        'shippingChannelId',
      );
    }
    if (codAmount === null) {
      return refuse('cod_amount_missing', 'Cash on delivery, but the platform gives no amount. Fetch the order again.');
    }
  }
  const created = decided.value.find((event) => event.type === 'outbound_created');
  if (created === undefined) throw new Error('A dispatch was decided without an outbound order.');
  const needs = new Map<string, { sku: string; quantity: number }>();
  const lines = created.lines.map(({ orderLineId, quantity }) => {
    const recipe = recipes.get(orderLineId);
    if (recipe === undefined) throw new Error('A line was dispatched without a recipe.');
    for (const part of recipe.components) {
      const before = needs.get(part.productId)?.quantity ?? 0;
      needs.set(part.productId, { sku: part.sku, quantity: before + part.quantity * quantity });
    }
    const components = recipe.components.map((part) => ({ productId: part.productId, perUnit: part.quantity }));
    return { id: newId(), orderLineId, quantity, mappingId: recipe.mappingId, components };
  });
  const { warehouse, channel } = plan.target;
  const outbound: NewOutboundOrder = {
    id: outboundOrderId,
    orderId: order.id,
    storeId: order.storeId,
    warehouseId: warehouse.id,
    shippingChannelId: channel.id,
    codAmount,
    currency: order.currency,
    trackingNumber: plan.trackingNumber,
    labelFileId: plan.labelFileId,
    lines,
  };
  const movements = [...needs].map(
    ([productId, { quantity }]): StockMovement => ({
      warehouseId: warehouse.id,
      productId,
      kind: 'allocate',
      onHandDelta: 0,
      allocatedDelta: quantity,
      outboundOrderId,
    }),
  );
  const target = { warehouseId: warehouse.id, shippingChannelId: channel.id };
  const note = plan.override?.note ?? null;
  return ok({ order, outbound, needs, deed: { order, events: decided.value, target, movements, note } });
}

/** Those whose stock is there, or may be short; the others are refused. Locks the stock they need. */
async function allocate(
  ports: OutgoingPorts,
  tx: Tx,
  plan: DispatchPlan,
  candidates: readonly Candidate[],
  results: Map<string, Result<Dispatched>>,
): Promise<{ allowed: Candidate[]; shortages: StockShortage[] }> {
  const { warehouse } = plan.target;
  const claimed = await claimedByAcknowledgment(ports, tx, plan.merchantId, candidates);
  const levels = await ports.inventory.lockLevels(tx, plan.merchantId, [
    ...candidates.flatMap((c) => [...c.needs.keys()].map((productId) => ({ warehouseId: warehouse.id, productId }))),
    ...claimed,
  ]);
  const available = new Map(
    levels
      .filter((level) => level.warehouseId === warehouse.id)
      .map((level) => [level.productId, level.onHand - level.allocated]),
  );
  // A purchase order never competes with the claim of its own acknowledgment.
  for (const claim of claimed) {
    if (claim.warehouseId !== warehouse.id) continue;
    available.set(claim.productId, (available.get(claim.productId) ?? 0) + claim.quantity);
  }
  const mayBeShort = warehouse.allowsBackorder || plan.override !== null;
  const allowed: Candidate[] = [];
  const shortages: StockShortage[] = [];
  for (const candidate of candidates) {
    const short = mayBeShort ? [] : shortagesOf(candidate, plan, available);
    if (short.length > 0) {
      shortages.push(...short);
      results.set(candidate.order.id, shortRefusal(short, warehouse.name));
      continue;
    }
    for (const [productId, { quantity }] of candidate.needs) {
      available.set(productId, (available.get(productId) ?? 0) - quantity);
    }
    allowed.push(candidate);
  }
  return { allowed, shortages };
}

async function claimedByAcknowledgment(
  ports: OutgoingPorts,
  tx: Tx,
  merchantId: string,
  candidates: readonly Candidate[],
): Promise<{ warehouseId: string; productId: string; quantity: number }[]> {
  const claims: { warehouseId: string; productId: string; quantity: number }[] = [];
  // Purchase orders are dispatched one at a time: this is at most one query.
  for (const { order } of candidates) {
    if (order.kind !== 'b2b') continue;
    const { now } = await ports.orderLocks.acknowledgedStock(tx, merchantId, order.id);
    for (const part of now?.parts ?? []) claims.push({ warehouseId: now?.warehouseId ?? '', ...part });
  }
  return claims;
}

function shortagesOf(
  { order, needs }: Candidate,
  plan: DispatchPlan,
  available: ReadonlyMap<string, number>,
): StockShortage[] {
  const { warehouse } = plan.target;
  return [...needs].flatMap(([productId, { sku, quantity }]) => {
    const there = available.get(productId) ?? 0;
    if (there >= quantity) return [];
    const { id: orderId, storeId } = order;
    const place = { warehouseId: warehouse.id, warehouseCode: warehouse.code };
    return [{ orderId, storeId, ...place, productId, sku, available: there, needed: quantity }];
  });
}

function shortRefusal(short: readonly StockShortage[], warehouse: string): Result<never> {
  const words = short.map((s) => `${s.sku}: ${Math.max(0, s.available)} of ${s.needed}`).join(', ');
  return refuse(
    'stock_short',
    `Not enough stock in ${warehouse} (${words}). Choose another warehouse, wait for stock, or ask an admin to override.`,
    'warehouseId',
  );
}
