import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { Result } from '../../core/result.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { defineForm, type Form, fieldError, filled, type Submission } from './form.ts';
import { mrkdwn, textInput } from './inputs.ts';
import { askedOf, doneWith, type OrderMetadata, orderMetadata, orderModal, orderTitle } from './order-form.ts';

interface ReasonWords {
  readonly title: string;
  readonly about: string;
  readonly label: string;
  readonly submit: string;
}

const words = {
  cancel_rest: {
    title: 'Cancel the rest',
    about: 'What has shipped stays shipped; the remaining lines will not ship. Refund them on the platform by hand.',
    label: 'Why will the rest not ship?',
    submit: 'Cancel the rest',
  },
  close_by_hand: {
    title: 'Close by hand',
    about: 'The platform refuses the shipment for good. The order is completed here without it; nothing more is told.',
    label: 'Why is it closed without the platform?',
    submit: 'Close the order',
  },
} as const satisfies Readonly<Record<string, ReasonWords>>;

export type ReasonDeed = keyof typeof words;

/** A deed that needs nothing but a reason. */
export function reasonModal(
  deed: ReasonDeed,
  metadata: OrderMetadata,
  order: Pick<OrderDetail, 'number' | 'storeName'>,
): SlackModal {
  const { title, about, label, submit } = words[deed];
  return orderModal({
    callbackId: deed,
    title,
    submit,
    metadata,
    blocks: [mrkdwn(`${orderTitle(order)}\n${about}`), textInput({ id: 'reason', label, max: 500, multiline: true })],
  });
}

const reasonForm = (
  deed: ReasonDeed,
  said: string,
  act: (submission: Submission<OrderMetadata>, reason: string) => Promise<Result<unknown>>,
): Form =>
  defineForm({
    id: deed,
    metadata: orderMetadata,
    firstBlock: 'reason',
    async submit(submission) {
      const acted = await act(submission, filled(submission.values, 'reason') ?? '');
      return acted.ok ? doneWith(submission, said) : fieldError('reason', acted.error.message);
    },
  });

/** The lines that have not left will not. */
export const cancelRestForm = reasonForm('cancel_rest', 'The rest of the order will not ship.', (submission, reason) =>
  submission.deps.commands.cancelRest({
    ...askedOf(submission),
    expectedVersion: submission.metadata.version,
    reason,
  }),
);

/** An admin ends what the platform refuses for good. */
export const closeByHandForm = reasonForm('close_by_hand', 'The order is closed by hand.', (submission, reason) =>
  submission.deps.commands.closeByHand({
    ...askedOf(submission),
    expectedVersion: submission.metadata.version,
    reason,
  }),
);
