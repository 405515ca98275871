import type { Result } from '../core/result.ts';
import { ok } from '../core/result.ts';
import { dispatchChoice } from './dispatch-choice.ts';
import { dispatchModal } from './forms/dispatch-modal.ts';
import { updateView } from './forms/open.ts';
import type { Gesture } from './gesture.ts';
import type { SlackModal } from './messages/blocks.ts';
import { nameOf } from './receiver.ts';

export interface DialogAbout {
  readonly merchantId: string;
  readonly orderId: string;
  /** From where the dialog was opened: Details, or the order's private card. */
  readonly details?: string | undefined;
  readonly card?: string | undefined;
}

/** The dispatch dialog of an order as it is now; `notice`, mrkdwn: what was just done. */
export async function dispatchDialog(
  { deps, actor }: Pick<Gesture, 'deps' | 'actor'>,
  { merchantId, orderId, details, card }: DialogAbout,
  notice: string | null,
): Promise<Result<SlackModal>> {
  const choice = await dispatchChoice(deps, { actor, merchantId, orderId });
  if (!choice.ok) return choice;
  const metadata = { merchant: merchantId, order: orderId, version: choice.value.version, details, card };
  return ok(dispatchModal(metadata, choice.value, `${deps.config.publicUrl}/orders/${orderId}`, notice));
}

/** Draws an open dispatch dialog anew. False when that was not shown; never throws: the deed is done. */
export async function redrawDialog(
  gesture: Gesture,
  viewId: string,
  about: DialogAbout,
  notice: string,
): Promise<boolean> {
  try {
    const dialog = await dispatchDialog(gesture, about, notice);
    return dialog.ok && (await updateView(gesture, { id: viewId, hash: null }, dialog.value));
  } catch (error) {
    gesture.deps.log.warn({ orderId: about.orderId, error: nameOf(error) }, 'a dispatch dialog could not be redrawn');
    return false;
  }
}
