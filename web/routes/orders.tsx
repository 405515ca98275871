import { Hono } from 'hono';
import type { OrderKind } from '../../core/order/types.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment } from '../flash.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { buttonsOf } from '../orders/facts.ts';
import { ListRegion, OrdersPage, StatusChips } from '../orders/list-page.tsx';
import { readListQuery, toListInput } from '../orders/list-query.ts';
import { ActionMenu, OrderPageView } from '../orders/order-page.tsx';
import { renderPage } from '../page.tsx';
import { remembered } from '../remembered.ts';
import { can, loadFrame, merchantIdOf, needs, signedInOf } from '../views/frame.ts';

/** A new source channel may be missing from the filter's menu for so long. */
const channelsMs = 60_000;

/** The list of orders and the page of one. What is done to orders stands in `order-deeds.tsx` and `bulk.tsx`. */
export default function orders(deps: WebDeps): Hono<WebEnv> {
  const { queries } = deps.desk;
  const app = new Hono<WebEnv>();
  const sourceChannels = remembered(
    (merchantId: string, kind: OrderKind) => queries.listSourceChannels({ merchantIds: [merchantId], kind }),
    channelsMs,
    deps.clock,
  );

  app.get('/orders', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const merchantIds = [merchantId];
    const query = readListQuery(new URL(c.req.url).searchParams);
    const part = isFragment(c);
    const shown = loadFrame(c, deps);
    // Only the days of the filter are the merchant's: without them the list need not wait for its time zone.
    const timeZone = query.from === '' && query.until === '' ? 'UTC' : (await shown).timeZone;
    const [frame, page, counts, stores, channels] = await Promise.all([
      shown,
      queries.listOrders(toListInput(query, merchantId, timeZone)),
      queries.countOrders({
        merchantIds,
        kind: query.kind,
        storeIds: query.storeIds.length === 0 ? undefined : query.storeIds,
      }),
      part ? [] : queries.listStoreNames({ merchantIds }),
      part ? [] : sourceChannels(merchantId, query.kind),
    ]);
    const props = {
      frame,
      query,
      page,
      counts,
      stores,
      channels,
      platformNames: deps.platformNames,
      mayWork: can(c, 'work_orders'),
    };
    if (part) {
      return c.html(
        <>
          <ListRegion {...props} />
          <hx-partial hx-target="#status-chips" hx-swap="outerMorph">
            <StatusChips query={query} counts={counts} />
          </hx-partial>
        </>,
      );
    }
    return renderPage(c, frame, { title: 'Orders', section: 'orders' }, <OrdersPage {...props} />);
  });

  app.get('/orders/:id{[0-9a-f-]{36}}', async (c) => {
    const [frame, shown] = await Promise.all([loadFrame(c, deps), orderOf(c, deps)]);
    const props = {
      order: shown,
      frame,
      buttons: buttonsOf(shown, signedInOf(c), frame.now),
      platformName: deps.platformNames[shown.platform] ?? shown.platform,
      // Who may see orders may see whom they go to; warehouse people read addresses on their outbound orders.
      showsRecipient: can(c, 'see_orders'),
      mayWork: can(c, 'work_orders'),
    };
    const view = <OrderPageView {...props} />;
    if (isFragment(c)) return c.html(view);
    return renderPage(c, frame, { title: `Order ${shown.number}`, section: 'orders' }, view);
  });

  app.get('/orders/:id{[0-9a-f-]{36}}/menu', async (c) => {
    const shown = await orderOf(c, deps);
    return c.html(
      <ActionMenu
        order={shown}
        buttons={buttonsOf(shown, signedInOf(c), deps.clock.now())}
        mayWork={can(c, 'work_orders')}
      />,
    );
  });

  return app;
}

/** The order of the address; 404 also for one of another merchant. */
export async function orderOf(c: WebContext, deps: WebDeps) {
  needs(c, 'see_orders');
  const order = await deps.desk.queries.showOrder({
    merchantIds: [merchantIdOf(c)],
    orderId: c.req.param('id') ?? '',
  });
  if (order === null) throw HttpRefusal.notFound('There is no such order: it may belong to another merchant.');
  return order;
}
