import type { App, BlockButtonAction } from '@slack/bolt';
import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import { keyOfHold } from '../../core/order/holds.ts';
import type { LineKey } from '../../core/order/line-key.ts';
import type { Actor } from '../../core/people/actor.ts';
import { may, requirePermission } from '../../core/people/permissions.ts';
import type { BotDeps } from '../deps.ts';
import { alertCard } from '../messages/alert-card.ts';
import { type BindMetadata, bindSkuModal } from '../messages/bind-sku-modal.ts';
import { dispatchModal } from '../messages/dispatch-modal.ts';
import { classifyPaymentModal, mapMethodModal } from '../messages/rule-modals.ts';
import { count, foreign, moment } from '../messages/text.ts';
import type { PeopleLookup } from '../who.ts';
import { said, staleText, tellPrivately } from './replies.ts';

const buttonValue = z.object({ alert: z.string(), merchant: z.string(), version: z.number().int() });

/** What the Snooze button asks for. */
const snoozeMs = 60 * 60 * 1000;

/** Suggestions shown in the form. */
const suggestionCount = 5;

type ButtonArgs = Parameters<Parameters<App['action']>[1]>[0] & { body: BlockButtonAction };

/** Buttons of cards. Each acknowledges at once, then asks the desk. */
export function listenToActions(app: App, deps: BotDeps, who: PeopleLookup): void {
  for (const [actionId, work] of Object.entries(works)) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: actionId }, async (args) => {
      await args.ack();
      const reply = await press(args, deps, who, work);
      if (reply !== null) await tellPrivately(args, reply);
    });
  }
  // A link button: Slack still tells us, and wants an answer.
  app.action('open_dashboard', async ({ ack }) => ack());
}

interface Press {
  readonly args: ButtonArgs;
  readonly actor: Actor;
  readonly alert: AlertView;
}
/** What a button does; the text is for the person who pressed, null when a form opened instead. */
type Work = (deps: BotDeps, press: Press) => Promise<string | null>;

const works: Readonly<Record<string, Work>> = {
  bind_sku: openBindSku,
  dispatch: openDispatch,
  mark_shipped: retryWritebacks,
  classify_payment: openClassifyPayment,
  map_method: openMapMethod,
  assign_to_me: assignToMe,
  snooze,
};

async function press(args: ButtonArgs, deps: BotDeps, who: PeopleLookup, work: Work): Promise<string | null> {
  const value = buttonValue.safeParse(parse(args.body.actions[0]?.value));
  if (!value.success) return 'This button is from an older version. Open the dashboard instead.';
  const found = await who(args.body);
  if (!found.ok) return said(found.error);
  const alert = await deps.desk.alert({ merchantId: value.data.merchant, alertId: value.data.alert });
  if (alert === null || !may(found.value, 'see_orders', alert.merchantId)) {
    return 'This alert is gone. Open the dashboard to see what is held now.';
  }
  if (alert.state === 'resolved') {
    await redraw(args, deps, alert);
    return staleText(alert);
  }
  return work(deps, { args, actor: found.value, alert });
}

async function openBindSku(deps: BotDeps, { args, actor, alert }: Press): Promise<string | null> {
  const key = keyOfAlert(alert);
  if (alert.storeId === null || key === null) {
    return 'This line has nothing to bind by. Give the listing a SKU on the platform.';
  }
  const metadata: BindMetadata = {
    alert: alert.id,
    merchant: alert.merchantId,
    store: alert.storeId,
    keyKind: key.kind,
    key: key.key,
  };
  const asked = { actor, merchantId: alert.merchantId };
  const [preview, suggestions] = await Promise.all([
    deps.desk.previewBindSku({ ...asked, storeId: metadata.store, keyKind: key.kind, key: key.key }),
    deps.desk.suggestProducts({
      merchantId: alert.merchantId,
      platformSku: key.key,
      platformName: alert.detail.name ?? null,
      limit: suggestionCount,
    }),
  ]);
  if (!preview.ok) return said(preview.error);
  await args.client.views.open({
    trigger_id: args.body.trigger_id,
    view: bindSkuModal({
      metadata,
      alert,
      heldOrders: preview.value.heldOrders,
      suggestions: suggestions.map((product) => ({ ...product, isExact: product.sku === key.key })),
    }),
  });
  return null;
}

function keyOfAlert(alert: AlertView): LineKey | null {
  const code = alert.kind === 'held:sku_missing' ? 'sku_missing' : 'sku_unmapped';
  return keyOfHold({ code, subject: alert.detail.subject ?? '', detail: alert.detail });
}

/** Says once how a payment type is paid: the same choice as in the dashboard. */
async function openClassifyPayment(_deps: BotDeps, { args, actor, alert }: Press): Promise<string | null> {
  if (alert.storeId === null) return 'This alert names no store. Open the dashboard.';
  const permitted = requirePermission(actor, 'work_orders', alert.merchantId);
  if (!permitted.ok) return said(permitted.error);
  await args.client.views.open({
    trigger_id: args.body.trigger_id,
    view: classifyPaymentModal({
      metadata: { merchant: alert.merchantId, store: alert.storeId, subject: alert.detail.subject ?? '' },
      alert,
    }),
  });
  return null;
}

async function openMapMethod(deps: BotDeps, { args, actor, alert }: Press): Promise<string | null> {
  if (alert.storeId === null) return 'This alert names no store. Open the dashboard.';
  const permitted = requirePermission(actor, 'work_orders', alert.merchantId);
  if (!permitted.ok) return said(permitted.error);
  const types = await deps.desk.shippingTypes(alert.merchantId);
  if (types.length === 0) return 'There is no shipping type yet. Add one in the dashboard, under Settings.';
  await args.client.views.open({
    trigger_id: args.body.trigger_id,
    view: mapMethodModal({
      metadata: { merchant: alert.merchantId, store: alert.storeId, subject: alert.detail.subject ?? '' },
      alert,
      types,
    }),
  });
  return null;
}

async function assignToMe(deps: BotDeps, { actor, alert }: Press): Promise<string | null> {
  const assigned = await deps.desk.assignAlert({ actor, merchantId: alert.merchantId, alertId: alert.id });
  return assigned.ok ? null : said(assigned.error);
}

async function snooze(deps: BotDeps, { actor, alert }: Press): Promise<string | null> {
  const until = new Date(deps.clock.now().getTime() + snoozeMs);
  const snoozed = await deps.desk.snoozeAlert({ actor, merchantId: alert.merchantId, alertId: alert.id, until });
  return snoozed.ok
    ? `Quiet until ${moment(until, '{time}')}. It comes back sooner when it is settled.`
    : said(snoozed.error);
}

async function openDispatch(deps: BotDeps, { args, actor, alert }: Press): Promise<string | null> {
  const order = alert.sample[0];
  if (order === undefined) return 'This alert names no order. Open the dashboard.';
  const choice = await deps.desk.dispatchChoice({ actor, merchantId: alert.merchantId, orderId: order.id });
  if (!choice.ok) return said(choice.error);
  const metadata = { merchant: alert.merchantId, order: order.id, version: choice.value.version };
  const url = `${deps.config.publicUrl}/orders/${order.id}`;
  await args.client.views.open({
    trigger_id: args.body.trigger_id,
    view: dispatchModal(metadata, choice.value, url),
  });
  return null;
}

async function retryWritebacks(deps: BotDeps, { actor, alert }: Press): Promise<string | null> {
  const { errorCode } = alert.detail;
  if (alert.storeId === null || errorCode === undefined)
    return 'This alert names no cause to retry. Open the dashboard.';
  const outcome = await deps.desk.retryWritebacks({
    actor,
    merchantId: alert.merchantId,
    storeId: alert.storeId,
    errorCode,
  });
  if (!outcome.ok) return said(outcome.error);
  return outcome.value.retried === 0
    ? 'Nothing is left to retry here.'
    : `Retrying ${count(outcome.value.retried, 'tracking number')}; the card changes when the platform has answered.`;
}

/** A stale card is drawn anew at once, for everybody. */
async function redraw(args: ButtonArgs, deps: BotDeps, alert: AlertView): Promise<void> {
  if (alert.channelId === null || alert.messageTs === null) return;
  const card = alertCard(alert, { publicUrl: deps.config.publicUrl, now: deps.clock.now() });
  try {
    await args.client.chat.update({
      channel: alert.channelId,
      ts: alert.messageTs,
      text: card.text,
      blocks: [...card.blocks],
    });
  } catch (error) {
    // The delivery job draws it too; the person's answer must not wait for Slack.
    deps.log.warn({ alertId: alert.id, error: foreign(String(error), 200) }, 'a stale card could not be redrawn');
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // Not ours: the caller says so.
    return null;
  }
}
