import { unpairedWords } from '../core/dispatch/unpaired-carriers.ts';
import { requirePermission } from '../core/people/permissions.ts';
import type { CauseOrders } from '../core/queries/list-cause-orders.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import type { Answer, CausePress } from './actions/action.ts';
import { dispatchDialog } from './dispatch-dialog.ts';
import { dispatchReleasedModal, mostReleased, type OpenCause } from './forms/dispatch-released.ts';
import { openForm } from './forms/open.ts';
import { said } from './listeners/replies.ts';
import type { SlackModal } from './messages/blocks.ts';
import { count } from './messages/text.ts';

/** Opens the form that dispatches everything a cause released, as one batch. */
export const openReleasedBatch = (press: CausePress): Promise<Answer> =>
  open(press, 'Dispatch all released', async () => {
    const { deps, actor, alert } = press;
    const { merchantId } = alert;
    const until = deps.clock.now();
    const orders = await deps.queries.listCauseOrders({
      merchantIds: [merchantId],
      alertId: alert.id,
      scope: 'released',
      until,
      page: 0,
      pageSize: 1,
    });
    if (orders.total === 0) {
      await deps.commands.recountReleased({ actor, merchantId, alertId: alert.id });
      return refuse(
        'nothing_left',
        'Nothing that this released waits for dispatch: it left, or something else holds it.',
      );
    }
    return withChannels(press, (choices) => dispatchReleasedModal({ alert, total: orders.total, until, ...choices }));
  });

/** Opens the form that dispatches those orders of an open cause that a batch can take; for the last one, its own dialog. */
export const openCauseBatch = (press: CausePress): Promise<Answer> =>
  open(press, 'Dispatch orders', async () => {
    const { deps, alert } = press;
    const { merchantId } = alert;
    const until = deps.clock.now();
    const asked = { merchantIds: [merchantId], alertId: alert.id, until, page: 0 };
    const [orders, waiting] = await Promise.all([
      deps.queries.listCauseOrders({ ...asked, scope: 'dispatchable', pageSize: 1 }),
      deps.queries.listCauseOrders({ ...asked, scope: 'waiting', pageSize: mostReleased }),
    ]);
    const [only] = orders.rows;
    if (only === undefined) {
      return refuse(
        'nothing_left',
        `None of ${count(waiting.total, 'order')} can be dispatched like this: they left, something else holds them, or they are purchase orders. Show orders lists them.`,
      );
    }
    if (orders.total === 1) {
      return dispatchDialog(press, { merchantId, orderId: only.id, details: undefined }, null);
    }
    const cause = openCause(waiting, orders.total);
    return withChannels(press, (choices) =>
      dispatchReleasedModal({ alert, total: orders.total, until, ...choices, open: cause }),
    );
  });

/** Of more orders than one page holds it is not counted why some are left out. */
function openCause({ total, rows }: CauseOrders, batch: number): OpenCause {
  if (rows.length < total) return { total, held: 0, purchaseOrders: 0, underWay: 0 };
  const pending = rows.filter(({ kind, status }) => kind === 'b2c' && status === 'pending').length;
  const purchaseOrders = rows.filter(({ kind }) => kind === 'b2b').length;
  return { total, held: Math.max(0, pending - batch), purchaseOrders, underWay: total - pending - purchaseOrders };
}

async function open(press: CausePress, title: string, build: () => Promise<Result<SlackModal>>): Promise<Answer> {
  const permitted = requirePermission(press.actor, 'work_orders', press.alert.merchantId);
  return permitted.ok ? openForm(press, title, build) : said(permitted.error);
}

type Choices = Pick<Parameters<typeof dispatchReleasedModal>[0], 'channels' | 'unpaired'>;

async function withChannels(
  { deps, actor, alert }: CausePress,
  build: (choices: Choices) => SlackModal,
): Promise<Result<SlackModal>> {
  const channels = await deps.queries.listChannels({ merchantIds: [alert.merchantId], servedOnly: true });
  const usable = channels.filter((channel) => channel.enabled && !channel.selfPickup);
  if (usable.length === 0) {
    return refuse('no_channel', 'No warehouse with a channel is open to this merchant. Add a service under Settings.');
  }
  const listed = await deps.commands.listUnpairedCarriers({
    actor,
    merchantId: alert.merchantId,
    of: { storeIds: alert.storeId === null ? [] : [alert.storeId] },
    carrierIds: [...new Set(usable.map((channel) => channel.carrierId))],
  });
  if (!listed.ok) return listed;
  const unpaired = listed.value.map((one) => ({
    words: unpairedWords(one),
    url: `${deps.config.publicUrl}/stores/${one.storeId}/carriers`,
  }));
  return ok(build({ channels: usable, unpaired }));
}
