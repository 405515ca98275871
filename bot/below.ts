import type { OrderPress } from './actions/action.ts';
import { redrawDialog } from './dispatch-dialog.ts';
import type { Gesture } from './gesture.ts';
import { detailsCallback } from './messages/order-details.ts';
import { type OrderRef, redrawDetails } from './order-details.ts';
import { type Below, belowSchema, parseJson } from './values.ts';

/** What lies below a form that is opened by this press. */
export function belowOf({ view }: Pick<Gesture, 'view'>): Below {
  if (view?.callbackId === detailsCallback) return { details: view.id };
  if (view?.callbackId !== 'dispatch') return {};
  const kept = belowSchema.safeParse(parseJson(view.metadata));
  return { ...(kept.success ? kept.data : {}), dialog: view.id };
}

/** Says in the forms below what was done, drawn anew. False where nothing lies below, or that could not be shown. */
export async function tellBelow(gesture: Gesture, below: Below, ref: OrderRef, text: string): Promise<boolean> {
  const { details, dialog } = below;
  const isInDetails = details !== undefined && (await redrawDetails(gesture, details, ref, text));
  if (dialog === undefined) return isInDetails;
  return redrawDialog(gesture, dialog, { ...ref, details }, text);
}

/** What came of a press: said in the form where it was pressed, drawn anew; elsewhere it is the answer. */
export async function answerInForm(press: Gesture & Pick<OrderPress, 'order'>, text: string): Promise<string | null> {
  const { merchantId, id: orderId } = press.order;
  return (await tellBelow(press, belowOf(press), { merchantId, orderId }, text)) ? null : text;
}
