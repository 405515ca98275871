import { exceptionTitle } from '../../core/order/exception-title.ts';
import { mustBeMended } from '../../core/order/must-be-mended.ts';
import type { ExceptionView, OrderDetail } from '../../core/queries/show-order.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { defineForm, fieldError } from './form.ts';
import { mrkdwn } from './inputs.ts';
import { doneWith, type OrderMetadata, orderMetadata, orderModal, orderTitle } from './order-form.ts';
import { ruleOption } from './rule.ts';

/** What a group of checkboxes takes. */
const mostExceptions = 10;

/** Open ones that a person may close; the others end when they are mended. */
export const closableExceptions = (order: Pick<OrderDetail, 'exceptions'>): readonly ExceptionView[] =>
  order.exceptions
    .filter((exception) => exception.closedAt === null && mustBeMended[exception.code] === undefined)
    .slice(0, mostExceptions);

/** Which of several exceptions have been dealt with. */
export function acknowledgeExceptionModal(
  metadata: OrderMetadata,
  order: Pick<OrderDetail, 'number' | 'storeName' | 'exceptions'>,
): SlackModal {
  return orderModal({
    callbackId: 'acknowledge_exception',
    title: 'Acknowledge exception',
    submit: 'I have dealt with it',
    metadata,
    blocks: [
      mrkdwn(orderTitle(order)),
      {
        type: 'input',
        block_id: 'exceptions',
        label: { type: 'plain_text', text: 'What have you taken care of?' },
        element: {
          type: 'checkboxes',
          action_id: 'exceptions',
          options: closableExceptions(order).map((exception) =>
            ruleOption(exceptionTitle(exception.code), exception.id, exception.message),
          ),
        },
      },
    ],
  });
}

/** Closes what was checked. */
export const acknowledgeExceptionForm = defineForm({
  id: 'acknowledge_exception',
  metadata: orderMetadata,
  firstBlock: 'exceptions',
  async submit(submission) {
    const { deps, actor, metadata, values } = submission;
    const chosen = (values.exceptions?.exceptions?.selected_options ?? []).map((option) => option.value);
    if (chosen.length === 0) return fieldError('exceptions', 'Choose at least one.');
    for (const exceptionId of chosen) {
      const closed = await deps.commands.acknowledgeException({ actor, merchantId: metadata.merchant, exceptionId });
      if (!closed.ok && closed.error.code !== 'not_open') return fieldError('exceptions', closed.error.message);
    }
    return doneWith(submission, chosen.length === 1 ? 'The exception is closed.' : 'The exceptions are closed.');
  },
});
