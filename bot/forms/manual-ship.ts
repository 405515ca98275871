import type { CarrierRow } from '../../core/queries/settings.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { FormValues } from '../gesture.ts';
import { limits, type SlackModal } from '../messages/blocks.ts';
import { escapeText, foreign } from '../messages/text.ts';
import { readOrder } from '../order-details.ts';
import { defineForm, fieldError, filled } from './form.ts';
import { mrkdwn, textInput } from './inputs.ts';
import { askedOf, doneWith, type OrderMetadata, orderMetadata, orderModal, orderTitle } from './order-form.ts';
import { ruleOption } from './rule.ts';

export interface ManualShipForm {
  readonly metadata: OrderMetadata;
  readonly order: Pick<OrderDetail, 'number' | 'storeName' | 'outbounds'>;
  readonly carriers: readonly CarrierRow[];
  /** What was typed, when the form comes back. */
  readonly typed?: FormValues;
  /** Another order has the same number: the form asks why both travel with one. */
  readonly sharedNumber?: string;
}

/** Ships an order outside the warehouse: tracking number and carrier, from the list or typed. */
export function manualShipModal(form: ManualShipForm): SlackModal {
  const { metadata, order, typed = {}, sharedNumber } = form;
  const typedText = (field: string) => filled(typed, field) ?? '';
  const options = form.carriers.slice(0, limits.options).map((carrier) => ruleOption(carrier.name, carrier.id));
  const chosen = options.find((option) => option.value === filled(typed, 'carrier'));
  const outbound = order.outbounds.find(({ status }) => status !== 'cancelled' && status !== 'shipped');
  const recalled =
    outbound === undefined
      ? ''
      : `\nOutbound order ${foreign(outbound.number, 40)} is recalled with it, and its stock is free again.`;
  return orderModal({
    callbackId: 'manual_ship',
    title: 'Manual Ship',
    submit: 'Ship',
    metadata,
    blocks: [
      mrkdwn(
        `${orderTitle(order)}\nFor goods that did not go through the warehouse. The platform gets the tracking number.${recalled}`,
      ),
      ...(sharedNumber === undefined ? [] : [mrkdwn(`⚠ ${sharedNumber}`)]),
      textInput({ id: 'tracking', label: 'Tracking number', initial: typedText('tracking'), max: 100 }),
      ...(options.length === 0
        ? []
        : [
            {
              type: 'input' as const,
              block_id: 'carrier',
              optional: true,
              label: { type: 'plain_text' as const, text: 'Carrier' },
              element: {
                type: 'static_select' as const,
                action_id: 'carrier',
                placeholder: { type: 'plain_text' as const, text: 'Choose, or type its name below' },
                options,
                ...(chosen === undefined ? {} : { initial_option: chosen }),
              },
            },
          ]),
      textInput({
        id: 'carrier_name',
        label: options.length === 0 ? 'Carrier' : 'Or the carrier’s name',
        initial: typedText('carrier_name'),
        max: 100,
        optional: options.length > 0,
      }),
      textInput({ id: 'service', label: 'Service type', initial: typedText('service'), max: 100, optional: true }),
      ...(sharedNumber === undefined
        ? []
        : [
            textInput({
              id: 'shared',
              label: 'Both travel with one number: why?',
              hint: 'Only when two orders really go in one box. The note stays in the history.',
              initial: typedText('shared'),
              max: 500,
              optional: true,
            }),
          ]),
    ],
  });
}

const blockOf = (field: string | undefined): string =>
  field === 'carrier' || field === 'name' || field === 'id'
    ? 'carrier_name'
    : field === 'service'
      ? 'service'
      : field === 'override' || field === 'note'
        ? 'shared'
        : 'tracking';

/** Ships by hand, and asks once more where another order has the same tracking number. */
export const manualShipForm = defineForm({
  id: 'manual_ship',
  metadata: orderMetadata,
  firstBlock: 'tracking',
  async submit(submission) {
    const { deps, metadata, values } = submission;
    const carrierId = filled(values, 'carrier');
    const carrierName = filled(values, 'carrier_name');
    if (carrierId !== null && carrierName !== null) {
      return fieldError('carrier_name', 'Choose a carrier or type its name, not both.');
    }
    if (carrierId === null && carrierName === null) {
      return fieldError('carrier_name', 'Choose a carrier above, or type its name.');
    }
    const note = filled(values, 'shared');
    const shipped = await deps.commands.manualShip({
      ...askedOf(submission),
      expectedVersion: metadata.version,
      trackingNumber: filled(values, 'tracking') ?? '',
      carrier: carrierId === null ? { name: carrierName ?? '' } : { id: carrierId },
      service: filled(values, 'service') ?? undefined,
      override: note === null ? undefined : { note },
    });
    if (shipped.ok) {
      const isTold = shipped.value.status === 'shipped';
      return doneWith(
        submission,
        isTold ? 'Shipped by hand. The platform is being told.' : 'Shipped by hand; the order is complete.',
      );
    }
    if (shipped.error.code !== 'tracking_in_use') {
      return fieldError(blockOf(shipped.error.field), shipped.error.message);
    }
    const [order, carriers] = await Promise.all([
      readOrder(submission, { merchantId: metadata.merchant, orderId: metadata.order }),
      deps.queries.listCarriers({ enabledOnly: true }),
    ]);
    if (order === null) return fieldError('tracking', shipped.error.message);
    const sharedNumber = escapeText(shipped.error.message);
    return { kind: 'update', view: manualShipModal({ metadata, order, carriers, typed: values, sharedNumber }) };
  },
});
