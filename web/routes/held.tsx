import { Hono } from 'hono';
import { isId } from '../../core/ids.ts';
import { holdTitle } from '../../core/order/hold-text.ts';
import type { KeyKind } from '../../core/order/line-key.ts';
import type { HoldCode } from '../../core/order/types.ts';
import type { HeldCause } from '../../core/queries/list-held-causes.ts';
import type { HeldCauseKey } from '../../core/queries/list-orders.ts';
import { ok, type Refusal, refuse } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { done, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment } from '../flash.ts';
import { numberOf, seenOf, textOf } from '../form.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { chosenProduct } from '../orders/chosen-product.ts';
import { BindForm, ClassifyForm, classOf, MethodForm, maxParts } from '../orders/fix-forms.tsx';
import { HeldPage } from '../orders/held-page.tsx';
import { causeText, listHref, readCause, readListQuery } from '../orders/list-query.ts';
import { Suggestions } from '../orders/product-picker.tsx';
import { withProduct } from '../orders/with-product.ts';
import { leadTo, renderPage } from '../page.tsx';
import { plural } from '../views/format.ts';
import { can, loadFrame, needs } from '../views/frame.ts';

/** Suggestions under a search box. */
const suggestionsShown = 8;

/** What holds orders, by cause, and the dialogs that mend a cause for every order it holds. */
export default function held(deps: WebDeps): Hono<WebEnv> {
  const { commands, queries } = deps.desk;
  const app = new Hono<WebEnv>();

  app.get('/held', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const storeId = c.req.query('store') ?? '';
    const [frame, causes] = await Promise.all([
      loadFrame(c, deps),
      queries.listHeldCauses({ merchantIds: [merchantId], storeId: isId(storeId) ? storeId : undefined }),
    ]);
    const view = (
      <HeldPage
        frame={frame}
        held={causes}
        platformNames={deps.platformNames}
        mayWork={can(c, 'work_orders')}
        here={isId(storeId) ? `/held?store=${storeId}` : '/held'}
      />
    );
    return isFragment(c) ? c.html(view) : renderPage(c, frame, { title: 'Held', section: 'held' }, view);
  });

  app.get('/held/fix', (c) => fixDialog(c, deps, readCause(c.req.query('cause') ?? null), c.req.query('order') ?? ''));

  app.post('/held/fix', async (c) => {
    const asked = needs(c, 'work_orders');
    const cause = readCause(textOf(c, 'cause'));
    const orderId = textOf(c, 'order');
    if (cause === null) throw HttpRefusal.notFound();
    const { storeId, code } = cause;
    const subject = cause.subject ?? '';
    const back = isId(orderId) ? `/orders/${orderId}` : '/held';
    if (code === 'sku_unmapped' || code === 'sku_missing') {
      const keyKind = keyKindOf(textOf(c, 'keyKind'), code);
      const parts = await partsOf(c, deps, asked.merchantId);
      if (!parts.ok) return fixDialog(c, deps, cause, orderId, parts.error);
      // Held for want of a mapping: one that is there now is a faster colleague's.
      const binding = { ...asked, storeId, keyKind, key: subject, components: parts.value, seenVersion: 0 };
      const result = await commands.bindSku(binding);
      if (!result.ok) return fixDialog(c, deps, cause, orderId, result.error);
      return done(c, { message: releasedWords(`SKU ${subject} is bound`, result.value.releasedOrders) }, back);
    }
    if (code === 'payment_unknown' || code === 'payment_blocked') {
      const [paymentClass, seen] = [classOf(textOf(c, 'class')), seenOf(c)];
      if (paymentClass === undefined) {
        return fixDialog(c, deps, cause, orderId, {
          code: 'nothing_chosen',
          message: 'Choose how it is paid.',
          field: 'class',
        });
      }
      const result = await commands.classifyPayment({
        ...asked,
        storeId,
        paymentMethod: subject,
        class: paymentClass,
        seenClass: seen == null ? seen : classOf(seen),
      });
      if (!result.ok) return fixDialog(c, deps, cause, orderId, result.error);
      return done(
        c,
        { message: releasedWords(`Payment type ${subject} is classified`, result.value.releasedOrders) },
        back,
      );
    }
    if (code === 'shipping_method_unmapped') {
      const shippingTypeId = textOf(c, 'shippingTypeId');
      const mapping = { ...asked, storeId, method: subject, shippingTypeId, seenShippingTypeId: seenOf(c) };
      const result = await commands.mapShippingMethod(mapping);
      if (!result.ok) return fixDialog(c, deps, cause, orderId, result.error);
      return done(
        c,
        { message: releasedWords(`Shipping method ${subject} is mapped`, result.value.releasedOrders) },
        back,
      );
    }
    return leadTo(c, listHref(readListQuery(new URLSearchParams()), { cause }));
  });

  /** What a search box over warehouse SKUs shows. */
  app.get('/fragments/products', async (c) => {
    const { merchantId } = needs(c, 'work_orders');
    const name = c.req.query('name') ?? '';
    const suggestions = await queries.suggestProducts({
      merchantId,
      text: c.req.query(`${name}.text`) ?? '',
      platformSku: c.req.query('sku'),
      platformName: c.req.query('title'),
      platformBarcode: c.req.query('barcode'),
      limit: suggestionsShown,
    });
    return c.html(<Suggestions name={/^[\w.-]{1,80}$/.test(name) ? name : 'product'} suggestions={suggestions} />);
  });

  return app;
}

const releasedWords = (what: string, released: number): string =>
  released === 0 ? `${what}.` : `${what}: ${plural(released, 'order')} released.`;

const keyKindOf = (text: string, code: HoldCode): KeyKind =>
  text === 'sku' || text === 'product' || text === 'barcode' ? text : code === 'sku_missing' ? 'product' : 'sku';

/**
 * `part.<n>` names a product, `part.<n>.quantity` how many of it. Empty parts are left out; where something was typed
 * that names no product, nothing is bound without it.
 */
async function partsOf(c: WebContext, deps: WebDeps, merchantId: string) {
  const names = Array.from({ length: maxParts }, (_, index) => `part.${index}`);
  const parts = await Promise.all(
    names.map(async (name) => ({
      productId: await chosenProduct(c, deps, merchantId, name),
      quantity: numberOf(c, `${name}.quantity`),
      text: textOf(c, `${name}.text`),
    })),
  );
  const unknown = parts.find((part) => part.productId === '' && part.text !== '');
  if (unknown !== undefined) {
    return refuse('unknown_sku', `Choose a warehouse SKU for “${unknown.text}”: nothing is called exactly that.`);
  }
  return ok(parts.flatMap(({ productId, quantity }) => (productId === '' ? [] : [{ productId, quantity }])));
}

/** What was chosen stays chosen when the form comes back: a part that is not drawn again would be lost unseen. */
async function furtherParts(c: WebContext, deps: WebDeps, merchantId: string) {
  const names = Array.from({ length: maxParts - 1 }, (_, index) => `part.${index + 1}`);
  return Promise.all(
    names.map(async (name) => {
      const [text, chosen] = [textOf(c, `${name}.text`), textOf(c, name)];
      const found =
        text === '' ? [] : await deps.desk.queries.suggestProducts({ merchantId, text, limit: suggestionsShown });
      return withProduct(deps, merchantId, found, chosen);
    }),
  );
}

async function fixDialog(
  c: WebContext,
  deps: WebDeps,
  cause: HeldCauseKey | null,
  orderId: string,
  refusal?: Refusal,
): Promise<Response> {
  const asked = needs(c, 'work_orders');
  if (cause === null)
    throw HttpRefusal.notFound('This link is not complete. Open the cause from the list of held orders.');
  const { commands, queries } = deps.desk;
  const merchantIds = [asked.merchantId];
  const stores = await queries.listStoreNames({ merchantIds });
  const store = stores.find((one) => one.id === cause.storeId);
  if (store === undefined) throw HttpRefusal.notFound('There is no such store.');
  const known = await causeOf(deps, merchantIds, cause);
  const subject = cause.subject ?? '';
  // What a colleague decided meanwhile is looked at before anything is chosen anew.
  const isOvertaken = refusal?.code === 'decided_meanwhile';
  const shared = {
    cause,
    causeText: causeText(cause),
    storeName: store.name,
    orderId: isId(orderId) ? orderId : null,
    known,
    refusals: refusal === undefined ? [] : [refusal],
    typed: (field: string) => (c.get('form') === null || isOvertaken ? null : textOf(c, field)),
    back: isId(orderId) ? `/orders/${orderId}` : '/held',
  };
  const options = { title: holdTitle(cause.code), section: 'held' as const, refusal };
  switch (cause.code) {
    case 'sku_unmapped':
    case 'sku_missing': {
      const keyKind = keyKindOf(known?.detail.keyKind ?? textOf(c, 'keyKind'), cause.code);
      const wanted = {
        platformSku: keyKind === 'sku' ? subject : null,
        platformName: known?.detail.name ?? null,
        platformBarcode: keyKind === 'barcode' ? subject : null,
      };
      const [preview, suggestions, further] = await Promise.all([
        commands.previewBindSku({ ...asked, storeId: cause.storeId, keyKind, key: subject }),
        queries.suggestProducts({ merchantId: asked.merchantId, ...wanted, limit: suggestionsShown }),
        furtherParts(c, deps, asked.merchantId),
      ]);
      const waiting = preview.ok ? preview.value.heldOrders : (known?.orderCount ?? 0);
      return renderDialog(c, deps, { ...options, title: 'Bind SKU' }, (view) => (
        <BindForm
          {...shared}
          view={view}
          keyKind={keyKind}
          wanted={wanted}
          suggestions={suggestions}
          further={further}
          waiting={waiting}
        />
      ));
    }
    case 'payment_unknown':
    case 'payment_blocked': {
      const only = { storeId: cause.storeId, paymentMethod: subject };
      const [standing] = await queries.listPayments({ merchantIds, only });
      return renderDialog(c, deps, { ...options, title: 'Classify payment type' }, (view) => (
        <ClassifyForm {...shared} view={view} standing={standing} />
      ));
    }
    case 'shipping_method_unmapped': {
      const [types, [standing]] = await Promise.all([
        queries.listShippingTypes({ merchantIds }),
        queries.listMethods({ merchantIds, only: { storeId: cause.storeId, method: subject } }),
      ]);
      return renderDialog(c, deps, { ...options, title: 'Map shipping method' }, (view) => (
        <MethodForm {...shared} view={view} types={types} standing={standing} />
      ));
    }
    default:
      return leadTo(c, listHref(readListQuery(new URLSearchParams()), { cause }));
  }
}

/** The cause as it stands; null when it holds nothing any more. */
async function causeOf(deps: WebDeps, merchantIds: readonly string[], cause: HeldCauseKey): Promise<HeldCause | null> {
  const { causes } = await deps.desk.queries.listHeldCauses({
    merchantIds,
    code: cause.code,
    storeId: cause.storeId,
    subject: cause.subject ?? undefined,
  });
  return causes[0] ?? null;
}
