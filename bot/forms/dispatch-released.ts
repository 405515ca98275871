import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import { requirePermission } from '../../core/people/permissions.ts';
import type { ChannelRow } from '../../core/queries/settings.ts';
import { causeTitle } from '../messages/alert-card.ts';
import { batchMessage } from '../messages/batch.ts';
import { limits, type SlackModal, type SlackOption } from '../messages/blocks.ts';
import { channelWords } from '../messages/channel-words.ts';
import { count, foreign, link, plain } from '../messages/text.ts';
import { showInThread } from '../thread.ts';
import { defineForm, done, fieldError, filled } from './form.ts';
import { mrkdwn } from './inputs.ts';

/** What one batch takes; the rest is released still, and the button is there again. */
export const mostReleased = 1_000;

/** `until`: what was released later was not in the number that the person confirmed. */
const metadata = z.object({
  merchant: z.uuid(),
  alert: z.uuid(),
  until: z.iso.datetime(),
  scope: z.enum(['released', 'dispatchable']).default('released'),
});

export interface DispatchReleased {
  readonly alert: AlertView;
  readonly total: number;
  readonly until: Date;
  /** Enabled, and open to the merchant. */
  readonly channels: readonly ChannelRow[];
  /** By store: carriers that its platform may not know, and the page that pairs them. */
  readonly unpaired?: readonly { readonly words: string; readonly url: string }[];
  /** Of a cause that is open: all its orders, and why a batch does not take some. */
  readonly open?: OpenCause;
}

export interface OpenCause {
  readonly total: number;
  /** Held for what a batch does not make good. */
  readonly held: number;
  readonly purchaseOrders: number;
  /** With the warehouse already. */
  readonly underWay: number;
}

const optionOf = (channel: ChannelRow): SlackOption => ({
  text: {
    type: 'plain_text',
    text: plain(`${channel.warehouseName} · ${channelWords(channel)}`, limits.optionText),
  },
  value: channel.id,
});

/** One warehouse and channel for everything that a cause released, or for what it holds and a batch can dispatch. */
export function dispatchReleasedModal({
  alert,
  total,
  until,
  channels,
  unpaired = [],
  open,
}: DispatchReleased): SlackModal {
  const now = Math.min(total, mostReleased);
  const rest = total > now ? ` The other ${count(total - now, 'order')} can follow.` : '';
  const title = `*${foreign(causeTitle(alert), 150)}* at ${foreign(alert.storeName ?? alert.merchantName, 60)}`;
  return {
    type: 'modal',
    callback_id: 'dispatch_released',
    private_metadata: JSON.stringify({
      merchant: alert.merchantId,
      alert: alert.id,
      until: until.toISOString(),
      scope: open === undefined ? 'released' : 'dispatchable',
    }),
    title: { type: 'plain_text', text: open === undefined ? 'Dispatch all released' : 'Dispatch orders' },
    submit: { type: 'plain_text', text: plain(`Dispatch ${now.toLocaleString('en-US')}`, limits.viewTitle) },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `${title}\n${count(now, 'order')} will be dispatched.${rest}${open === undefined ? '' : leftOut(open)}${adviceFor(alert.kind)}\nEach is checked once more; one that is refused never blocks another. The results come into the card’s thread.`,
        },
      },
      ...unpaired.map(({ words, url }) => mrkdwn(`⚠ ${foreign(words, 400)} ${link(url, 'Pair carriers')}`)),
      {
        type: 'input',
        block_id: 'channel',
        label: { type: 'plain_text', text: 'Warehouse and shipping channel' },
        element: {
          type: 'static_select',
          action_id: 'channel',
          placeholder: { type: 'plain_text', text: 'Choose' },
          options: channels.slice(0, limits.options).map(optionOf),
        },
      },
    ],
  };
}

function leftOut({ total, held, purchaseOrders, underWay }: OpenCause): string {
  const reasons = [
    held > 0 ? `${count(held, 'order')} held for something else` : null,
    purchaseOrders > 0 ? `${count(purchaseOrders, 'purchase order')}, dispatched one at a time` : null,
    underWay > 0 ? `${count(underWay, 'order')} with the warehouse already` : null,
  ].filter((reason) => reason !== null);
  return reasons.length === 0 ? '' : `\nLeft out of ${count(total, 'order')}: ${reasons.join('; ')}.`;
}

const adviceFor = (kind: AlertView['kind']): string =>
  kind === 'held:stock_short' ? '\nChoose a warehouse that has the goods: one that is short refuses them again.' : '';

/** Dispatches what the form named when it was opened and what still waits of it, as one batch. */
export const dispatchReleasedForm = defineForm({
  id: 'dispatch_released',
  metadata,
  firstBlock: 'channel',
  async submit({ deps, client, actor, metadata: form, values }) {
    const permitted = requirePermission(actor, 'work_orders', form.merchant);
    if (!permitted.ok) return fieldError('channel', permitted.error.message);
    const chosen = filled(values, 'channel');
    if (chosen === null) return fieldError('channel', 'Choose a channel.');
    const merchantIds = [form.merchant];
    const channels = await deps.queries.listChannels({ merchantIds, servedOnly: true });
    const channel = channels.find((one) => one.id === chosen && one.enabled);
    if (channel === undefined) return fieldError('channel', 'This channel is closed now.');
    const orders = await deps.queries.listCauseOrders({
      merchantIds,
      alertId: form.alert,
      scope: form.scope,
      until: new Date(form.until),
      page: 0,
      pageSize: mostReleased,
    });
    if (orders.total === 0)
      return fieldError('channel', 'Nothing of this is left: it was dispatched or held meanwhile.');
    const batch = await deps.commands.dispatchBatch({
      actor,
      merchantId: form.merchant,
      orderIds: orders.rows.map((order) => order.id),
      warehouseId: channel.warehouseId,
      shippingChannelId: channel.id,
    });
    if (!batch.ok) return fieldError('channel', batch.error.message);
    if (form.scope === 'released') {
      await deps.commands.recountReleased({ actor, merchantId: form.merchant, alertId: form.alert });
    }
    const { runId } = batch.value;
    const results = await deps.queries.runNumbers({ merchantIds, runId });
    const place = { merchantId: form.merchant, runId, by: actor.name };
    const message = batchMessage(place, results, 0, deps.config.publicUrl);
    const alert = await deps.database.transaction((tx) => deps.alerts.show(tx, form.merchant, form.alert));
    if (alert === null || alert.channelId === null || alert.messageTs === null) return done(message);
    const { channelId, messageTs: threadTs } = alert;
    await showInThread(client, { channelId, threadTs, kind: 'batch', key: runId, message });
    return done(message.text);
  },
});
