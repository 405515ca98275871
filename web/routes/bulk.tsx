import { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import { isId } from '../../core/ids.ts';
import type { OrderLabel } from '../../core/queries/list-order-labels.ts';
import type { Refusal, Result } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { DialogFoot, DialogForm, type DialogView, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { idsOf, textOf } from '../form.ts';
import { HoldFields } from '../orders/deeds.tsx';
import { OrderTags } from '../orders/dispatch-dialog.tsx';
import { BatchResults, type ShownResult } from '../orders/results.tsx';
import { leadTo } from '../page.tsx';
import { plural, queryText } from '../views/format.ts';
import { needs } from '../views/frame.ts';
import { FormErrors, Notice, TextArea } from '../views/parts.tsx';
import { holdInput } from './order-deeds.tsx';

/** A selection of more is refused by the commands; the list selects at most a page. */
const most = 1_000;

interface BulkDeed {
  readonly name: 'hold' | 'cancel' | 'mark-shipped';
  readonly title: string;
  readonly submit: (count: number) => string;
  readonly tone?: 'danger go';
  readonly body: (c: WebContext, view: DialogView, refusals: readonly Refusal[]) => Child;
  readonly act: (c: WebContext, orders: readonly OrderLabel[]) => Promise<Result<readonly ShownResult[]>>;
}

/** What is done to several orders at once, with a result for each. Batch dispatch stands in `dispatch.tsx`. */
export default function bulk(deps: WebDeps): Hono<WebEnv> {
  const { commands, queries } = deps.desk;
  const app = new Hono<WebEnv>();

  const deeds: readonly BulkDeed[] = [
    {
      name: 'hold',
      title: 'Hold',
      submit: (count) => `Hold ${plural(count, 'order')}`,
      body: (c, view, refusals) => (
        <HoldFields typed={(field) => typed(c, field)} refusals={refusals} frame={view.frame} />
      ),
      act: async (c, orders) => {
        const orderIds = orders.map((order) => order.id);
        const result = await commands.holdOrders({ ...needs(c, 'work_orders'), orderIds, ...holdInput(c) });
        return result.ok ? { ok: true, value: result.value.results } : result;
      },
    },
    {
      name: 'mark-shipped',
      title: 'Mark Shipped',
      submit: (count) => `Tell the platforms about ${plural(count, 'order')}`,
      body: () => (
        <p>Sends again what the platforms have not accepted. Each is asked first, so nothing is told twice.</p>
      ),
      act: (c, orders) =>
        commands.markShipped({ ...needs(c, 'work_orders'), orderIds: orders.map((order) => order.id) }),
    },
    {
      name: 'cancel',
      title: 'Cancel',
      submit: (count) => `Cancel ${plural(count, 'order')} here`,
      tone: 'danger go',
      body: (c, _view, refusals) => (
        <>
          <Notice tone="warn">
            <p>
              Here only: the platforms are not told. Outbound orders that the warehouse has not begun are cancelled too.
              To tell a platform, cancel the order by itself.
            </p>
          </Notice>
          <TextArea
            name="reason"
            label="Reason"
            value={typed(c, 'reason')}
            refusals={refusals}
            rows={2}
            maxlength={500}
          />
        </>
      ),
      act: async (c, orders) => {
        const asked = needs(c, 'work_orders');
        const reason = textOf(c, 'reason');
        const results: ShownResult[] = [];
        // One by one: each is its own decision under its own lock, and the first failure stops none of the others.
        for (const order of orders) {
          const expectedVersion = Number(textOf(c, `version.${order.id}`)) || order.version;
          const result = await commands.cancelOrder({
            ...asked,
            orderId: order.id,
            expectedVersion,
            atPlatform: false,
            reason,
          });
          results.push({
            orderId: order.id,
            number: order.number,
            ok: result.ok,
            message: result.ok ? undefined : result.error.message,
          });
        }
        return { ok: true, value: results };
      },
    },
  ];

  for (const deed of deeds) {
    const path = `/bulk/${deed.name}`;

    const show = async (c: WebContext, given: readonly string[], refusal?: Refusal): Promise<Response> => {
      const { merchantId } = needs(c, 'work_orders');
      const ids = [...new Set(given.filter(isId))].slice(0, most);
      const orders = await queries.listOrderLabels({ merchantIds: [merchantId], orderIds: ids });
      if (orders.length === 0) return leadTo(c, '/orders');
      const refusals = refusal === undefined ? [] : [refusal];
      return renderDialog(
        c,
        deps,
        { title: `${deed.title} ${plural(orders.length, 'order')}`, section: 'orders', refusal },
        (view) => (
          <DialogForm view={view} action={path}>
            <FormErrors refusals={refusals} />
            <OrderTags
              orders={orders}
              hrefWithout={(id) => `${path}${queryText({ order: ids.filter((one) => one !== id) })}`}
            />
            {orders.map((order) => (
              <input type="hidden" name={`version.${order.id}`} value={order.version} />
            ))}
            {deed.body(c, view, refusals)}
            <DialogFoot view={view} back="/orders" submit={deed.submit(orders.length)} tone={deed.tone} />
          </DialogForm>
        ),
      );
    };

    app.get(path, (c) => show(c, c.req.queries('order') ?? []));

    app.post(path, async (c) => {
      const { merchantId } = needs(c, 'work_orders');
      const orderIds = idsOf(c, 'order');
      const orders = await queries.listOrderLabels({ merchantIds: [merchantId], orderIds });
      const result = await deed.act(c, orders);
      if (!result.ok) return show(c, orderIds, result.error);
      const good = result.value.filter((one) => one.ok).length;
      c.header('HX-Trigger', 'desk:acted');
      return renderDialog(
        c,
        deps,
        { title: `${deed.title}: ${good} of ${result.value.length} done`, section: 'orders' },
        (view) => <BatchResults view={view} results={result.value} fixHref={(id) => `/orders/${id}/${deed.name}`} />,
      );
    });
  }

  return app;
}

const typed = (c: WebContext, field: string): string | null => (c.get('form') === null ? null : textOf(c, field));
