import { z } from 'zod';
import type { AlertView } from '../../core/alert/types.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { releasedSentence } from '../messages/released.ts';
import { count, foreign } from '../messages/text.ts';
import { defineForm, done, fieldError, filled } from './form.ts';
import { type RuleMetadata, ruleMetadata, ruleModal, ruleOption } from './rule.ts';

const paymentClasses = ['prepaid', 'cash_on_delivery', 'blocked'] as const;

const classWords: Readonly<
  Record<(typeof paymentClasses)[number], { readonly label: string; readonly about: string }>
> = {
  prepaid: { label: 'Prepaid', about: 'The money is there before the goods leave.' },
  cash_on_delivery: { label: 'Cash on delivery', about: 'Only channels that collect take these orders.' },
  blocked: { label: 'Blocked', about: 'Orders paid like this never leave by themselves.' },
};

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
      options: paymentClasses.map((key) => ruleOption(classWords[key].label, key, classWords[key].about)),
    },
  });
}

/** Says once how a payment type is paid; every order with it follows. */
export const classifyPaymentForm = defineForm({
  id: 'classify_payment',
  metadata: ruleMetadata,
  firstBlock: 'class',
  async submit({ deps, actor, metadata, values }) {
    const chosen = z.enum(paymentClasses).safeParse(filled(values, 'class'));
    if (!chosen.success) return fieldError('class', 'Choose one.');
    const classified = await deps.commands.classifyPayment({
      actor,
      merchantId: metadata.merchant,
      storeId: metadata.store,
      paymentMethod: metadata.subject,
      class: chosen.data,
    });
    if (!classified.ok) return fieldError('class', classified.error.message);
    const { heldOrders } = classified.value;
    return done(
      `Classified. ${heldOrders > 0 ? `${count(heldOrders, 'order')} held.` : releasedSentence(classified.value)}`,
    );
  },
});
