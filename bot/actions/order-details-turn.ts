import { z } from 'zod';
import { belowOf } from '../below.ts';
import { updateView } from '../forms/open.ts';
import { detailLists, orderDetailsModal } from '../messages/order-details.ts';
import { readOrder, viewerOf } from '../order-details.ts';
import { parseJson } from '../values.ts';
import type { Action } from './action.ts';

const turnValue = z.intersection(
  z.object({ of: z.uuid(), shows: z.uuid() }),
  z.union([
    z.object({ list: z.literal('all') }),
    z.object({ list: z.enum(detailLists), page: z.number().int().min(0).max(1_000) }),
  ]),
);

/** Shows another list or page of the order that is open. */
export const orderDetailsTurn: Action = {
  id: 'order_details_turn',
  async onValue(press) {
    const turn = turnValue.safeParse(parseJson(press.value));
    if (!turn.success || press.view === null) return 'This button is from an older version. Open the order again.';
    const order = await readOrder(press, { merchantId: turn.data.of, orderId: turn.data.shows });
    if (order === null) return 'There is no such order, or it is not yours to see.';
    const view = orderDetailsModal({
      order,
      viewer: viewerOf(press),
      place: turn.data,
      notice: null,
      card: belowOf(press).card,
    });
    await updateView(press, press.view, view);
    return null;
  },
};
