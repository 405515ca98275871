import { fieldWords } from '../../core/order/hold-text.ts';
import { recipientLabels } from '../../core/order/recipient-labels.ts';
import { type Recipient, recipientFields } from '../../core/order/types.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { SlackModal } from '../messages/blocks.ts';
import { count, foreign, plain } from '../messages/text.ts';
import { readOrder } from '../order-details.ts';
import { defineForm, fieldError, filled } from './form.ts';
import { mrkdwn, textInput } from './inputs.ts';
import { askedOf, doneWith, type OrderMetadata, orderMetadata, orderModal, orderTitle } from './order-form.ts';

type Field = (typeof recipientFields)[number];

/** Longer than any address line of any country. */
const longestField = 300;

const missingHint = 'Missing: needed for this parcel.';

/** What a field shows: what is not changed here is not sent, so that nothing cut or cleaned is ever saved. */
const shownIn = (recipient: Recipient | null, field: Field): string => {
  const value = recipient?.[field] ?? '';
  return value.trim() === '' ? '' : plain(value, longestField);
};

/** Required fields that are empty, as the hold names them. */
function missingIn(order: Pick<OrderDetail, 'holds'>): ReadonlySet<string> {
  return new Set(
    order.holds
      .filter((hold) => hold.closedAt === null && hold.code === 'address_incomplete')
      .flatMap((hold) => (hold.detail.fields ?? hold.subject).split(',').map((field) => field.trim())),
  );
}

/** The recipient, what is missing first. Shown to people who work on orders only. */
export function correctAddressModal(
  metadata: OrderMetadata,
  order: Pick<OrderDetail, 'number' | 'storeName' | 'holds' | 'recipient'>,
): SlackModal {
  const missing = missingIn(order);
  const fields = recipientFields.toSorted((a, b) => Number(missing.has(b)) - Number(missing.has(a)));
  return orderModal({
    callbackId: 'correct_address',
    title: 'Correct address',
    submit: 'Save',
    metadata,
    blocks: [
      mrkdwn(`${orderTitle(order)}\nWhat the platform gave is kept beside it.`),
      ...fields.map((field) =>
        textInput({
          id: field,
          label: recipientLabels[field],
          ...(missing.has(field) ? { hint: missingHint } : {}),
          initial: shownIn(order.recipient, field),
          // As long as what stands there may be: the command says that a country has two letters.
          max: longestField,
          optional: !missing.has(field),
        }),
      ),
    ],
  });
}

/** Saves what was changed. */
export const correctAddressForm = defineForm({
  id: 'correct_address',
  metadata: orderMetadata,
  firstBlock: 'name',
  async submit(submission) {
    const { deps, metadata, values } = submission;
    const order = await readOrder(submission, { merchantId: metadata.merchant, orderId: metadata.order });
    if (order === null) return fieldError('name', 'There is no such order, or it is not yours to see.');
    const corrected = await deps.commands.correctAddress({
      ...askedOf(submission),
      expectedVersion: metadata.version,
      recipient: changedIn(order.recipient, (field) => filled(values, field) ?? ''),
    });
    if (!corrected.ok && corrected.error.code === 'nothing_changed') {
      const missing = [...missingIn(order)].filter((field) => values[field] !== undefined);
      if (missing.length > 0) {
        return { kind: 'errors', errors: Object.fromEntries(missing.map((field) => [field, missingHint])) };
      }
    }
    if (!corrected.ok) {
      // The length is the input's; of the fields only the country has a form of its own.
      return fieldError(corrected.error.field === 'recipient' ? 'country' : 'name', corrected.error.message);
    }
    const { holdsClosed, stillMissing } = corrected.value;
    const closed = holdsClosed === 0 ? '' : ` ${count(holdsClosed, 'hold')} closed.`;
    if (stillMissing.length === 0) return doneWith(submission, `The address is corrected.${closed}`);
    const missing = foreign(fieldWords(stillMissing.join(',')), 200);
    return doneWith(submission, `The address is saved, but the order is still held.${closed} Missing: ${missing}.`);
  },
});

/** The fields that say something else than the form showed; an emptied one is null. */
function changedIn(recipient: Recipient | null, typed: (field: Field) => string): Partial<Recipient> {
  return Object.fromEntries(
    recipientFields.flatMap((field) => {
      const text = typed(field).trim();
      return text === shownIn(recipient, field) ? [] : [[field, text === '' ? null : text]];
    }),
  );
}
