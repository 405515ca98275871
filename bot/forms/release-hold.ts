import { holdText } from '../../core/order/hold-text.ts';
import { releaseRule } from '../../core/order/holds.ts';
import type { HoldView, OrderDetail } from '../../core/queries/show-order.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { count, foreign } from '../messages/text.ts';
import { readOrder } from '../order-details.ts';
import { defineForm, fieldError, filled } from './form.ts';
import { mrkdwn, textInput } from './inputs.ts';
import { doneWith, type OrderMetadata, orderMetadata, orderModal, orderTitle } from './order-form.ts';
import { ruleOption } from './rule.ts';

/** What a group of checkboxes takes. */
const mostHolds = 10;

export const releasableHolds = (order: Pick<OrderDetail, 'holds'>): readonly HoldView[] =>
  order.holds.filter((hold) => hold.closedAt === null && releaseRule(hold).by !== 'nobody').slice(0, mostHolds);

/** Which holds end, and why it may ship. Holds with a cause to mend are named, not offered. */
export function releaseHoldModal(
  metadata: OrderMetadata,
  order: Pick<OrderDetail, 'number' | 'storeName' | 'holds'>,
): SlackModal {
  const releasable = releasableHolds(order);
  const options = releasable.map((hold) =>
    ruleOption(
      holdText(hold).why,
      hold.id,
      releaseRule(hold).by === 'admin' ? 'Only an admin may release it.' : undefined,
    ),
  );
  const stay = order.holds.filter((hold) => hold.closedAt === null && releaseRule(hold).by === 'nobody').slice(0, 5);
  const checked = options.filter((_, index) => options.length === 1 || releasable[index]?.code === 'operator_hold');
  const needsNote = releasable.some((hold) => releaseRule(hold).note);
  return orderModal({
    callbackId: 'release_hold',
    title: 'Release hold',
    submit: 'Release',
    metadata,
    blocks: [
      mrkdwn(orderTitle(order)),
      {
        type: 'input',
        block_id: 'holds',
        label: { type: 'plain_text', text: 'Holds to release' },
        element: {
          type: 'checkboxes',
          action_id: 'holds',
          options,
          ...(checked.length === 0 ? {} : { initial_options: checked }),
        },
      },
      textInput({
        id: 'note',
        label: needsNote ? 'Note: why it may ship' : 'Resolution note',
        max: 500,
        optional: !needsNote,
        multiline: true,
      }),
      ...(stay.length === 0
        ? []
        : [
            mrkdwn(
              `These stay until they are mended:\n${stay
                .map((hold) => `• ${foreign(holdText(hold).why, 200)} ${foreign(holdText(hold).next, 160)}`)
                .join('\n')}`,
            ),
          ]),
    ],
  });
}

/** Releases what was checked, with the note. */
export const releaseHoldForm = defineForm({
  id: 'release_hold',
  metadata: orderMetadata,
  firstBlock: 'holds',
  async submit(submission) {
    const { deps, actor, metadata, values } = submission;
    const holdIds = (values.holds?.holds?.selected_options ?? []).map((option) => option.value);
    if (holdIds.length === 0) return fieldError('holds', 'Choose the holds to release.');
    const released = await deps.commands.releaseHolds({
      actor,
      merchantId: metadata.merchant,
      holdIds,
      note: filled(values, 'note') ?? '',
    });
    if (!released.ok) return fieldError(released.error.field === 'note' ? 'note' : 'holds', released.error.message);
    const [result] = released.value.results;
    if (result === undefined) return fieldError('holds', 'Released meanwhile. Open the order again.');
    if (!result.ok) {
      return fieldError(result.code === 'note_required' ? 'note' : 'holds', result.message ?? 'This was refused.');
    }
    const number = foreign(result.number, 60);
    const order = await readOrder(submission, { merchantId: metadata.merchant, orderId: metadata.order });
    const left = (order?.holds ?? []).filter((hold) => hold.closedAt === null).slice(0, 5);
    if (left.length === 0) return doneWith(submission, `Released ${number}.`);
    const why = left
      .map((hold) => `${foreign(holdText(hold).why, 200)} ${foreign(holdText(hold).next, 160)}`)
      .join(' ');
    return doneWith(submission, `${count(holdIds.length, 'hold')} of ${number} released. It is still held: ${why}`);
  },
});
