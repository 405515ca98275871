import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { decide } from '../order/decide.ts';
import { orderIdField, versionField } from '../order/fields.ts';
import { keyOfLine, keyText } from '../order/line-key.ts';
import { onOrder } from '../order/on-order.ts';
import { type OrderLineState, wantedQuantity } from '../order/order-state.ts';
import { record } from '../order/record.ts';
import type { OrderStatus } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OutgoingPorts, Recipe, StockMovement } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { typedText } from '../typed-text.ts';

export interface AcknowledgePurchaseOrderInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  readonly expectedVersion: number;
  readonly decision: 'accept_all' | 'partial' | 'reject_all';
  readonly warehouseId: string;
  /** Every line for `partial` and `reject_all`; may be empty for `accept_all`. A reason wherever less is accepted. */
  readonly lines: readonly { readonly lineId: string; readonly accepted: number; readonly reason?: string }[];
}

export interface AcknowledgedOrder {
  readonly version: number;
  readonly status: OrderStatus;
}

const schema = z.object({
  orderId: orderIdField,
  expectedVersion: versionField,
  decision: z.enum(['accept_all', 'partial', 'reject_all'], 'Choose Accept All, Partial Accept or Reject All.'),
  warehouseId: idField('Choose a warehouse.'),
  lines: z.array(
    z.object({
      lineId: idField('There is no such line.'),
      accepted: z.int('A quantity is a whole number.').min(0, 'A quantity is not negative.'),
      reason: typedText().max(500, 'Use at most 500 characters.').optional(),
    }),
  ),
});

type Answer = z.infer<typeof schema>['lines'][number];

/**
 * Answers a retailer's purchase order by line. What is accepted is allocated in the warehouse at once, so that it is
 * still there at dispatch; lines without a mapping count as unavailable. No platform of this desk takes the answer by
 * itself yet, so the order moves at once. Refusals: `not_permitted`, `not_found`, `stale_version`, `not_for_kind`,
 * `not_in_status`, `no_service`, `reason_missing`, `line_missing`, `quantity_too_high`, `stock_short`.
 */
export async function acknowledgePurchaseOrder(
  ports: BasePorts & OutgoingPorts,
  input: AcknowledgePurchaseOrderInput,
): Promise<Result<AcknowledgedOrder>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId, expectedVersion, decision, warehouseId } = parsed.value;
  return onOrder<AcknowledgedOrder>(ports, { merchantId, orderId, expectedVersion }, async (tx, order, now) => {
    const answers = answersOf(order, decision, parsed.value.lines);
    if (!answers.ok) return answers;
    const reasons = Object.fromEntries(
      answers.value.flatMap((answer) => (answer.reason ? [[answer.lineId, answer.reason]] : [])),
    );
    if (decision === 'reject_all') {
      const decided = decide(order, { type: 'reject' }, now);
      if (!decided.ok) return decided;
      await record(ports, tx, merchantId, actor, [{ order, events: decided.value, after: { reasons } }], now);
      return ok({ version: order.version + 1, status: 'cancelled' });
    }
    const accepted = answers.value.map((answer) => ({ orderLineId: answer.lineId, quantity: answer.accepted }));
    const decided = decide(order, { type: 'acknowledge', accepted }, now);
    if (!decided.ok) return decided;
    const parts = await partsOf(ports, tx, order, warehouseId, answers.value);
    if (!parts.ok) return parts;
    const movements = parts.value.map(
      ({ productId, quantity }): StockMovement => ({
        warehouseId,
        productId,
        kind: 'allocate',
        onHandDelta: 0,
        allocatedDelta: quantity,
        outboundOrderId: null,
        note: `Purchase order ${order.number}`,
      }),
    );
    const after = { stock: { warehouseId, parts: parts.value }, reasons };
    const target = { warehouseId, shippingChannelId: null };
    await record(ports, tx, merchantId, actor, [{ order, events: decided.value, target, movements, after }], now);
    return ok({ version: order.version + 1, status: 'acknowledged' });
  });
}

/** One answer for every line that can ship, in the order's sequence. */
function answersOf(
  order: LockedOrder,
  decision: 'accept_all' | 'partial' | 'reject_all',
  given: readonly Answer[],
): Result<Answer[]> {
  const answers: Answer[] = [];
  for (const line of order.lines) {
    const wanted = wantedQuantity({ kind: 'b2c' }, line);
    if (wanted === 0) continue;
    const answer = given.find((candidate) => candidate.lineId === line.id);
    const accepted = decision === 'accept_all' ? wanted : decision === 'reject_all' ? 0 : answer?.accepted;
    if (accepted === undefined) return refuse('line_missing', `${line.name}: say how many you accept.`, 'lines');
    if (accepted < wanted && (answer?.reason ?? '') === '') {
      return refuse('reason_missing', `${line.name}: give the reason for what you do not accept.`, 'lines');
    }
    answers.push({ lineId: line.id, accepted, reason: answer?.reason });
  }
  if (given.some((answer) => !order.lines.some((line) => line.id === answer.lineId))) {
    return refuse('not_found', 'This line does not belong to the order.', 'lines');
  }
  return ok(answers);
}

/** What the accepted lines take of the warehouse's stock, by product; refused where it is not there. */
async function partsOf(
  ports: OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  warehouseId: string,
  answers: readonly Answer[],
): Promise<Result<{ productId: string; quantity: number }[]>> {
  const { merchantId } = order;
  const served = (await ports.outbound.targets(tx, merchantId)).find((target) => target.warehouse.id === warehouseId);
  if (served === undefined || !served.warehouse.services.includes('b2b')) {
    return refuse('no_service', 'This warehouse has no B2B service for this merchant. Choose another.', 'warehouseId');
  }
  const recipes = await recipesByLine(ports, tx, order);
  const productIds = [...recipes.values()].flatMap((recipe) => recipe.components.map((part) => part.productId));
  const places = productIds.map((productId) => ({ warehouseId, productId }));
  const levels = await ports.inventory.lockLevels(tx, merchantId, places);
  const free = new Map(levels.map((level) => [level.productId, level.onHand - level.allocated]));
  const taken = new Map<string, number>();
  for (const { lineId, accepted } of answers) {
    if (accepted === 0) continue;
    const line = order.lines.find((candidate) => candidate.id === lineId);
    const recipe = recipes.get(lineId);
    if (recipe === undefined) return short(line, 0, served.warehouse.name, true);
    const most = Math.max(
      0,
      Math.min(...recipe.components.map((part) => Math.floor((free.get(part.productId) ?? 0) / part.quantity))),
    );
    if (most < accepted && !served.warehouse.allowsBackorder) return short(line, most, served.warehouse.name, false);
    for (const part of recipe.components) {
      const quantity = part.quantity * accepted;
      free.set(part.productId, (free.get(part.productId) ?? 0) - quantity);
      taken.set(part.productId, (taken.get(part.productId) ?? 0) + quantity);
    }
  }
  return ok([...taken].map(([productId, quantity]) => ({ productId, quantity })));
}

async function recipesByLine(ports: OutgoingPorts, tx: Tx, order: LockedOrder): Promise<Map<string, Recipe>> {
  const keyed = order.lines.flatMap((line) => {
    const key = keyOfLine(line, order.matchBy);
    return key === null ? [] : [{ lineId: line.id, storeId: order.storeId, keyKind: key.kind, key: key.key }];
  });
  const recipes = await ports.outbound.recipes(tx, order.merchantId, keyed);
  const byKey = new Map(recipes.map((recipe) => [keyText({ kind: recipe.keyKind, key: recipe.key }), recipe]));
  return new Map(
    keyed.flatMap((line): [string, Recipe][] => {
      const recipe = byKey.get(keyText({ kind: line.keyKind, key: line.key }));
      return recipe === undefined ? [] : [[line.lineId, recipe]];
    }),
  );
}

function short(line: OrderLineState | undefined, most: number, warehouse: string, isUnmapped: boolean): Result<never> {
  const name = line?.sku ?? line?.name ?? 'This line';
  return refuse(
    'stock_short',
    isUnmapped
      ? `${name} is not mapped to a warehouse SKU and counts as unavailable. Bind it, or accept 0 of it.`
      : `${name}: ${warehouse} can send ${most}. Accept at most that, or choose another warehouse.`,
    'lines',
  );
}
