/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import { catalogue } from './catalogue.ts';
import type { MarketEnv } from './env.ts';
import { orderKinds } from './generator.ts';
import type { Grants } from './grants.ts';
import type { Done, Market } from './market.ts';
import { Page, showPage } from './page.tsx';
import type { MarketStore } from './store.ts';
import { inTurn } from './turn.ts';
import type { MarketOrder, Shop } from './types.ts';
import type { WebhookSender } from './webhooks.ts';
import { fulfilmentStatus } from './wire-json.ts';

export interface OfficeDeps {
  readonly market: Market;
  readonly grants: Grants;
  readonly webhooks: WebhookSender;
  readonly store: MarketStore;
  readonly basePath: string;
}

/** Newest first; a page is for looking, not for working through thousands. */
const shownOrders = 200;
const mostPlaced = 1_000;

/** The marketplace's own back office: what the seller's desk told it, and buttons to be the buyer. */
export function createOffice(deps: OfficeDeps): Hono<MarketEnv> {
  const { market, basePath } = deps;
  const office = new Hono<MarketEnv>();
  const turn = inTurn(deps.store);

  office.get('/', turn, (c) =>
    showPage(
      c,
      <Page title="Shops" basePath={basePath}>
        <h1>Shops</h1>
        <p>
          The marketplace's back office: see what each shop was told, and be its buyers. Open a shop to place orders,
          cancel them, or send ones that are broken.
        </p>
        {market.shops().length === 0 ? (
          <p>No shop yet. Add a sandbox store in the desk; its consent page opens one.</p>
        ) : (
          <ul>
            {market.shops().map((shop) => (
              <li>
                <a href={`${basePath}/office/${shop.handle}`}>{shop.name}</a> ({shop.handle}),{' '}
                {shop.orders.length + (shop.bulk?.count ?? 0)} orders
              </li>
            ))}
          </ul>
        )}
      </Page>,
    ),
  );

  office.get('/office/:shop', turn, (c) => {
    const shop = market.shop(c.req.param('shop'));
    if (shop === null) return c.notFound();
    const orders = [...shop.orders].sort((a, b) => b.seq - a.seq).slice(0, shownOrders);
    const problem = c.req.query('problem');
    return showPage(
      c,
      <Page title={shop.name} basePath={basePath}>
        <h1>{shop.name}</h1>
        {problem === undefined ? null : <p role="alert">{problem}</p>}
        <div class="actions">
          {[1, 10, 100].map((count) => (
            <ShopForm
              shop={shop}
              action="place"
              label={`Place ${count} order${count === 1 ? '' : 's'}`}
              basePath={basePath}
            >
              <input type="hidden" name="count" value={String(count)} />
            </ShopForm>
          ))}
          <ShopForm shop={shop} action="place" label="Place one" basePath={basePath}>
            <input type="hidden" name="count" value="1" />
            <select name="kind" aria-label="Kind of order">
              {orderKinds.map((kind) => (
                <option value={kind}>{kind.replaceAll('_', ' ')}</option>
              ))}
            </select>
          </ShopForm>
          <ShopForm shop={shop} action="uninstall" label="Remove the app" basePath={basePath} />
        </div>
        <p class="hint">
          Orders: {shop.orders.length}. Fulfilments received: {shop.fulfilments.length}. Offered stock:{' '}
          {Object.entries(shop.stock)
            .map(([product, quantity]) => `${product} ${quantity}`)
            .join(', ') || 'not set yet'}
          .
        </p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Order</th>
                <th>Status</th>
                <th>Payment</th>
                <th>Lines</th>
                <th>Tracking received</th>
                <th>Be the buyer</th>
              </tr>
            </thead>
            <tbody>
              {orders.map((order) => (
                <OrderRow shop={shop} order={order} market={market} basePath={basePath} />
              ))}
            </tbody>
          </table>
        </div>
      </Page>,
    );
  });

  office.post('/office/:shop/:action', turn, async (c) => {
    const shop = market.shop(c.req.param('shop'));
    if (shop === null) return c.notFound();
    const body = await c.req.parseBody();
    const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
    const done = act(shop, c.req.param('action'), text);
    const problem = done === null || done.ok ? '' : `?problem=${encodeURIComponent(done.refused.message)}`;
    return c.redirect(`${basePath}/office/${shop.handle}${problem}`, 303);
  });

  return office;

  function act(shop: Shop, action: string, text: (name: string) => string): Done<unknown> | null {
    const orderId = text('order');
    switch (action) {
      case 'place': {
        const count = Math.min(mostPlaced, Math.max(1, Math.trunc(Number(text('count'))) || 1));
        market.place(shop, { count, kind: orderKinds.find((kind) => kind === text('kind')) });
        return null;
      }
      case 'uninstall':
        deps.webhooks.emit(shop, 'app.uninstalled', null);
        deps.grants.revoke(shop.handle);
        return null;
      case 'cancel':
        return market.cancel(shop, orderId, 'The buyer changed their mind');
      case 'ask-to-cancel':
        return market.requestCancellation(shop, orderId);
      case 'pay':
        return market.pay(shop, orderId);
      case 'move':
        return market.changeAddress(shop, orderId, {
          address1: '新地址路8號',
          phone: '0900000888',
          pickupPointCode: '123456',
        });
      case 'add-sku':
        return market.setSku(shop, orderId, text('sku') || catalogue[0].sku);
      case 'mend':
        return market.setDefect(shop, orderId, null);
      default:
        return { ok: false, refused: { code: 'no_such_action', message: 'There is no such button' } };
    }
  }
}

const ShopForm = (props: { shop: Shop; action: string; label: string; basePath: string; children?: unknown }) => (
  <form method="post" action={`${props.basePath}/office/${props.shop.handle}/${props.action}`}>
    {props.children}
    <button type="submit">{props.label}</button>
  </form>
);

const OrderRow = (props: { shop: Shop; order: MarketOrder; market: Market; basePath: string }) => {
  const { shop, order, basePath } = props;
  const fulfilments = props.market.book(shop).fulfilments(order.id);
  const needsSku = order.lines.some((line) => line.sku === null);
  const button = (action: string, label: string) => (
    <ShopForm shop={shop} action={action} label={label} basePath={basePath}>
      <input type="hidden" name="order" value={order.id} />
    </ShopForm>
  );
  return (
    <tr id={order.number}>
      <td>{order.number}</td>
      <td>
        {order.status}, {fulfilmentStatus(order, fulfilments)}
        {order.defect === null ? null : ` (broken: ${order.defect.replaceAll('_', ' ')})`}
        {order.cancellationRequested ? ', buyer asks to cancel' : null}
      </td>
      <td>
        {order.paymentMethod ?? 'none'}, {order.paymentStatus}
      </td>
      <td>{order.lines.map((line) => `${line.quantity} × ${line.sku ?? line.name}`).join(', ')}</td>
      <td class="tracking">{fulfilments.map((one) => `${one.carrier} ${one.trackingNumber}`).join(', ')}</td>
      <td>
        <div class="actions">
          {order.status === 'unpaid' ? button('pay', 'Pay') : null}
          {order.status === 'cancelled' ? null : button('cancel', 'Cancel')}
          {order.status === 'cancelled' || order.cancellationRequested
            ? null
            : button('ask-to-cancel', 'Ask to cancel')}
          {button('move', 'Change address')}
          {needsSku ? button('add-sku', 'Add SKU') : null}
          {order.defect === null ? null : button('mend', 'Mend')}
        </div>
      </td>
    </tr>
  );
};
