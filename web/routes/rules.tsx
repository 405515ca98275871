import { Hono } from 'hono';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { seenOf, textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { plural } from '../views/format.ts';
import { can, loadFrame, merchantIdOf, needs } from '../views/frame.ts';
import {
  PaymentsPage,
  type RefusedRule,
  ShippingTypeForm,
  ShippingTypesPage,
  type ShippingTypeValues,
} from '../views/settings/rules.tsx';

const classes = ['prepaid', 'cash_on_delivery', 'blocked'] as const;
const classOf = (text: string | null | undefined) => (text === null ? null : classes.find((one) => one === text));

/** Shipping types with the methods mapped to them, and payment types: what orders are held by. */
export default function rules(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get('/settings/shipping-types', (c) => typesPage(c, deps));

  app.post('/settings/methods', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const method = textOf(c, 'method');
    const storeId = textOf(c, 'storeId');
    const chosen = { shippingTypeId: textOf(c, 'shippingTypeId'), seenShippingTypeId: seenOf(c) };
    const result = await commands.mapShippingMethod({ actor, merchantId, storeId, method, ...chosen });
    if (!result.ok) return typesPage(c, deps, { refusal: result.error, storeId, subject: method });
    const { releasedOrders } = result.value;
    setFlash(c, {
      message: `${method} is mapped.${releasedOrders > 0 ? ` ${plural(releasedOrders, 'order')} released.` : ''}`,
    });
    return leadTo(c, '/settings/shipping-types#methods');
  });

  const typeForm = async (c: WebContext, id: string | null, values: ShippingTypeValues, refusal?: Refusal) => {
    const channels = await queries.listChannels({ merchantIds: [merchantIdOf(c)], servedOnly: true });
    const title = id === null ? 'Add a shipping type' : `Edit ${values.name}`;
    return renderDialog(c, deps, { title, section: 'settings', refusal }, (view) => (
      <ShippingTypeForm
        view={view}
        id={id}
        values={values}
        channels={channels}
        refusals={refusal === undefined ? [] : [refusal]}
      />
    ));
  };

  app.get('/settings/shipping-types/new', (c) => {
    needs(c, 'administer');
    return typeForm(c, null, { code: '', name: '', defaultChannelId: '' });
  });

  app.get('/settings/shipping-types/:id', async (c) => {
    const { merchantId } = needs(c, 'administer');
    const types = await queries.listShippingTypes({ merchantIds: [merchantId] });
    const type = types.find((one) => one.id === c.req.param('id'));
    if (type === undefined) throw HttpRefusal.notFound();
    return typeForm(c, type.id, { code: type.code, name: type.name, defaultChannelId: type.defaultChannelId ?? '' });
  });

  app.post('/settings/shipping-types/:id', async (c) => {
    const { actor, merchantId } = needs(c, 'administer');
    const id = c.req.param('id') === 'new' ? null : c.req.param('id');
    const values = {
      code: textOf(c, 'code'),
      name: textOf(c, 'name'),
      defaultChannelId: textOf(c, 'defaultChannelId'),
    };
    const result = await commands.saveShippingType({
      actor,
      merchantId,
      shippingTypeId: id,
      ...values,
      defaultChannelId: values.defaultChannelId === '' ? null : values.defaultChannelId,
    });
    if (!result.ok) return typeForm(c, id, values, result.error);
    setFlash(c, { message: `${values.name} saved.` });
    return leadTo(c, '/settings/shipping-types');
  });

  app.get('/settings/payments', (c) => paymentsPage(c, deps));

  app.post('/settings/payments', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const paymentMethod = textOf(c, 'paymentMethod');
    const storeId = textOf(c, 'storeId');
    const refused = (refusal: Refusal) => paymentsPage(c, deps, { refusal, storeId, subject: paymentMethod });
    const chosen = classOf(textOf(c, 'class'));
    if (chosen == null) {
      return refused({
        code: 'invalid_input',
        message: 'Choose prepaid, cash on delivery or blocked.',
        field: 'class',
      });
    }
    const input = { storeId, paymentMethod, class: chosen, seenClass: classOf(seenOf(c)) };
    const result = await commands.classifyPayment({ actor, merchantId, ...input });
    if (!result.ok) return refused(result.error);
    const { releasedOrders, heldOrders } = result.value;
    const effect =
      releasedOrders > 0
        ? ` ${plural(releasedOrders, 'order')} released.`
        : heldOrders > 0
          ? ` ${plural(heldOrders, 'order')} held.`
          : '';
    setFlash(c, {
      message: `${paymentMethod === '' ? 'Orders without a payment type' : paymentMethod}: classified.${effect}`,
    });
    return leadTo(c, '/settings/payments');
  });

  return app;
}

async function typesPage(c: WebContext, deps: WebDeps, refused?: RefusedRule): Promise<Response> {
  const { merchantId } = needs(c, 'see_orders');
  const merchantIds = [merchantId];
  const [frame, types, methods] = await Promise.all([
    loadFrame(c, deps),
    deps.desk.queries.listShippingTypes({ merchantIds }),
    deps.desk.queries.listMethods({ merchantIds }),
  ]);
  const body = (
    <ShippingTypesPage
      frame={frame}
      types={types}
      methods={methods}
      platformNames={deps.platformNames}
      mayAdminister={can(c, 'administer')}
      mayWork={can(c, 'work_orders')}
      refused={refused}
    />
  );
  const status = refused === undefined ? 200 : statusOf(refused.refusal);
  return renderPage(c, frame, { title: 'Shipping types', section: 'settings', status }, body);
}

async function paymentsPage(c: WebContext, deps: WebDeps, refused?: RefusedRule): Promise<Response> {
  const { merchantId } = needs(c, 'see_orders');
  const [frame, payments] = await Promise.all([
    loadFrame(c, deps),
    deps.desk.queries.listPayments({ merchantIds: [merchantId] }),
  ]);
  const body = (
    <PaymentsPage
      frame={frame}
      payments={payments}
      platformNames={deps.platformNames}
      mayWork={can(c, 'work_orders')}
      refused={refused}
    />
  );
  const status = refused === undefined ? 200 : statusOf(refused.refusal);
  return renderPage(c, frame, { title: 'Payment types', section: 'settings', status }, body);
}
