import { z } from 'zod';
import type { SlackModal } from '../messages/blocks.ts';
import { releasedSentence } from '../messages/released.ts';
import { count, foreign } from '../messages/text.ts';
import { defineForm, fieldError, filled } from './form.ts';
import { choiceId, type RuleAbout, ruleMetadata, ruleModal, ruleOption } from './rule.ts';
import { ruleMade } from './rule-made.ts';

const paymentClasses = ['prepaid', 'cash_on_delivery', 'blocked'] as const;

const classWords: Readonly<
  Record<(typeof paymentClasses)[number], { readonly label: string; readonly about: string }>
> = {
  prepaid: { label: 'Prepaid', about: 'The money is there before the goods leave.' },
  cash_on_delivery: { label: 'Cash on delivery', about: 'Only channels that collect take these orders.' },
  blocked: { label: 'Blocked', about: 'Orders paid like this never leave by themselves.' },
};

const classifyMetadata = ruleMetadata.extend({ seen: z.enum(paymentClasses).nullable().optional() });

/** How a payment type of one store is paid. */
export function classifyPaymentModal(form: {
  readonly metadata: z.infer<typeof classifyMetadata>;
  readonly about: RuleAbout;
  readonly notice?: string;
}): SlackModal {
  const { metadata, about, notice } = form;
  const { subject, seen = null } = metadata;
  const options = paymentClasses.map((key) => ruleOption(classWords[key].label, key, classWords[key].about));
  const chosen = options.find(({ value }) => value === seen);
  return ruleModal({
    id: 'classify_payment',
    title: 'Classify payment',
    metadata,
    about,
    subject: subject === '' ? 'Orders without a payment type' : foreign(subject, 100),
    standing: seen === null ? null : classWords[seen].label,
    notice,
    input: {
      type: 'input',
      block_id: 'class',
      label: { type: 'plain_text', text: 'How is it paid?' },
      element: {
        type: 'radio_buttons',
        action_id: choiceId('class', seen),
        options,
        ...(chosen === undefined ? {} : { initial_option: chosen }),
      },
    },
  });
}

/** Says once how a payment type is paid; every order with it follows. */
export const classifyPaymentForm = defineForm({
  id: 'classify_payment',
  metadata: classifyMetadata,
  firstBlock: 'class',
  async submit(submission) {
    const { deps, actor, metadata, values } = submission;
    const chosen = z.enum(paymentClasses).safeParse(filled(values, 'class', choiceId('class', metadata.seen)));
    if (!chosen.success) return fieldError('class', 'Choose one.');
    const { merchant: merchantId, store: storeId, subject: paymentMethod, seen: seenClass } = metadata;
    const rule = { merchantId, storeId, paymentMethod };
    const classified = await deps.commands.classifyPayment({ actor, ...rule, class: chosen.data, seenClass });
    if (!classified.ok && classified.error.code === 'decided_meanwhile') {
      const only = { storeId, paymentMethod };
      const [row] = await deps.queries.listPayments({ merchantIds: [merchantId], only });
      if (row !== undefined) {
        const now = { metadata: { ...metadata, seen: row.class }, about: { storeName: row.storeName } };
        return { kind: 'update', view: classifyPaymentModal({ ...now, notice: classified.error.message }) };
      }
    }
    if (!classified.ok) return fieldError('class', classified.error.message);
    const { heldOrders } = classified.value;
    return ruleMade(
      submission,
      `Classified. ${heldOrders > 0 ? `${count(heldOrders, 'order')} held.` : releasedSentence(classified.value)}`,
    );
  },
});
