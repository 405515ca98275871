import { answerInForm } from '../below.ts';
import { said } from '../listeners/replies.ts';
import { foreign } from '../messages/text.ts';
import type { Action } from './action.ts';

/** Takes the last dispatch or cancellation back, within its time, by the person who did it. */
export const undoOrder: Action = {
  id: 'undo_order',
  // The command judges by the deed itself: the card may be from before it.
  evenStale: true,
  async onOrder(press) {
    const { deps, actor, order } = press;
    const asked = { actor, merchantId: order.merchantId, orderId: order.id };
    const undone = await (order.status === 'cancelled'
      ? deps.commands.undoCancel(asked)
      : deps.commands.undoDispatch(asked));
    const text = undone.ok ? `Taken back: ${foreign(order.number, 60)} is where it was.` : said(undone.error);
    return answerInForm(press, text);
  },
};
