import { z } from 'zod';
import { type DispatchChoice, dispatchChoice } from '../dispatch-choice.ts';
import { limits, type SlackBlock, type SlackModal, type SlackOption } from '../messages/blocks.ts';
import { foreign, plain } from '../messages/text.ts';
import { defineForm, done, fieldError, filled } from './form.ts';

export const dispatchMetadata = z.object({ merchant: z.string(), order: z.string(), version: z.number().int() });
export type DispatchMetadata = z.infer<typeof dispatchMetadata>;

/** Lines shown before "and N more": the dashboard shows all. */
const shownLines = 15;

/** The value of a choice: its place in the list, because two ids do not fit. */
export const channelOptions = (choice: DispatchChoice): SlackOption[] =>
  choice.channels
    .filter((channel) => channel.unavailable === null)
    .slice(0, limits.options)
    .map((channel) => ({
      text: {
        type: 'plain_text',
        text: plain(
          `${channel.warehouseName} · ${channel.channelName} · ${channel.carrierName} ${channel.serviceLevel}`,
          75,
        ),
      },
      value: channel.channelId,
    }));

/** The final check before an order goes to a warehouse. */
export function dispatchModal(metadata: DispatchMetadata, choice: DispatchChoice, dashboardUrl: string): SlackModal {
  const options = channelOptions(choice);
  const canDispatch = choice.blockers.length === 0 && options.length > 0;
  const blocks: SlackBlock[] = [
    section(
      `*${foreign(choice.orderNumber, 60)}* · ${foreign(choice.storeName, 60)}\n${choice.recipient.map((line) => foreign(line, 120)).join('\n')}`,
    ),
    section(lineTexts(choice).join('\n')),
  ];
  for (const blocker of choice.blockers.slice(0, 5)) blocks.push(section(`:no_entry: ${foreign(blocker, 300)}`));
  for (const warning of choice.warnings.slice(0, 5)) blocks.push(section(`:warning: ${foreign(warning, 300)}`));
  if (canDispatch) {
    blocks.push({
      type: 'input',
      block_id: 'channel',
      label: { type: 'plain_text', text: 'Warehouse and shipping channel' },
      element: {
        type: 'static_select',
        action_id: 'channel',
        placeholder: { type: 'plain_text', text: 'Choose' },
        options,
      },
    });
  } else {
    const reason =
      choice.blockers.length > 0 ? 'Fix this first' : 'No warehouse with a channel is open to this merchant';
    blocks.push(section(`${reason}: <${dashboardUrl}|open the order in the dashboard>.`));
  }
  const unavailable = choice.channels.filter((channel) => channel.unavailable !== null).slice(0, 5);
  if (unavailable.length > 0) {
    const texts = unavailable.map(
      (channel) => `${foreign(channel.channelName, 40)}: ${foreign(channel.unavailable ?? '', 120)}`,
    );
    blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: texts.join('\n') }] });
  }
  return {
    type: 'modal',
    callback_id: 'dispatch',
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: 'Dispatch to warehouse' },
    ...(canDispatch ? { submit: { type: 'plain_text', text: 'Confirm dispatch' } } : {}),
    close: { type: 'plain_text', text: canDispatch ? 'Cancel' : 'Close' },
    blocks,
  };
}

function lineTexts(choice: DispatchChoice): string[] {
  const texts = choice.lines.slice(0, shownLines).map((line) => {
    const bound = line.boundTo === null ? '_not bound_' : foreign(line.boundTo, 40);
    return `${line.quantity} × ${foreign(line.name, 80)}${line.sku === null ? '' : ` (${foreign(line.sku, 40)})`} → ${bound}`;
  });
  const more = choice.lines.length - shownLines;
  return more > 0 ? [...texts, `and ${more} more`] : texts.length > 0 ? texts : ['No lines.'];
}

const section = (text: string): SlackBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: text.slice(0, limits.sectionText) },
});

/** Dispatches the order as the person saw it. */
export const dispatchForm = defineForm({
  id: 'dispatch',
  metadata: dispatchMetadata,
  firstBlock: 'channel',
  async submit({ deps, actor, metadata, values }) {
    const chosen = filled(values, 'channel');
    if (chosen === null) return fieldError('channel', 'Choose a channel.');
    const asked = { actor, merchantId: metadata.merchant, orderId: metadata.order };
    // Read again rather than kept in the form: a channel may have been closed meanwhile.
    const choice = await dispatchChoice(deps, asked);
    if (!choice.ok) return fieldError('channel', choice.error.message);
    const channel = choice.value.channels.find((one) => one.channelId === chosen);
    if (channel === undefined) return fieldError('channel', 'This channel is closed now.');
    const dispatched = await deps.commands.dispatchOrder({
      ...asked,
      expectedVersion: metadata.version,
      warehouseId: channel.warehouseId,
      shippingChannelId: channel.channelId,
    });
    if (!dispatched.ok) return fieldError('channel', dispatched.error.message);
    return done(`Dispatched as OB-${dispatched.value.outboundNumber}.`);
  },
});
