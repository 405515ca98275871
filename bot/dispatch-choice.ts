import type { DispatchPreview, PreviewWarehouse } from '../core/commands/preview-dispatch.ts';
import { firstChoice } from '../core/dispatch/first-choice.ts';
import { unpairedWords } from '../core/dispatch/unpaired-carriers.ts';
import type { Actor } from '../core/people/actor.ts';
import { may } from '../core/people/permissions.ts';
import type { ProductSuggestion } from '../core/queries/suggest-products.ts';
import { ok, type Result } from '../core/result.ts';
import type { BotDeps } from './deps.ts';
import { mendingOffers, type OrderOffer } from './messages/order-buttons.ts';

/** Lines that can be bound in the form; each takes two fields. */
export const bindableLines = 8;

/** A warehouse and one of its channels, as one choice. */
export interface DispatchOption {
  readonly warehouseId: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  readonly cashOnDelivery: boolean;
  /** Its carrier is none of the platform's yet. */
  readonly isUnpaired: boolean;
  /** Why this one cannot be chosen; null when it can. */
  readonly unavailable: string | null;
}

/** What the dispatch form shows for the final check. */
export interface DispatchChoice {
  readonly orderNumber: string;
  readonly storeName: string;
  readonly version: number;
  /** Name, address and phone in lines, as printed on a label. */
  readonly recipient: readonly string[];
  readonly lines: readonly {
    readonly id: string;
    readonly name: string;
    readonly sku: string | null;
    readonly quantity: number;
    readonly boundTo: string | null;
    /** It has to be bound first, and can be, in the form. */
    readonly canBeBound: boolean;
    /** The warehouse SKU of the same code, chosen beforehand; null where there is none. */
    readonly exact: ProductSuggestion | null;
  }[];
  readonly warehouses: readonly {
    readonly name: string;
    /** `all in stock`, or what is short. */
    readonly stock: string;
    readonly options: readonly DispatchOption[];
  }[];
  /** The choice that is offered first; null when none may be chosen for somebody. */
  readonly preselected: string | null;
  /** What is to be collected on delivery; null for a paid order. */
  readonly collects: { readonly amount: string | null; readonly currency: string } | null;
  /** What stands in the way whatever is chosen, in words. */
  readonly blockers: readonly string[];
  /** What mends that, offered in the form; with a reason where this person cannot. */
  readonly mends: readonly OrderOffer[];
  readonly warnings: readonly string[];
  /** Carriers that the platform may not know, and the page that pairs them; null when there are none. */
  readonly unpaired: { readonly words: string; readonly url: string } | null;
  /** Admins may dispatch more than is in stock, with a note. */
  readonly offersOverride: boolean;
}

/** The order, its lines and every channel that is open to it, in the words of the form. */
export async function dispatchChoice(
  { clock, commands, config, queries }: Pick<BotDeps, 'clock' | 'commands' | 'config' | 'queries'>,
  input: { readonly actor: Actor; readonly merchantId: string; readonly orderId: string },
): Promise<Result<DispatchChoice>> {
  // The command checks the role: only then is the recipient read.
  const preview = await commands.previewDispatch(input);
  if (!preview.ok) return preview;
  const order = await queries.showOrder({ merchantIds: [input.merchantId], orderId: input.orderId });
  const { value } = preview;
  const exact = await exactMatches(queries, input.merchantId, value.lines);
  return ok({
    orderNumber: value.number,
    storeName: value.storeName,
    version: value.version,
    recipient: recipientLines(order?.recipient ?? null),
    lines: value.lines.map((line) => ({
      id: line.lineId,
      name: line.name,
      sku: line.sku,
      quantity: line.toDispatch,
      boundTo: line.components.map((part) => `${part.quantity} × ${part.sku}`).join(' + ') || null,
      canBeBound: line.components.length === 0 && line.toDispatch > 0 && !line.cannotBeBound,
      exact: exact.get(line.lineId) ?? null,
    })),
    warehouses: value.warehouses.map((warehouse) => ({
      name: warehouse.name,
      stock: stockWords(warehouse, value),
      options: warehouse.channels.map((channel) => ({
        warehouseId: warehouse.id,
        channelId: channel.id,
        channelName: channel.name,
        carrierName: channel.carrierName,
        serviceLevel: channel.serviceLevel,
        selfPickup: channel.selfPickup,
        cashOnDelivery: channel.cashOnDelivery,
        isUnpaired: channel.isUnpaired,
        unavailable:
          value.cashOnDelivery !== null && !channel.cashOnDelivery ? 'does not collect cash on delivery' : null,
      })),
    })),
    preselected: preselected(value),
    collects: value.cashOnDelivery,
    blockers: value.blockedBy === null ? [] : [value.blockedBy.message],
    mends:
      order === null || value.blockedBy === null
        ? []
        : mendingOffers(order, { actor: input.actor, now: clock.now(), publicUrl: config.publicUrl }),
    warnings: value.warnings,
    unpaired:
      value.unpairedCarriers === null
        ? null
        : {
            words: unpairedWords(value.unpairedCarriers),
            url: `${config.publicUrl}/stores/${value.unpairedCarriers.storeId}/carriers`,
          },
    offersOverride:
      may(input.actor, 'administer', input.merchantId) &&
      value.warehouses.some((warehouse) => !warehouse.isEnough && !warehouse.allowsBackorder),
  });
}

/** By line that is not bound: a warehouse SKU of exactly its code. */
async function exactMatches(
  queries: BotDeps['queries'],
  merchantId: string,
  lines: DispatchPreview['lines'],
): Promise<ReadonlyMap<string, ProductSuggestion>> {
  const unbound = lines
    .filter((line) => line.components.length === 0 && line.toDispatch > 0 && line.sku !== null)
    .slice(0, bindableLines);
  const found = await Promise.all(
    unbound.map(async ({ lineId, sku }) => {
      const [best] = await queries.suggestProducts({ merchantId, platformSku: sku, limit: 1 });
      return best?.match === 'sku' ? [[lineId, best] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/**
 * Where the order went before, else what every dispatch dialog offers first. Never a channel that collects for an order
 * that is paid, nor one that needs a label of its own: those a person chooses.
 */
function preselected(preview: DispatchPreview): string | null {
  const collects = preview.cashOnDelivery !== null;
  const good = preview.warehouses
    .flatMap((warehouse) => warehouse.channels)
    .filter((channel) => !channel.selfPickup && channel.cashOnDelivery === collects);
  const wanted = [preview.shippingChannelId, firstChoice(preview)?.channelId];
  return wanted.find((id) => good.some((channel) => channel.id === id)) ?? null;
}

function stockWords(warehouse: PreviewWarehouse, preview: DispatchPreview): string {
  const short = preview.lines.flatMap((line) => {
    const available = warehouse.stock.find((stock) => stock.lineId === line.lineId)?.available ?? null;
    return available === null || available >= line.toDispatch
      ? []
      : [`${line.sku ?? line.name} ${Math.max(available, 0)} of ${line.toDispatch}`];
  });
  const backorder = warehouse.allowsBackorder ? ' (backorder allowed)' : '';
  if (short.length > 0) return `short: ${short.join(', ')}${backorder}`;
  if (!warehouse.isEnough) return `not enough for all lines together${backorder}`;
  return warehouse.stock.every((stock) => stock.available !== null) ? 'all in stock' : 'what is mapped is in stock';
}

interface Address {
  readonly name: string | null;
  readonly phone: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly district: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly zip: string | null;
  readonly country: string | null;
  readonly pickupPointCode: string | null;
}

function recipientLines(address: Address | null): string[] {
  if (address === null) return ['No recipient.'];
  const place = [address.zip, address.city, address.district, address.state, address.country].filter(Boolean).join(' ');
  const pickup = address.pickupPointCode === null ? null : `Pickup point ${address.pickupPointCode}`;
  return [address.name, address.address1, address.address2, place, pickup, address.phone].filter(
    (line) => line !== null && line !== '',
  ) as string[];
}
