import { Hono } from 'hono';
import { fieldWords } from '../../core/order/hold-text.ts';
import { type Recipient, recipientFields } from '../../core/order/types.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { Refusal, Result } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { DialogFoot, DialogForm, done, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { idsOf, numberOf, overrideOf, textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { type DeedName, type DeedView, deeds } from '../orders/deeds.tsx';
import { leadTo } from '../page.tsx';
import { needs } from '../views/frame.ts';
import { FormErrors } from '../views/parts.tsx';
import { momentIn } from '../views/zoned.ts';
import { orderOf } from './orders.tsx';
import { refererPath } from './session.tsx';

const path = (deed: string) => `/orders/:id{[0-9a-f-]{36}}/${deed}`;

/** What is done to one order: each deed is a dialog (GET) and its form (POST). */
export default function orderDeeds(deps: WebDeps): Hono<WebEnv> {
  const { commands, queries } = deps.desk;
  const app = new Hono<WebEnv>();

  /** A dialog, what it sends, and what is said when it was done. */
  const deed = <Done,>(
    name: DeedName,
    act: (c: WebContext, order: OrderDetail) => Promise<Result<Done>>,
    said: (c: WebContext, order: OrderDetail, value: Done) => string,
    options: { readonly undo?: boolean; readonly permission?: 'work_orders' | 'administer' } = {},
  ): void => {
    const show = async (c: WebContext, order: OrderDetail, refusal?: Refusal): Promise<Response> => {
      const { merchantId } = needs(c, options.permission ?? 'work_orders');
      const { title, submit, tone, lede, Body } = deeds[name];
      const [carriers, warehouses, stock] = await Promise.all([
        name === 'manual-ship' ? queries.listCarriers({ enabledOnly: true }) : [],
        name === 'acknowledge' ? queries.listWarehouses({ merchantIds: [merchantId] }) : [],
        name === 'acknowledge' ? commands.previewDispatch({ ...needs(c, 'work_orders'), orderId: order.id }) : null,
      ]);
      return renderDialog(c, deps, { title: `${title} ${order.number}`, section: 'orders', lede, refusal }, (view) => {
        const props: DeedView = {
          order,
          frame: view.frame,
          typed: (field) => (c.get('form') === null ? null : textOf(c, field)),
          refusals: refusal === undefined ? [] : [refusal],
          carriers,
          warehouses,
          stock: stock?.ok === true ? stock.value : null,
        };
        return (
          <DialogForm view={view} action={`/orders/${order.id}/${name}`}>
            <FormErrors refusals={props.refusals} />
            <input type="hidden" name="version" value={order.version} />
            <Body {...props} />
            <DialogFoot view={view} back={`/orders/${order.id}`} submit={submit} tone={tone} />
          </DialogForm>
        );
      });
    };
    app.get(path(name), async (c) => show(c, await orderOf(c, deps)));
    app.post(path(name), async (c) => {
      const order = await orderOf(c, deps);
      const result = await act(c, order);
      if (!result.ok) return show(c, order, result.error);
      const undoPath = options.undo === true ? `/orders/${order.id}/undo` : undefined;
      return done(c, { message: said(c, order, result.value), undoPath }, `/orders/${order.id}`);
    });
  };

  const asked = (c: WebContext, order: OrderDetail) => ({
    ...needs(c, 'work_orders'),
    orderId: order.id,
    expectedVersion: numberOf(c, 'version'),
  });

  deed(
    'cancel',
    (c, order) =>
      commands.cancelOrder({
        ...asked(c, order),
        atPlatform: textOf(c, 'where') === 'platform',
        reason: textOf(c, 'reason'),
      }),
    (c, order) =>
      textOf(c, 'where') === 'platform'
        ? `Order ${order.number} cancelled. The platform is told in a moment.`
        : `Order ${order.number} cancelled here. The platform was not told.`,
    { undo: true },
  );
  deed(
    'cancel-rest',
    (c, order) => commands.cancelRest({ ...asked(c, order), reason: textOf(c, 'reason') }),
    (_c, order) => `The rest of order ${order.number} will not ship.`,
  );
  deed(
    'close',
    (c, order) => commands.closeByHand({ ...asked(c, order), reason: textOf(c, 'reason') }),
    (_c, order) => `Order ${order.number} closed by hand.`,
    { permission: 'administer' },
  );
  deed(
    'manual-ship',
    (c, order) => {
      const carrierId = textOf(c, 'carrierId');
      const service = textOf(c, 'service');
      return commands.manualShip({
        ...asked(c, order),
        trackingNumber: textOf(c, 'trackingNumber'),
        carrier: carrierId === '' ? { name: textOf(c, 'carrierName') } : { id: carrierId },
        service: service === '' ? undefined : service,
        override: overrideOf(c),
      });
    },
    (_c, order) => `Order ${order.number} shipped by hand. The platform is being told.`,
  );
  deed(
    'mark-shipped',
    async (c, order) => onlyOne(await commands.markShipped({ ...needs(c, 'work_orders'), orderIds: [order.id] })),
    (_c, order) => `The platform is being told again about order ${order.number}.`,
  );
  deed(
    'hold',
    async (c, order) =>
      holdOrRelease(await commands.holdOrders({ ...needs(c, 'work_orders'), orderIds: [order.id], ...holdInput(c) })),
    (_c, order) => `Order ${order.number} is held.`,
  );
  deed(
    'release',
    async (c) => {
      const holdIds = idsOf(c, 'hold');
      if (holdIds.length === 0) {
        return { ok: false, error: { code: 'nothing_chosen', message: 'Choose the holds to release.', field: 'hold' } };
      }
      return holdOrRelease(
        await commands.releaseHolds({ ...needs(c, 'work_orders'), holdIds, note: textOf(c, 'note') }),
      );
    },
    (_c, order) => `Holds of order ${order.number} released.`,
  );
  deed(
    'address',
    (c, order) => commands.correctAddress({ ...asked(c, order), recipient: recipientOf(c) }),
    (_c, order, { stillMissing }) =>
      stillMissing.length === 0
        ? `The address of order ${order.number} is corrected. The platform’s is kept beside it.`
        : `The address is saved, but order ${order.number} is still held. Missing: ${fieldWords(stillMissing.join(','))}.`,
  );
  deed(
    'refetch',
    (c, order) => commands.refetchOrders({ ...needs(c, 'work_orders'), orderIds: [order.id] }),
    (_c, order) => `Order ${order.number} is being fetched again.`,
  );
  deed(
    'acknowledge',
    (c, order) => {
      const decision = textOf(c, 'decision');
      return commands.acknowledgePurchaseOrder({
        ...asked(c, order),
        decision: decision === 'partial' || decision === 'reject_all' ? decision : 'accept_all',
        warehouseId: textOf(c, 'warehouseId'),
        lines: order.lines
          .filter((line) => line.removedAt === null)
          .map((line) => {
            const reason = textOf(c, `reason.${line.id}`);
            const ordered = line.quantity - line.quantityCancelled;
            const accepted =
              decision === 'reject_all' ? 0 : decision === 'partial' ? numberOf(c, `accepted.${line.id}`) : ordered;
            return { lineId: line.id, accepted, ...(reason === '' ? {} : { reason }) };
          }),
      });
    },
    (_c, order) => `Purchase order ${order.number} answered.`,
  );

  app.post('/orders/:id{[0-9a-f-]{36}}/exceptions/:exception{[0-9a-f-]{36}}/acknowledge', async (c) => {
    const result = await commands.acknowledgeException({
      ...needs(c, 'work_orders'),
      exceptionId: c.req.param('exception'),
    });
    if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
    setFlash(c, { message: 'The exception is closed.' });
    return leadTo(c, refererPath(c));
  });

  return app;
}

/** Of a command over many orders that was asked about one. */
function onlyOne(
  result: Result<
    readonly { readonly ok: boolean; readonly code?: string | undefined; readonly message?: string | undefined }[]
  >,
): Result<unknown> {
  if (!result.ok) return result;
  const [one] = result.value;
  if (one === undefined || one.ok) return { ok: true, value: null };
  return { ok: false, error: { code: one.code ?? 'refused', message: one.message ?? 'This was refused.' } };
}

const holdOrRelease = (
  result: Result<{
    readonly results: readonly {
      readonly ok: boolean;
      readonly code?: string | undefined;
      readonly message?: string | undefined;
    }[];
  }>,
): Result<unknown> =>
  onlyOne(result.ok ? { ok: true, value: result.value.results.filter((one) => !one.ok).slice(0, 1) } : result);

/** The reason of a hold, its note, and until when; a time that cannot be read is none. */
export function holdInput(c: WebContext) {
  const note = textOf(c, 'note');
  const until = textOf(c, 'releaseAt');
  const releaseAt = until === '' ? null : momentIn(until, textOf(c, 'zone') === '' ? 'UTC' : zoneOr(textOf(c, 'zone')));
  return {
    reason: textOf(c, 'reason'),
    note: note === '' ? undefined : note,
    releaseAt: releaseAt ?? undefined,
  };
}

const zones = new Set(Intl.supportedValuesOf('timeZone'));
const zoneOr = (zone: string): string => (zones.has(zone) ? zone : 'UTC');

/** Every field of the form; an emptied one is null. */
function recipientOf(c: WebContext): Partial<Recipient> {
  const form = c.get('form');
  return Object.fromEntries(
    recipientFields.flatMap((field) => {
      if (form?.has(field) !== true) return [];
      const text = textOf(c, field);
      return [[field, text === '' ? null : text]];
    }),
  );
}
