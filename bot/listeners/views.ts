import type { App, ViewOutput } from '@slack/bolt';
import { z } from 'zod';
import type { BotDeps, Component } from '../deps.ts';
import { bindMetadata, componentRows } from '../messages/bind-sku-modal.ts';
import { dispatchMetadata } from '../messages/dispatch-modal.ts';
import { paymentClasses, ruleMetadata } from '../messages/rule-modals.ts';
import { count } from '../messages/text.ts';
import type { PeopleLookup } from '../who.ts';
import { tellPrivately } from './replies.ts';

type Values = ViewOutput['state']['values'];

/** Submitted forms: what is wrong stays on the field, with the form open; what is done is told privately. */
export function listenToViews(app: App, deps: BotDeps, who: PeopleLookup): void {
  app.view('bind_sku', async ({ ack, body, view, client }) => {
    const metadata = bindMetadata.parse(JSON.parse(view.private_metadata));
    const components = componentsOf(view.state.values);
    if ('errors' in components) {
      await ack({ response_action: 'errors', errors: components.errors });
      return;
    }
    const found = await who(body);
    if (!found.ok) {
      await ack({ response_action: 'errors', errors: { product_0: found.error.message } });
      return;
    }
    const bound = await deps.desk.bindSku({
      actor: found.value,
      merchantId: metadata.merchant,
      storeId: metadata.store,
      keyKind: metadata.keyKind,
      key: metadata.key,
      components: components.list,
    });
    if (!bound.ok) {
      const blockId = bound.error.field?.startsWith('quantity') ? 'quantity_0' : 'product_0';
      await ack({ response_action: 'errors', errors: { [blockId]: bound.error.message } });
      return;
    }
    await ack();
    await tellPrivately({ client, body }, `Bound. ${count(bound.value.releasedOrders, 'order')} released.`);
  });

  app.view('classify_payment', async ({ ack, body, view, client }) => {
    const metadata = ruleMetadata.parse(JSON.parse(view.private_metadata));
    const chosen = z.enum(paymentClasses).safeParse(view.state.values.class?.class?.selected_option?.value);
    const found = await who(body);
    if (!chosen.success || !found.ok) {
      await ack({ response_action: 'errors', errors: { class: found.ok ? 'Choose one.' : found.error.message } });
      return;
    }
    const classified = await deps.desk.classifyPayment({
      actor: found.value,
      merchantId: metadata.merchant,
      storeId: metadata.store,
      paymentMethod: metadata.subject,
      class: chosen.data,
    });
    if (!classified.ok) {
      await ack({ response_action: 'errors', errors: { class: classified.error.message } });
      return;
    }
    await ack();
    const { releasedOrders, heldOrders } = classified.value;
    const outcome =
      heldOrders > 0 ? `${count(heldOrders, 'order')} held.` : `${count(releasedOrders, 'order')} released.`;
    await tellPrivately({ client, body }, `Classified. ${outcome}`);
  });

  app.view('map_method', async ({ ack, body, view, client }) => {
    const metadata = ruleMetadata.parse(JSON.parse(view.private_metadata));
    const shippingTypeId = view.state.values.type?.type?.selected_option?.value;
    const found = await who(body);
    if (shippingTypeId === undefined || !found.ok) {
      await ack({ response_action: 'errors', errors: { type: found.ok ? 'Choose one.' : found.error.message } });
      return;
    }
    const mapped = await deps.desk.mapShippingMethod({
      actor: found.value,
      merchantId: metadata.merchant,
      storeId: metadata.store,
      method: metadata.subject,
      shippingTypeId,
    });
    if (!mapped.ok) {
      await ack({ response_action: 'errors', errors: { type: mapped.error.message } });
      return;
    }
    await ack();
    await tellPrivately({ client, body }, `Mapped. ${count(mapped.value.releasedOrders, 'order')} released.`);
  });

  app.view('dispatch', async ({ ack, body, view, client }) => {
    const metadata = dispatchMetadata.parse(JSON.parse(view.private_metadata));
    const chosen = view.state.values.channel?.channel?.selected_option?.value;
    const found = await who(body);
    const refusal = !found.ok ? found.error.message : chosen === undefined ? 'Choose a channel.' : null;
    if (refusal !== null || !found.ok || chosen === undefined) {
      await ack({ response_action: 'errors', errors: { channel: refusal ?? 'Choose a channel.' } });
      return;
    }
    const asked = { actor: found.value, merchantId: metadata.merchant, orderId: metadata.order };
    // Read again rather than kept in the form: a channel may have been closed meanwhile.
    const choice = await deps.desk.dispatchChoice(asked);
    const channel = choice.ok ? choice.value.channels.find((one) => one.channelId === chosen) : undefined;
    const dispatched =
      channel === undefined
        ? null
        : await deps.desk.dispatchOrder({
            ...asked,
            expectedVersion: metadata.version,
            warehouseId: channel.warehouseId,
            shippingChannelId: channel.channelId,
          });
    if (dispatched === null || !dispatched.ok) {
      const message =
        dispatched?.ok === false
          ? dispatched.error.message
          : choice.ok
            ? 'This channel is closed now.'
            : choice.error.message;
      await ack({ response_action: 'errors', errors: { channel: message } });
      return;
    }
    await ack();
    await tellPrivately({ client, body }, `Dispatched as ${dispatched.value.outboundNumber}.`);
  });
}

function componentsOf(values: Values): { list: Component[] } | { errors: Record<string, string> } {
  const list: Component[] = [];
  const errors: Record<string, string> = {};
  for (let row = 0; row < componentRows; row += 1) {
    const productId = values[`product_${row}`]?.product_search?.selected_option?.value;
    if (productId === undefined) continue;
    const quantity = Number(values[`quantity_${row}`]?.quantity?.value ?? '1');
    if (!Number.isInteger(quantity) || quantity < 1) errors[`quantity_${row}`] = 'A whole number from 1 on.';
    if (list.some((component) => component.productId === productId))
      errors[`product_${row}`] = 'This SKU is already above.';
    list.push({ productId, quantity });
  }
  if (list.length === 0) errors.product_0 = 'Choose a warehouse SKU.';
  return Object.keys(errors).length > 0 ? { errors } : { list };
}
