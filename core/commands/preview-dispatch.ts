import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { cashToCollect } from '../dispatch/cash-on-delivery.ts';
import { isStale, profileOf } from '../dispatch/look-again.ts';
import { type UnpairedCarriers, unpairedCarriers } from '../dispatch/unpaired-carriers.ts';
import type { Decimal } from '../money.ts';
import { holdText } from '../order/hold-text.ts';
import { curedByDispatch } from '../order/holds.ts';
import { keyOfLine, keyText } from '../order/line-key.ts';
import { check } from '../order/needs.ts';
import { quantityToDispatch } from '../order/order-state.ts';
import type { HoldCode } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { DispatchChannel, DispatchTarget, LockedOrder, OutgoingPorts, Recipe } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';

export interface PreviewDispatchInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
}

export interface PreviewLine {
  readonly lineId: string;
  readonly name: string;
  readonly sku: string | null;
  readonly ordered: number;
  readonly toDispatch: number;
  /** The recipe as it is now; empty: bind it in the dialog. */
  readonly components: readonly { readonly productId: string; readonly sku: string; readonly quantity: number }[];
  /** Nothing to bind by: neither SKU nor product id. */
  readonly cannotBeBound: boolean;
}

export interface PreviewWarehouse {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly allowsBackorder: boolean;
  /** By line: how many of it this warehouse could send, by itself; null while the line is not bound. */
  readonly stock: readonly { readonly lineId: string; readonly available: number | null }[];
  /** True when every bound line can be sent in full (lines that share a product counted together). */
  readonly isEnough: boolean;
  readonly channels: readonly PreviewChannel[];
}

export interface PreviewChannel extends DispatchChannel {
  /** Its carrier is none of the platform's yet: the tracking number may wait for the pairing. */
  readonly isUnpaired: boolean;
}

export interface DispatchPreview {
  readonly orderId: string;
  readonly number: string;
  readonly version: number;
  readonly storeName: string;
  readonly lines: readonly PreviewLine[];
  readonly warehouses: readonly PreviewWarehouse[];
  /** Where the order went before, or null. */
  readonly warehouseId: string | null;
  readonly shippingChannelId: string | null;
  /** Null when the order is paid. */
  readonly cashOnDelivery: { readonly amount: Decimal | null; readonly currency: string } | null;
  /** Holds that this dispatch makes good, and those that it does not. */
  readonly holds: readonly {
    readonly code: HoldCode;
    readonly why: string;
    readonly next: string;
    readonly isCured: boolean;
  }[];
  /** Why it cannot be dispatched as it is, whatever is chosen; null when it can. */
  readonly blockedBy: Refusal | null;
  /** Among the channels that are open to this order; null when none is, or the platform takes any name. */
  readonly unpairedCarriers: UnpairedCarriers | null;
  /** Sentences worth knowing before: the platform will be asked again, prints no labels … */
  readonly warnings: readonly string[];
}

const schema = z.object({ orderId: idField('There is no such order.') });

/** What the dispatch dialog shows. Changes nothing. Refusals: `not_permitted`, `not_found`. */
export async function previewDispatch(
  ports: BasePorts & OutgoingPorts,
  input: PreviewDispatchInput,
): Promise<Result<DispatchPreview>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  return ports.database.transaction(async (tx): Promise<Result<DispatchPreview>> => {
    const [order] = await ports.orderLocks.read(tx, merchantId, [parsed.value.orderId]);
    if (order === undefined) return refuse('not_found', 'There is no such order.', 'orderId');
    const keys = order.lines.flatMap((line) => {
      const key = keyOfLine(line, order.matchBy);
      return key === null ? [] : [{ storeId: order.storeId, keyKind: key.kind, key: key.key }];
    });
    const recipes = await ports.outbound.recipes(tx, merchantId, keys);
    const lines = linesOf(order, recipes);
    const productIds = lines.flatMap((line) => line.components.map((part) => part.productId));
    const levels = await ports.inventory.levels(tx, merchantId, productIds);
    const available = (warehouseId: string, productId: string): number => {
      const level = levels.find((l) => l.warehouseId === warehouseId && l.productId === productId);
      return level === undefined ? 0 : level.onHand - level.allocated;
    };
    const service = order.kind === 'b2b' ? 'b2b' : 'dropship';
    const targets = (await ports.outbound.targets(tx, merchantId)).filter((target) =>
      target.warehouse.services.includes(service),
    );
    const cash = cashToCollect(order);
    const channels = targets.flatMap((target) => target.channels).filter((one) => cash === null || one.cashOnDelivery);
    const carrierIds = [...new Set(channels.map((one) => one.carrierId))];
    const of = { storeIds: [order.storeId] };
    const [unpaired = null] = await unpairedCarriers(ports, tx, merchantId, of, carrierIds);
    return ok({
      orderId: order.id,
      number: order.number,
      version: order.version,
      storeName: order.storeName,
      lines,
      warehouses: targets.map((target) => warehouseOf(target, lines, available, unpaired?.carrierIds ?? [])),
      warehouseId: order.warehouseId,
      shippingChannelId: order.shippingChannelId,
      cashOnDelivery: cash === null ? null : { ...cash, currency: order.currency },
      holds: order.openHolds.map((hold) => ({
        code: hold.code,
        ...holdText(hold),
        isCured: curedByDispatch(hold.code),
      })),
      blockedBy: blockedBy(order, lines, ports.clock.now()),
      unpairedCarriers: unpaired,
      warnings: warningsOf(ports, order, targets.length),
    });
  });
}

function linesOf(order: LockedOrder, recipes: readonly Recipe[]): PreviewLine[] {
  const byKey = new Map(recipes.map((recipe) => [keyText({ kind: recipe.keyKind, key: recipe.key }), recipe]));
  return order.lines
    .filter((line) => !line.isRemoved)
    .map((line): PreviewLine => {
      const key = keyOfLine(line, order.matchBy);
      return {
        lineId: line.id,
        name: line.name,
        sku: line.sku,
        ordered: line.quantity - line.quantityCancelled,
        toDispatch: quantityToDispatch(order, line),
        components: (key === null ? undefined : byKey.get(keyText(key)))?.components ?? [],
        cannotBeBound: key === null,
      };
    });
}

function warehouseOf(
  { warehouse, channels }: { warehouse: DispatchTarget['warehouse']; channels: DispatchChannel[] },
  lines: readonly PreviewLine[],
  available: (warehouseId: string, productId: string) => number,
  unpaired: readonly string[],
): PreviewWarehouse {
  const needs = new Map<string, number>();
  for (const line of lines) {
    for (const part of line.components) {
      needs.set(part.productId, (needs.get(part.productId) ?? 0) + part.quantity * line.toDispatch);
    }
  }
  const stock = lines.map((line) => ({
    lineId: line.lineId,
    available:
      line.components.length === 0
        ? null
        : Math.max(
            0,
            Math.min(
              ...line.components.map((part) => Math.floor(available(warehouse.id, part.productId) / part.quantity)),
            ),
          ),
  }));
  return {
    id: warehouse.id,
    code: warehouse.code,
    name: warehouse.name,
    allowsBackorder: warehouse.allowsBackorder,
    stock,
    isEnough: [...needs].every(([productId, quantity]) => available(warehouse.id, productId) >= quantity),
    channels: channels.map((channel) => ({ ...channel, isUnpaired: unpaired.includes(channel.carrierId) })),
  };
}

function blockedBy(order: LockedOrder, lines: readonly PreviewLine[], now: Date): Refusal | null {
  const checked = check(order, 'dispatch', { personId: null, now });
  if (!checked.ok) return checked.error;
  const dead = lines.find((line) => line.cannotBeBound && line.toDispatch > 0);
  if (dead !== undefined) {
    return { code: 'no_key', message: `${dead.name} has neither SKU nor product id. Repair it on the platform.` };
  }
  if (lines.every((line) => line.toDispatch === 0)) {
    return { code: 'no_shippable_items', message: 'No shippable items: nothing of this order is left to dispatch.' };
  }
  return null;
}

function warningsOf(ports: BasePorts, order: LockedOrder, warehouseCount: number): string[] {
  const profile = profileOf(ports.connectors, order.platform);
  const warnings: string[] = [];
  if (warehouseCount === 0) {
    const service = order.kind === 'b2b' ? 'B2B' : 'dropshipping';
    warnings.push(`No warehouse has a ${service} service for this merchant. Add one in Settings.`);
  }
  if (isStale(order, profile, ports.clock.now())) {
    warnings.push(`${order.storeName} will be asked once more, because the last sync is not fresh enough.`);
  }
  if (profile === null || profile.fulfilment === 'read_only' || !profile.capabilities.ship) {
    warnings.push('This platform takes no tracking numbers: the order is complete as soon as it is shipped.');
  }
  if (profile !== null && profile.fulfilment !== 'platform_label') warnings.push('This platform prints no labels.');
  return warnings;
}
