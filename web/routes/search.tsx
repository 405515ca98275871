import { Hono } from 'hono';
import type { FoundOrder } from '../../core/queries/find-orders.ts';
import type { WebDeps } from '../deps.ts';
import type { WebEnv } from '../env.ts';
import { OrderTable } from '../orders/order-table.tsx';
import { renderPage } from '../page.tsx';
import { plural } from '../views/format.ts';
import { loadFrame, needs } from '../views/frame.ts';
import { Empty, PageHead } from '../views/parts.tsx';

const places: readonly (readonly [FoundOrder['foundIn'], string])[] = [
  ['number', 'Order number'],
  ['tracking', 'Tracking number'],
  ['recipient', 'Recipient'],
  ['sku', 'SKU'],
];

const maxText = 200;

/** One box over orders of both kinds: number, tracking number, recipient, SKU. One hit by number opens at once. */
export default function search(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get('/search', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const text = (c.req.query('q') ?? '').trim().slice(0, maxText);
    const found = await deps.desk.queries.findOrders({ merchantIds: [merchantId], text });
    const [only] = found;
    if (found.length === 1 && only !== undefined) return c.redirect(`/orders/${only.id}`, 303);
    const frame = await loadFrame(c, deps);
    return renderPage(
      c,
      frame,
      { title: `Search: ${text}`, section: 'orders' },
      <>
        <PageHead
          title={text === '' ? 'Search' : `“${text}”`}
          lede={found.length === 0 ? undefined : `${plural(found.length, 'order')} found.`}
        />
        {found.length === 0 ? (
          <Empty
            title={text === '' ? 'Search for an order' : 'Nothing found'}
            why="An order number or a recipient’s name from its beginning (two letters at least), a whole tracking number, a whole SKU."
          >
            <a class="btn" href="/orders">
              All orders
            </a>
          </Empty>
        ) : (
          <div class="stack">
            {places.map(([place, title]) => {
              const rows = found.filter((row) => row.foundIn === place);
              return rows.length === 0 ? null : (
                <section>
                  <h2>{title}</h2>
                  <OrderTable rows={rows} frame={frame} platformNames={deps.platformNames} />
                </section>
              );
            })}
          </div>
        )}
      </>,
    );
  });

  return app;
}
