import type { Desk } from '../core/desk.ts';
import type { Actor } from '../core/people/actor.ts';
import { may } from '../core/people/permissions.ts';
import { isSlackUserKnown, slackActor } from '../core/people/slack-actor.ts';
import type { Ports } from '../core/ports/ports.ts';
import { ok } from '../core/result.ts';
import type { BotDesk, DispatchChoice, SlackPeople } from './deps.ts';

type DeskPorts = Pick<Ports, 'database' | 'clock' | 'alerts' | 'slackPeople'>;

/** The desk's commands and queries in the words of the bot's messages. */
export function createBotDesk(desk: Desk, ports: DeskPorts): BotDesk {
  const { commands, queries } = desk;
  const merchantsOf = async (actor: Actor): Promise<string[]> => {
    const all = await ports.database.transaction((tx) => ports.alerts.merchantIds(tx));
    return all.filter((id) => may(actor, 'see_orders', id));
  };
  return {
    bindSku: (input) => commands.bindSku(input),
    classifyPayment: (input) => commands.classifyPayment(input),
    mapShippingMethod: (input) => commands.mapShippingMethod(input),
    shippingTypes: (merchantId) => queries.listShippingTypes({ merchantIds: [merchantId] }),
    assignAlert: (input) => commands.assignAlert(input),
    snoozeAlert: (input) => commands.snoozeAlert(input),
    previewBindSku: (input) => commands.previewBindSku(input),
    suggestProducts: (input) => queries.suggestProducts(input),
    dispatchOrder: async (input) => {
      const done = await commands.dispatchOrder(input);
      return done.ok ? ok({ outboundNumber: `OB-${done.value.outboundNumber}` }) : done;
    },
    async dispatchChoice(input) {
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
      } satisfies DispatchChoice);
    },
    async retryWritebacks(input) {
      const retried = await commands.retryWritebacks(input);
      return retried.ok ? ok({ retried: retried.value.count }) : retried;
    },
    requestSync: (input) => commands.requestSync({ ...input, mode: { kind: 'immediate' }, orderKind: 'b2c' }),
    async stores(actor) {
      const rows = await queries.listStores({ merchantIds: await merchantsOf(actor) });
      return rows
        .filter((store) => store.status === 'enabled')
        .map(({ storeId, merchantId, name, platform }) => ({ id: storeId, merchantId, name, platform }));
    },
    run: async (actor, run) =>
      may(actor, 'see_orders', run.merchantId)
        ? queries.showRun({ merchantIds: [run.merchantId], runId: run.runId })
        : null,
    alert: ({ merchantId, alertId }) => ports.database.transaction((tx) => ports.alerts.show(tx, merchantId, alertId)),
    async openAlerts(actor, limit) {
      const merchantIds = await merchantsOf(actor);
      return ports.database.transaction((tx) => ports.alerts.listOpen(tx, merchantIds, limit));
    },
  };
}

export const createSlackPeople = (ports: DeskPorts): SlackPeople => ({
  actorOf: (user) => slackActor(ports, user),
  isKnown: (user) => isSlackUserKnown(ports, user),
});

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
