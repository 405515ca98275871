import { z } from 'zod';
import type { Label } from '../../core/dispatch/label.ts';
import { ok, type Result, refuse } from '../../core/result.ts';
import { type DispatchChoice, type DispatchOption, dispatchChoice } from '../dispatch-choice.ts';
import { dispatchDialog } from '../dispatch-dialog.ts';
import type { FormValues } from '../gesture.ts';
import { count, escapeText, foreign } from '../messages/text.ts';
import { fetchSlackFile, uploadedFileId } from '../slack-file.ts';
import { boundIn, wrongQuantities } from './dispatch-modal.ts';
import { defineForm, done, type FormAnswer, fieldError, filled, type Submission } from './form.ts';
import { askedOf, doneWith, type OrderMetadata, orderMetadata } from './order-form.ts';

export const dispatchMetadata = orderMetadata.extend({
  /** Something stood in the way of the dispatch: what is sent off are mappings alone. */
  bindsOnly: z.literal(true).optional(),
});

/** Dispatches the order as the person saw it: binds what was bound in the form, with the label that was uploaded. */
export const dispatchForm = defineForm({
  id: 'dispatch',
  metadata: dispatchMetadata,
  firstBlock: 'channel',
  async submit(submission) {
    const { deps, metadata, values } = submission;
    const wrong = wrongQuantities(values);
    if (Object.keys(wrong).length > 0) return { kind: 'errors', errors: wrong };
    if (metadata.bindsOnly === true) return bindMeanwhile(submission);
    const chosen = filled(values, 'channel');
    if (chosen === null) return fieldError('channel', 'Choose a channel.');
    // Read again rather than kept in the form: a channel may have been closed meanwhile.
    const choice = await dispatchChoice(deps, askedOf(submission));
    if (!choice.ok) return fieldError('channel', choice.error.message);
    const option = choice.value.warehouses
      .flatMap(({ options }) => options)
      .find((one) => one.channelId === chosen && one.unavailable === null);
    if (option === undefined) return fieldError('channel', 'This channel is closed now. Choose another one.');
    const label = await labelOf(submission, option);
    if (!label.ok) return fieldError('label', label.error.message);
    const override = filled(values, 'override');
    const dispatched = await deps.commands.dispatchOrder({
      ...askedOf(submission),
      expectedVersion: metadata.version,
      warehouseId: option.warehouseId,
      shippingChannelId: option.channelId,
      bindings: boundIn(values),
      label: label.value ?? undefined,
      trackingNumber: filled(values, 'tracking') ?? undefined,
      override: override === null ? undefined : { note: override },
    });
    if (!dispatched.ok) return refused(choice.value, values, dispatched.error.field, dispatched.error.message);
    const { outboundNumber, notAsked } = dispatched.value;
    const said = `Dispatched ${foreign(choice.value.orderNumber, 60)} as OB-${outboundNumber}.`;
    return doneWith(submission, notAsked === null ? said : `${said} ${escapeText(notAsked)}`, 'Undo');
  },
});

/** Saves the mappings and shows the dialog anew: the order may be held still, or be ready. */
async function bindMeanwhile(submission: Submission<OrderMetadata>): Promise<FormAnswer> {
  const { deps, metadata, values } = submission;
  const bindings = boundIn(values);
  const [first = ''] = Object.keys(values).filter((block) => block.startsWith('bind_'));
  const [firstBound] = bindings;
  if (firstBound === undefined) return fieldError(first, 'Choose a warehouse SKU.');
  const bound = await deps.commands.bindOrderLines({ ...askedOf(submission), bindings });
  if (!bound.ok) return fieldError(`bind_${firstBound.lineId}`, bound.error.message);
  const about = {
    merchantId: metadata.merchant,
    orderId: metadata.order,
    details: metadata.details,
    card: metadata.card,
  };
  const text = `${count(bindings.length, 'line')} bound, for every order of the store.`;
  const dialog = await dispatchDialog(submission, about, text);
  return dialog.ok ? { kind: 'update', view: dialog.value } : done(text);
}

/** The reason on the field that it is about; on the channel where that field is not in the form. */
function refused(choice: DispatchChoice, values: FormValues, field: string | undefined, message: string): FormAnswer {
  const firstBound = choice.lines.find((line) => line.canBeBound && values[`bind_${line.id}`] !== undefined);
  const block =
    field === 'label'
      ? 'label'
      : field === 'trackingNumber'
        ? 'tracking'
        : field === 'override'
          ? 'override'
          : field !== undefined && /^(bindings|components|productId|quantity)/.test(field) && firstBound !== undefined
            ? `bind_${firstBound.id}`
            : 'channel';
  return fieldError(values[block] === undefined ? 'channel' : block, message);
}

/** The file of a self-pickup channel, fetched from Slack; null where there is none. */
async function labelOf(submission: Submission<OrderMetadata>, option: DispatchOption): Promise<Result<Label | null>> {
  const fileId = uploadedFileId(submission.values.label?.label);
  if (fileId === null) return ok(null);
  if (!option.selfPickup) {
    const message = `${option.channelName} prints its own label. Remove the file, or choose a self-pickup channel.`;
    return refuse('label_unexpected', message, 'label');
  }
  return fetchSlackFile(submission, fileId);
}
