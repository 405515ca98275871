import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import { limits, type SlackBlock, type SlackModal, type SlackOption } from './blocks.ts';
import { count, foreign, plain } from './text.ts';

/** Kept in the modals that make one rule of a store: ids, and the payment type or method it is about. */
export const ruleMetadata = z.object({ merchant: z.string(), store: z.string(), subject: z.string() });
export type RuleMetadata = z.infer<typeof ruleMetadata>;

export const paymentClasses = ['prepaid', 'cash_on_delivery', 'blocked'] as const;

const classWords: Readonly<
  Record<(typeof paymentClasses)[number], { readonly label: string; readonly about: string }>
> = {
  prepaid: { label: 'Prepaid', about: 'The money is there before the goods leave.' },
  cash_on_delivery: { label: 'Cash on delivery', about: 'Only channels that collect take these orders.' },
  blocked: { label: 'Blocked', about: 'Orders paid like this never leave by themselves.' },
};

const option = (label: string, value: string, about?: string): SlackOption => ({
  text: { type: 'plain_text', text: plain(label, limits.optionText) },
  value,
  ...(about === undefined ? {} : { description: { type: 'plain_text', text: plain(about, limits.optionText) } }),
});

/** How a payment type of one store is paid. */
export function classifyPaymentModal(form: { readonly metadata: RuleMetadata; readonly alert: AlertView }): SlackModal {
  const { metadata, alert } = form;
  const name = metadata.subject === '' ? 'Orders without a payment type' : foreign(metadata.subject, 100);
  return ruleModal(metadata, alert, 'classify_payment', 'Classify payment', name, {
    type: 'input',
    block_id: 'class',
    label: { type: 'plain_text', text: 'How is it paid?' },
    element: {
      type: 'radio_buttons',
      action_id: 'class',
      options: paymentClasses.map((key) => option(classWords[key].label, key, classWords[key].about)),
    },
  });
}

/** Which shipping type a platform's method is. */
export function mapMethodModal(form: {
  readonly metadata: RuleMetadata;
  readonly alert: AlertView;
  readonly types: readonly { readonly id: string; readonly name: string }[];
}): SlackModal {
  const { metadata, alert, types } = form;
  return ruleModal(metadata, alert, 'map_method', 'Map shipping method', foreign(metadata.subject, 100), {
    type: 'input',
    block_id: 'type',
    label: { type: 'plain_text', text: 'Shipping type' },
    element: {
      type: 'static_select',
      action_id: 'type',
      placeholder: { type: 'plain_text', text: 'Choose' },
      options: types.slice(0, limits.options).map((type) => option(type.name, type.id)),
    },
  });
}

function ruleModal(
  metadata: RuleMetadata,
  alert: AlertView,
  callbackId: string,
  title: string,
  subject: string,
  input: SlackBlock,
): SlackModal {
  const waiting = `${count(alert.orderCount, 'order')} ${alert.orderCount === 1 ? 'waits' : 'wait'} for it.`;
  const text = `*${subject}* at ${foreign(alert.storeName ?? alert.merchantName, 60)}\n${waiting}`;
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: 'Save' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }, input],
  };
}
