import { Hono } from 'hono';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment } from '../flash.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { buttonsOf } from '../orders/facts.ts';
import { ListRegion, OrdersPage, StatusChips } from '../orders/list-page.tsx';
import { readListQuery, toListInput } from '../orders/list-query.ts';
import { ActionMenu, OrderPageView } from '../orders/order-page.tsx';
import { renderPage } from '../page.tsx';
import { can, loadFrame, merchantIdOf, needs, signedInOf } from '../views/frame.ts';

/** The list of orders and the page of one. What is done to orders stands in `order-deeds.tsx` and `bulk.tsx`. */
export default function orders(deps: WebDeps): Hono<WebEnv> {
  const { queries } = deps.desk;
  const app = new Hono<WebEnv>();

  app.get('/orders', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const merchantIds = [merchantId];
    const query = readListQuery(new URL(c.req.url).searchParams);
    // The days of the filter are the merchant's: its zone comes with the frame, so the list waits for it.
    const frame = await loadFrame(c, deps);
    const part = isFragment(c);
    const [page, counts, stores, channels] = await Promise.all([
      queries.listOrders(toListInput(query, merchantId, frame.timeZone)),
      queries.countOrders({
        merchantIds,
        kind: query.kind,
        storeIds: query.storeIds.length === 0 ? undefined : query.storeIds,
      }),
      part ? [] : queries.listStoreNames({ merchantIds }),
      part ? [] : queries.listSourceChannels({ merchantIds, kind: query.kind }),
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
