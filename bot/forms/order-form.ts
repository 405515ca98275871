import { z } from 'zod';
import type { Permission } from '../../core/people/permissions.ts';
import { requirePermission } from '../../core/people/permissions.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import { ok } from '../../core/result.ts';
import type { Answer, OrderPress } from '../actions/action.ts';
import { belowOf, tellBelow } from '../below.ts';
import type { PrivateText } from '../listeners/replies.ts';
import { said } from '../listeners/replies.ts';
import type { SlackBlock, SlackModal } from '../messages/blocks.ts';
import { foreign } from '../messages/text.ts';
import { belowSchema, orderButtonValue } from '../values.ts';
import { done, type FormAnswer, type Submission } from './form.ts';
import { openForm } from './open.ts';

/** Kept in the forms about one order: ids, the version that the person saw, and the forms that it was opened from. */
export const orderMetadata = belowSchema.extend({ merchant: z.uuid(), order: z.uuid(), version: z.number().int() });
export type OrderMetadata = z.infer<typeof orderMetadata>;

/** Of the order as it is now: the form shows it so. */
export function orderMetadataOf(press: OrderPress): OrderMetadata {
  const { merchantId, id, version } = press.order;
  return { merchant: merchantId, order: id, version, ...belowOf(press) };
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
 * It was done: said in the form below, drawn anew, or privately. With `undo`, a button's text, the private answer
 * carries the way back.
 */
export async function doneWith(
  submission: Submission<OrderMetadata>,
  text: string,
  undo?: string,
): Promise<FormAnswer> {
  const { merchant, order, version } = submission.metadata;
  const ref = { merchantId: merchant, orderId: order };
  if (await tellBelow(submission, submission.metadata, ref, text)) return done(null);
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
