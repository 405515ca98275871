import { z } from 'zod';
import type { Permission } from '../../core/people/permissions.ts';
import { requirePermission } from '../../core/people/permissions.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import { ok } from '../../core/result.ts';
import type { Answer, OrderPress } from '../actions/action.ts';
import type { PrivateText } from '../listeners/replies.ts';
import { said } from '../listeners/replies.ts';
import type { SlackBlock, SlackModal } from '../messages/blocks.ts';
import { foreign } from '../messages/text.ts';
import { detailsOf, redrawDetails } from '../order-details.ts';
import { orderButtonValue } from '../values.ts';
import { done, type FormAnswer, type Submission } from './form.ts';
import { openForm } from './open.ts';

/** Kept in the forms about one order: ids, the version that the person saw, and the Details that it was opened from. */
export const orderMetadata = z.object({
  merchant: z.uuid(),
  order: z.uuid(),
  version: z.number().int(),
  details: z.string().optional(),
});
export type OrderMetadata = z.infer<typeof orderMetadata>;

/** Of the order as it is now: the form shows it so. */
export function orderMetadataOf(press: OrderPress): OrderMetadata {
  const details = detailsOf(press);
  const { merchantId, id, version } = press.order;
  return { merchant: merchantId, order: id, version, ...(details === null ? {} : { details }) };
}

/**
 * Opens a form about one order for people who may do what it is for; others are told so before they see anything of it:
 * these forms may show the recipient.
 */
export async function openOrderForm(
  press: OrderPress,
  title: string,
  build: (metadata: OrderMetadata) => SlackModal | Promise<SlackModal>,
  permission: Permission = 'work_orders',
): Promise<Answer> {
  const permitted = requirePermission(press.actor, permission, press.order.merchantId);
  if (!permitted.ok) return said(permitted.error);
  return openForm(press, title, async () => ok(await build(orderMetadataOf(press))));
}

export interface OrderFormParts {
  readonly callbackId: string;
  readonly title: string;
  readonly submit: string;
  readonly metadata: OrderMetadata;
  readonly blocks: readonly SlackBlock[];
}

export const orderModal = ({ callbackId, title, submit, metadata, blocks }: OrderFormParts): SlackModal => ({
  type: 'modal',
  callback_id: callbackId,
  private_metadata: JSON.stringify(metadata),
  title: { type: 'plain_text', text: title },
  submit: { type: 'plain_text', text: submit },
  close: { type: 'plain_text', text: 'Back' },
  blocks: [...blocks],
});

/** Which order a form is about: mrkdwn. */
export const orderTitle = (order: Pick<OrderDetail, 'number' | 'storeName'>): string =>
  `*${foreign(order.number, 60)}* · ${foreign(order.storeName, 60)}`;

export const askedOf = ({ actor, metadata }: Submission<OrderMetadata>) => ({
  actor,
  merchantId: metadata.merchant,
  orderId: metadata.order,
});

/**
 * It was done: said in the Details below, drawn anew, or privately. With `undo`, a button's text, the private answer
 * carries the way back.
 */
export async function doneWith(
  submission: Submission<OrderMetadata>,
  text: string,
  undo?: string,
): Promise<FormAnswer> {
  const { merchant, order, version, details } = submission.metadata;
  const ref = { merchantId: merchant, orderId: order };
  if (details !== undefined && (await redrawDetails(submission, details, ref, text))) return done(null);
  if (undo === undefined) return done(text);
  // Undoing looks at the deed itself, not at the version.
  return done(withUndo(text, orderButtonValue({ id: order, merchantId: merchant, version }), undo));
}

const withUndo = (text: string, value: string, label: string): PrivateText => ({
  text,
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text } },
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'undo_order', text: { type: 'plain_text', text: label }, value }],
    },
  ],
});

export const mrkdwn = (text: string): SlackBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

export interface TextField {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial?: string;
  readonly max: number;
  readonly optional?: boolean;
  readonly multiline?: boolean;
}

/** A text to type; its element has the block's id. */
export const textInput = (field: TextField): SlackBlock => ({
  type: 'input',
  block_id: field.id,
  optional: field.optional === true,
  label: { type: 'plain_text', text: field.label },
  ...(field.hint === undefined ? {} : { hint: { type: 'plain_text', text: field.hint } }),
  element: {
    type: 'plain_text_input',
    action_id: field.id,
    max_length: field.max,
    ...(field.multiline === true ? { multiline: true } : {}),
    ...(field.initial === undefined || field.initial === '' ? {} : { initial_value: field.initial }),
  },
});
