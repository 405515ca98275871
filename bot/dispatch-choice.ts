import type { Actor } from '../core/people/actor.ts';
import { ok, type Result } from '../core/result.ts';
import type { BotDeps } from './deps.ts';

/** What the dispatch form shows for the final check. */
export interface DispatchChoice {
  readonly orderNumber: string;
  readonly storeName: string;
  readonly version: number;
  /** Name and address in lines, as printed on a label. */
  readonly recipient: readonly string[];
  readonly lines: readonly {
    readonly name: string;
    readonly sku: string | null;
    readonly quantity: number;
    readonly boundTo: string | null;
  }[];
  readonly channels: readonly {
    readonly warehouseId: string;
    readonly warehouseName: string;
    readonly channelId: string;
    readonly channelName: string;
    readonly carrierName: string;
    readonly serviceLevel: string;
    /** Why this one cannot be chosen here; null when it can. */
    readonly unavailable: string | null;
  }[];
  /** What stands in the way whatever is chosen, in words. */
  readonly blockers: readonly string[];
  readonly warnings: readonly string[];
}

/** The order, its lines and every channel that is open to it, in the words of the form. */
export async function dispatchChoice(
  { commands, queries }: Pick<BotDeps, 'commands' | 'queries'>,
  input: { readonly actor: Actor; readonly merchantId: string; readonly orderId: string },
): Promise<Result<DispatchChoice>> {
  const preview = await commands.previewDispatch(input);
  if (!preview.ok) return preview;
  const order = await queries.showOrder({ merchantIds: [input.merchantId], orderId: input.orderId });
  return ok({
    orderNumber: preview.value.number,
    storeName: preview.value.storeName,
    version: preview.value.version,
    recipient: recipientLines(order?.recipient ?? null),
    lines: preview.value.lines.map((line) => ({
      name: line.name,
      sku: line.sku,
      quantity: line.toDispatch,
      boundTo: line.components.map((part) => `${part.quantity} × ${part.sku}`).join(' + ') || null,
    })),
    channels: preview.value.warehouses.flatMap((warehouse) =>
      warehouse.channels.map((channel) => ({
        warehouseId: warehouse.id,
        warehouseName: warehouse.name,
        channelId: channel.id,
        channelName: channel.name,
        carrierName: channel.carrierName,
        serviceLevel: channel.serviceLevel,
        unavailable: unavailable(channel, preview.value.cashOnDelivery !== null),
      })),
    ),
    blockers: preview.value.blockedBy === null ? [] : [preview.value.blockedBy.message],
    warnings: preview.value.warnings,
  });
}

function unavailable(
  channel: { readonly selfPickup: boolean; readonly cashOnDelivery: boolean },
  collects: boolean,
): string | null {
  if (channel.selfPickup) return 'self-pickup needs a label: dispatch it in the dashboard';
  if (collects && !channel.cashOnDelivery) return 'does not collect cash on delivery';
  return null;
}

interface Address {
  readonly name: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly district: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly zip: string | null;
  readonly country: string | null;
}

function recipientLines(address: Address | null): string[] {
  if (address === null) return ['No recipient.'];
  const place = [address.zip, address.city, address.district, address.state, address.country].filter(Boolean).join(' ');
  return [address.name, address.address1, address.address2, place].filter(
    (line) => line !== null && line !== '',
  ) as string[];
}
