import { undoMs } from '../../core/order/lifecycle.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { foreign } from '../messages/text.ts';
import { defineForm, fieldError, filled } from './form.ts';
import { mrkdwn, textInput } from './inputs.ts';
import { askedOf, doneWith, type OrderMetadata, orderMetadata, orderModal, orderTitle } from './order-form.ts';
import { ruleOption } from './rule.ts';

const undoSeconds = undoMs / 1_000;

/** Here only, or at the platform too; says what goes with it. */
export function cancelOrderModal(
  metadata: OrderMetadata,
  order: Pick<OrderDetail, 'number' | 'storeName' | 'outbounds'>,
): SlackModal {
  const outbound = order.outbounds.find(({ status }) => status !== 'cancelled' && status !== 'shipped');
  const goes =
    outbound === undefined
      ? 'Nothing of it is in a warehouse.'
      : `Outbound order ${foreign(outbound.number, 40)} is cancelled with it, and its stock is free again.`;
  const here = ruleOption('Here only', 'here', 'The platform keeps the order as it is.');
  return orderModal({
    callbackId: 'cancel_order',
    title: 'Cancel order',
    submit: 'Cancel the order',
    metadata,
    blocks: [
      mrkdwn(`${orderTitle(order)}\n${goes} You can undo it for ${undoSeconds} seconds.`),
      {
        type: 'input',
        block_id: 'where',
        label: { type: 'plain_text', text: 'Where' },
        element: {
          type: 'radio_buttons',
          action_id: 'where',
          initial_option: here,
          options: [
            here,
            ruleOption(
              'At the platform too',
              'platform',
              'It tells the buyer and usually refunds, after the time to undo.',
            ),
          ],
        },
      },
      textInput({
        id: 'reason',
        label: 'Reason',
        hint: 'Stays in the history; the platform gets these words where it is told.',
        max: 500,
        multiline: true,
      }),
    ],
  });
}

/** Cancels as chosen; the answer carries the way back. */
export const cancelOrderForm = defineForm({
  id: 'cancel_order',
  metadata: orderMetadata,
  firstBlock: 'reason',
  async submit(submission) {
    const { deps, metadata, values } = submission;
    const reason = filled(values, 'reason')?.trim() ?? '';
    if (reason === '') return fieldError('reason', 'Say why the order is cancelled.');
    const atPlatform = filled(values, 'where') === 'platform';
    const cancelled = await deps.commands.cancelOrder({
      ...askedOf(submission),
      expectedVersion: metadata.version,
      atPlatform,
      reason,
    });
    if (!cancelled.ok) {
      return fieldError(cancelled.error.field === 'atPlatform' ? 'where' : 'reason', cancelled.error.message);
    }
    const text = atPlatform
      ? `Cancelled. The platform is told in ${undoSeconds} seconds.`
      : 'Cancelled here. The platform was not told.';
    return doneWith(submission, text, 'Undo');
  },
});
