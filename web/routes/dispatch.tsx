import { Hono } from 'hono';
import { type BatchResult, batchLimit } from '../../core/commands/dispatch-batch.ts';
import type { DispatchPreview } from '../../core/commands/preview-dispatch.ts';
import { unpairedWords } from '../../core/dispatch/unpaired-carriers.ts';
import { isId } from '../../core/ids.ts';
import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { DialogFoot, DialogForm, done, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { fileOf, idsOf, numberOf, overrideOf, textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { chosenProduct } from '../orders/chosen-product.ts';
import { DispatchDialog, OrderTags } from '../orders/dispatch-dialog.tsx';
import { BatchResults } from '../orders/results.tsx';
import { leadTo } from '../page.tsx';
import { plural, queryText } from '../views/format.ts';
import { can, needs } from '../views/frame.ts';
import { undoSeconds } from '../views/layout.tsx';
import { FormErrors, Notice, Select } from '../views/parts.tsx';
import { orderOf } from './orders.tsx';

/** Dispatch to a warehouse: one order with everything, or many with one choice. */
export default function dispatch(deps: WebDeps): Hono<WebEnv> {
  const { commands } = deps.desk;
  const app = new Hono<WebEnv>();

  app.get('/orders/:id{[0-9a-f-]{36}}/dispatch', (c) => dispatchDialog(c, deps));

  app.post('/orders/:id{[0-9a-f-]{36}}/dispatch', async (c) => {
    const orderId = c.req.param('id');
    const [warehouseId = '', shippingChannelId = ''] = textOf(c, 'channel').split(':');
    const label = fileOf(c, 'label');
    const tracking = textOf(c, 'trackingNumber');
    const asked = needs(c, 'work_orders');
    const result = await commands.dispatchOrder({
      ...asked,
      orderId,
      expectedVersion: numberOf(c, 'version'),
      warehouseId,
      shippingChannelId,
      bindings: await bindingsOf(c, deps, asked.merchantId),
      label: label === null ? undefined : { name: label.name, body: new Uint8Array(await label.arrayBuffer()) },
      trackingNumber: tracking === '' ? undefined : tracking,
      override: overrideOf(c),
    });
    if (!result.ok) return dispatchDialog(c, deps, result.error);
    const { outboundNumber, outboundOrderId, notAsked } = result.value;
    return done(
      c,
      {
        message: `Dispatched: outbound order OB-${outboundNumber}.${notAsked === null ? '' : ` ${notAsked}`}`,
        link: { href: `/outbound/${outboundOrderId}`, label: 'Show it' },
        undoPath: `/orders/${orderId}/undo`,
      },
      `/orders/${orderId}`,
    );
  });

  app.post('/orders/:id{[0-9a-f-]{36}}/undo', async (c) => {
    const orderId = c.req.param('id');
    const order = await orderOf(c, deps);
    const asked = { ...needs(c, 'work_orders'), orderId };
    const result = order.status === 'cancelled' ? await commands.undoCancel(asked) : await commands.undoDispatch(asked);
    if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
    return done(c, { message: `Taken back: order ${order.number} is where it was.` }, `/orders/${orderId}`);
  });

  app.get('/bulk/dispatch', (c) => batchDialog(c, deps, c.req.queries('order') ?? []));

  app.post('/bulk/dispatch', async (c) => {
    const orderIds = idsOf(c, 'order');
    const [warehouseId = '', shippingChannelId = ''] = textOf(c, 'channel').split(':');
    const result = await commands.dispatchBatch({
      ...needs(c, 'work_orders'),
      orderIds,
      warehouseId,
      shippingChannelId,
    });
    if (!result.ok) return batchDialog(c, deps, orderIds, result.error);
    return batchResults(c, deps, result.value.runId, result.value.results);
  });

  return app;
}

async function dispatchDialog(c: WebContext, deps: WebDeps, refusal?: Refusal): Promise<Response> {
  const asked = needs(c, 'work_orders');
  const { commands, queries } = deps.desk;
  const orderId = c.req.param('id') ?? '';
  const [result, order] = await Promise.all([commands.previewDispatch({ ...asked, orderId }), orderOf(c, deps)]);
  if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
  const preview = result.value;
  const suggestions = await suggestionsFor(asked.merchantId, queries.suggestProducts, preview);
  const bindings = await bindingsOf(c, deps, asked.merchantId);
  const chosenProducts = new Map(bindings.map(({ lineId, components }) => [lineId, components[0]?.productId ?? '']));
  return renderDialog(
    c,
    deps,
    { title: `Dispatch ${preview.number}`, section: 'orders', lede: preview.storeName, refusal },
    (view) => (
      <DispatchDialog
        view={view}
        preview={preview}
        recipient={order.recipient}
        suggestions={suggestions}
        chosen={textOf(c, 'channel')}
        chosenProducts={chosenProducts}
        trackingNumber={textOf(c, 'trackingNumber')}
        refusal={refusal}
        mayOverride={can(c, 'administer')}
      />
    ),
  );
}

/** Suggestions under each line; the search box brings more. */
const suggestionsShown = 6;

async function suggestionsFor(
  merchantId: string,
  suggest: WebDeps['desk']['queries']['suggestProducts'],
  preview: DispatchPreview,
): Promise<ReadonlyMap<string, readonly ProductSuggestion[]>> {
  const unbound = preview.lines.filter(
    (line) => line.components.length === 0 && line.toDispatch > 0 && !line.cannotBeBound,
  );
  return new Map(
    await Promise.all(
      unbound.map(
        async (line): Promise<[string, readonly ProductSuggestion[]]> => [
          line.lineId,
          await suggest({ merchantId, platformSku: line.sku, platformName: line.name, limit: suggestionsShown }),
        ],
      ),
    ),
  );
}

const bindName = /^bind\.([0-9a-f-]{36})\b/;

/** `bind.<line>` names the product of a line, `bind.<line>.quantity` how many. Lines without a choice are left out. */
async function bindingsOf(c: WebContext, deps: WebDeps, merchantId: string) {
  const lineIds = new Set([...(c.get('form')?.keys() ?? [])].flatMap((name) => bindName.exec(name)?.[1] ?? []));
  const bindings = await Promise.all(
    [...lineIds].map(async (lineId) => ({
      lineId,
      productId: await chosenProduct(c, deps, merchantId, `bind.${lineId}`),
      quantity: numberOf(c, `bind.${lineId}.quantity`),
    })),
  );
  return bindings
    .filter(({ productId }) => productId !== '')
    .map(({ lineId, productId, quantity }) => ({ lineId, components: [{ productId, quantity }] }));
}

/** One order left: the single dialog. None: back to the list. */
async function batchDialog(
  c: WebContext,
  deps: WebDeps,
  given: readonly string[],
  refusal?: Refusal,
): Promise<Response> {
  const { merchantId } = needs(c, 'work_orders');
  const ids = [...new Set(given.filter(isId))].slice(0, batchLimit);
  const [only] = ids;
  if (only === undefined) return leadTo(c, '/orders');
  if (ids.length === 1) return c.redirect(`/orders/${only}/dispatch`, 303);
  const { queries } = deps.desk;
  const merchantIds = [merchantId];
  const [orders, channels] = await Promise.all([
    queries.listOrderLabels({ merchantIds, orderIds: ids }),
    queries.listChannels({ merchantIds, servedOnly: true }),
  ]);
  const usable = channels.filter((channel) => channel.enabled);
  const carrierIds = [...new Set(usable.map((channel) => channel.carrierId))];
  const listed = await deps.desk.commands.listUnpairedCarriers({
    ...needs(c, 'work_orders'),
    of: { orderIds: ids },
    carrierIds,
  });
  const unpaired = listed.ok ? listed.value : [];
  const options = usable
    .map((channel) => ({
      value: `${channel.warehouseId}:${channel.id}`,
      label: `${channel.warehouseName} · ${channel.name} (${channel.carrierName}, ${channel.serviceLevel})${channel.selfPickup ? ' · self-pickup: one order at a time' : ''}${channel.cashOnDelivery ? ' · COD' : ''}${unpaired.some((one) => one.carrierIds.includes(channel.carrierId)) ? ' · carrier not paired' : ''}`,
      disabled: channel.selfPickup,
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const held = orders.filter((order) => order.openHoldCount > 0).length;
  const later = orders.filter((order) => order.status !== 'pending' && order.status !== 'acknowledged').length;
  return renderDialog(
    c,
    deps,
    {
      title: `Dispatch ${plural(orders.length, 'order')}`,
      section: 'orders',
      lede: 'One warehouse and one shipping channel for all of them. Each gets its own result.',
      refusal,
    },
    (view) => (
      <DialogForm view={view} action="/bulk/dispatch">
        <FormErrors refusals={refusal === undefined ? [] : [refusal]} />
        <OrderTags
          orders={orders}
          hrefWithout={(id) => `/bulk/dispatch${queryText({ order: ids.filter((one) => one !== id) })}`}
        />
        {held > 0 ? (
          <Notice tone="warn">
            <p>
              {plural(held, 'order is', 'orders are')} held. Choosing a channel settles a missing shipping method;
              whatever else holds an order refuses it, with its reason, and the others go. Bind missing SKUs in the
              dialog of the single order.
            </p>
          </Notice>
        ) : null}
        {later > 0 ? (
          <Notice tone="info">
            <p>{plural(later, 'order has', 'orders have')} been dispatched or closed already and will be refused.</p>
          </Notice>
        ) : null}
        {unpaired.length === 0 ? null : (
          <Notice tone="warn">
            {unpaired.map((one) => (
              <p>
                {unpairedWords(one)} <a href={`/stores/${one.storeId}/carriers`}>Pair carriers</a>
              </p>
            ))}
          </Notice>
        )}
        {options.length === 0 ? (
          <Notice tone="warn">
            <p>
              No warehouse with a service and a shipping channel. <a href="/settings">Set one up</a>.
            </p>
          </Notice>
        ) : (
          <Select
            name="channel"
            label="Warehouse and shipping channel"
            options={options}
            value={textOf(c, 'channel')}
            placeholder="Choose"
            required
            refusals={refusal === undefined ? [] : [{ ...refusal, field: 'channel' }]}
          />
        )}
        <DialogFoot view={view} back="/orders" submit={`Dispatch ${plural(orders.length, 'order')}`} />
      </DialogForm>
    ),
  );
}

function batchResults(c: WebContext, deps: WebDeps, runId: string, results: readonly BatchResult[]): Promise<Response> {
  const good = results.filter((result) => result.ok).length;
  // The list behind the dialog shows the new statuses at once; the dialog stays with the results.
  c.header('HX-Trigger', 'desk:acted');
  return renderDialog(
    c,
    deps,
    {
      title:
        good === results.length ? `${plural(good, 'order')} dispatched` : `${good} of ${results.length} dispatched`,
      section: 'orders',
      lede: good > 0 ? `A dispatch can be undone on the order’s page for ${undoSeconds} seconds.` : undefined,
    },
    (view) => (
      <BatchResults
        view={view}
        runId={runId}
        results={results.map((result) => ({
          ...result,
          detail: result.ok
            ? `OB-${result.outboundNumber}${result.notAsked === undefined ? '' : ` · ${result.notAsked}`}`
            : undefined,
        }))}
        fixHref={(orderId) => `/orders/${orderId}/dispatch`}
      />
    ),
  );
}
