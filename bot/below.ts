import type { OrderPress } from './actions/action.ts';
import { answerByAddress } from './answer-address.ts';
import { redrawDialog } from './dispatch-dialog.ts';
import type { Gesture } from './gesture.ts';
import { orderCard } from './messages/order-card.ts';
import { detailsCallback } from './messages/order-details.ts';
import { type OrderRef, readOrder, redrawDetails, viewerOf } from './order-details.ts';
import { isAnswerAddress } from './ours.ts';
import { nameOf } from './receiver.ts';
import { type Below, belowSchema, parseJson } from './values.ts';

/** What lies below a form that is opened by this press. */
export function belowOf({ view, cardAddress }: Pick<Gesture, 'view'> & Pick<OrderPress, 'cardAddress'>): Below {
  if (view === null) return cardAddress == null ? {} : { card: cardAddress };
  const isDetails = view.callbackId === detailsCallback;
  if (!isDetails && view.callbackId !== 'dispatch') return {};
  const kept = belowSchema.safeParse(parseJson(view.metadata));
  return { ...(kept.success ? kept.data : {}), ...(isDetails ? { details: view.id } : { dialog: view.id }) };
}

/** Says in the forms below what was done, drawn anew. False where no form lies below, or that could not be shown. */
export async function tellBelow(gesture: Gesture, below: Below, ref: OrderRef, text: string): Promise<boolean> {
  const { details, dialog } = below;
  // What a form keeps comes back from outside: any address could stand in it.
  const card = isAnswerAddress(below.card, gesture.deps.config.apiUrl) ? below.card : undefined;
  const [isInDetails] = await Promise.all([
    details !== undefined && redrawDetails(gesture, details, { ...ref, card }, text),
    card !== undefined && redrawOrderCard(gesture, card, ref),
  ]);
  if (dialog === undefined) return isInDetails;
  return redrawDialog(gesture, dialog, { ...ref, details, card }, text);
}

/** The private card of an order says how it is now; whoever looks at it long after the press has lost that chance. */
async function redrawOrderCard(gesture: Gesture, address: string, ref: OrderRef): Promise<void> {
  try {
    const order = await readOrder(gesture, ref);
    if (order === null) return;
    const { text, blocks } = orderCard(order, viewerOf(gesture));
    await answerByAddress(address, { text, blocks: [...blocks] }, 'replace');
  } catch (error) {
    gesture.deps.log.warn({ orderId: ref.orderId, error: nameOf(error) }, 'the card of an order could not be redrawn');
  }
}

/** What came of a press: said in the form where it was pressed, drawn anew; elsewhere it is the answer. */
export async function answerInForm(
  press: Gesture & Pick<OrderPress, 'order' | 'cardAddress'>,
  text: string,
): Promise<string | null> {
  const { merchantId, id: orderId } = press.order;
  return (await tellBelow(press, belowOf(press), { merchantId, orderId }, text)) ? null : text;
}
