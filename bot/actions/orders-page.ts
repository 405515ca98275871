import { z } from 'zod';
import { requirePermission } from '../../core/people/permissions.ts';
import { said } from '../listeners/replies.ts';
import { showAlert } from '../reading.ts';
import { parseJson } from '../values.ts';
import type { Action } from './action.ts';
import { causeOrdersPage } from './show-orders.ts';

const wanted = z.object({ cause: z.uuid(), of: z.uuid(), page: z.number().int().min(0) });

/** Previous and Next of a cause's orders: the same message, another page, read anew. */
export const ordersPage: Action = {
  id: 'orders_page',
  async onValue(press) {
    const { deps, actor, client, channelId, messageTs } = press;
    const page = wanted.safeParse(parseJson(press.value));
    if (!page.success) return 'This button is from an older version. Press Show orders again.';
    const permitted = requirePermission(actor, 'see_orders', page.data.of);
    if (!permitted.ok) return said(permitted.error);
    const alert = await showAlert(deps, actor, { merchantId: page.data.of, alertId: page.data.cause });
    if (alert === null) return 'This alert is gone. Open the dashboard to see what is held now.';
    const message = await causeOrdersPage(press, alert, page.data.page);
    if (channelId === null || messageTs === null) return message;
    // An answer that only one person sees is no message that can be edited.
    if (press.isPrivate) return message;
    await client.chat.update({ channel: channelId, ts: messageTs, text: message.text, blocks: [...message.blocks] });
    return null;
  },
};
