import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { csvLine } from '../../core/csv.ts';
import { isId } from '../../core/ids.ts';
import { keyKinds } from '../../core/order/line-key.ts';
import type { MappingDetail, MappingStore } from '../../core/queries/list-mappings.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { done, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment, setFlash } from '../flash.ts';
import { fileOf, numberOf, textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { withProduct } from '../orders/with-product.ts';
import { leadTo, renderPage } from '../page.tsx';
import { plural } from '../views/format.ts';
import { can, loadFrame, needs } from '../views/frame.ts';
import { BindForm, type BindFormProps, type BindTarget, UnbindForm } from '../views/mappings/bind.tsx';
import { type ImportPageProps, MappingImportPage } from '../views/mappings/import.tsx';
import { MappingKeyPage } from '../views/mappings/key.tsx';
import { MappingsOverview } from '../views/mappings/overview.tsx';
import { MappingRegion, MappingStorePage, type MappingStoreProps, mappingShows } from '../views/mappings/store.tsx';

/** Enough for a few hundred SKUs, one per line. */
const longestFilter = 4_000;
const longestKey = 200;

export default function mappings(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get('/mappings', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const merchantIds = [merchantId];
    const store = c.req.query('store') ?? '';
    const filter = { q: (c.req.query('q') ?? '').slice(0, longestFilter), store: isId(store) ? store : '' };
    const [frame, unmapped, stores] = await Promise.all([
      loadFrame(c, deps),
      queries.listUnmapped({
        merchantIds,
        ...(filter.store === '' ? {} : { storeId: filter.store }),
        ...(filter.q === '' ? {} : { text: filter.q }),
      }),
      queries.listMappingStores({ merchantIds }),
    ]);
    const body = (
      <MappingsOverview
        frame={frame}
        unmapped={unmapped}
        stores={stores}
        filter={filter}
        platformNames={deps.platformNames}
        mayWork={can(c, 'work_orders')}
      />
    );
    return renderPage(c, frame, { title: 'Mappings', section: 'mappings' }, body);
  });

  app.get('/mappings/export.csv', (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const store = c.req.query('store') ?? '';
    c.header('content-type', 'text/csv; charset=utf-8');
    c.header('content-disposition', 'attachment; filename="mappings.csv"');
    return stream(c, async (out) => {
      await out.write(csvLine(['store', 'key_kind', 'platform_sku', 'warehouse_sku', 'quantity']));
      const rows = queries.exportMappings({ merchantIds: [merchantId], ...(isId(store) ? { storeId: store } : {}) });
      for await (const batch of rows) {
        await out.write(
          batch.map((row) => csvLine([row.store, row.keyKind, row.key, row.warehouseSku, row.quantity])).join(''),
        );
      }
    });
  });

  app.get('/mappings/import', (c) => {
    needs(c, 'work_orders');
    return importPage(c, deps, {});
  });

  app.post('/mappings/import', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const file = fileOf(c, 'file');
    const typed = textOf(c, 'rows');
    const result = await commands.importMappings({ actor, merchantId, csv: file === null ? typed : await file.text() });
    return result.ok
      ? importPage(c, deps, { imported: result.value })
      : importPage(c, deps, { refusals: [result.error], typed });
  });

  app.get('/mappings/key', async (c) => {
    needs(c, 'see_orders');
    const target = await targetOf(c, deps, (name) => c.req.query(name) ?? '');
    if (target.known === null) throw HttpRefusal.notFound('No order, listing or mapping of this store knows this SKU.');
    const [frame, platformName] = [await loadFrame(c, deps), platformNameOf(deps, target.known.platform)];
    const props = { frame, detail: target.known, platformName, mayWork: can(c, 'work_orders') };
    return renderPage(c, frame, { title: target.key, section: 'mappings' }, <MappingKeyPage {...props} />);
  });

  app.get('/mappings/bind', async (c) => {
    needs(c, 'work_orders');
    return bindPage(c, deps, await targetOf(c, deps, (name) => c.req.query(name) ?? ''), {});
  });

  app.post('/mappings/bind', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const target = await targetOf(c, deps, (name) => textOf(c, name));
    const typed = {
      productId: textOf(c, 'component'),
      quantity: numberOf(c, 'component.quantity'),
      extras: extraPlaces(c).map((place) => ({
        sku: textOf(c, `extra${place}.sku`),
        quantity: textOf(c, `extra${place}.quantity`),
      })),
    };
    const components = await componentsOf(deps, merchantId, typed);
    if (!components.ok) return bindPage(c, deps, target, { refusal: components.error, typed });
    const { storeId, keyKind, key } = target;
    const seen = numberOf(c, 'seen');
    const result = await commands.bindSku({
      actor,
      merchantId,
      storeId,
      keyKind,
      key,
      components: components.value,
      seenVersion: Number.isNaN(seen) ? undefined : seen,
    });
    if (!result.ok) return bindPage(c, deps, target, { refusal: result.error, typed });
    const { releasedOrders, touchedOrders } = result.value;
    const waits = touchedOrders - releasedOrders;
    const message = [
      `${key} is bound.`,
      releasedOrders > 0 ? `${plural(releasedOrders, 'order')} released.` : '',
      waits > 0 ? `${plural(waits, 'order is', 'orders are')} still held for another reason.` : '',
    ];
    const flash = {
      message: message.filter((part) => part !== '').join(' '),
      ...(releasedOrders > 0 ? { link: { href: '/orders?status=pending', label: 'Dispatch them' } } : {}),
    };
    return done(c, flash, `/mappings/${storeId}`);
  });

  app.get('/mappings/unbind', async (c) => {
    needs(c, 'work_orders');
    return unbindPage(c, deps, await boundOf(c, deps, (name) => c.req.query(name) ?? ''));
  });

  app.post('/mappings/unbind', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const detail = await boundOf(c, deps, (name) => textOf(c, name));
    const result = await commands.unbindSku({ actor, merchantId, mappingId: textOf(c, 'mapping') });
    if (!result.ok) return unbindPage(c, deps, detail, result.error);
    const held = result.value.heldOrders;
    const message =
      held > 0
        ? `${detail.key} is unbound; ${plural(held, 'order is', 'orders are')} held for it.`
        : `${detail.key} is unbound.`;
    setFlash(c, { message });
    return leadTo(c, `/mappings/${detail.storeId}`);
  });

  app.get('/mappings/:storeId', (c) => storePage(c, deps, {}));

  app.post('/mappings/:storeId/auto-match', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const store = await storeOf(c, deps);
    const result = await commands.autoMatch({ actor, merchantId, storeId: store.storeId });
    return storePage(c, deps, result.ok ? { matched: result.value } : { refusals: [result.error] });
  });

  app.post('/mappings/:storeId/listings', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const store = await storeOf(c, deps);
    const result = await commands.loadListings({ actor, merchantId, storeId: store.storeId });
    if (!result.ok) return storePage(c, deps, { refusals: [result.error] });
    setFlash(c, { message: `${plural(result.value.listings, 'listing')} read from the platform.` });
    return leadTo(c, `/mappings/${store.storeId}`);
  });

  /** What a plain input offers while typing; a picker's rows are `/fragments/products`. */
  app.get('/products/suggest', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    // An empty name would be answered with every parameter at once.
    const field = c.req.query('from') ?? '';
    if (field === '') return c.html('');
    const products = await queries.suggestProducts({ merchantId, text: c.req.query(field) ?? '' });
    return c.html(products.map((product) => String(<option value={product.sku}>{product.name}</option>)).join(''));
  });

  return app;
}

const platformNameOf = (deps: WebDeps, platform: string): string => deps.platformNames[platform] ?? platform;

async function storeOf(c: WebContext, deps: WebDeps, storeId = c.req.param('storeId') ?? ''): Promise<MappingStore> {
  const { merchantId } = needs(c, 'see_orders');
  const stores = isId(storeId) ? await deps.desk.queries.listMappingStores({ merchantIds: [merchantId] }) : [];
  const store = stores.find((one) => one.storeId === storeId);
  if (store === undefined) throw HttpRefusal.notFound();
  return store;
}

/** The key that an address or a form names, with what is known of it. 404 for a store of somebody else. */
async function targetOf(c: WebContext, deps: WebDeps, read: (name: string) => string): Promise<BindTarget> {
  const { merchantId } = needs(c, 'see_orders');
  const keyKind = keyKinds.find((kind) => kind === read('kind')) ?? 'sku';
  const key = read('key').trim();
  const storeId = read('store');
  if (key === '' || key.length > longestKey) throw HttpRefusal.notFound('Which SKU? The address names none.');
  const store = await storeOf(c, deps, storeId);
  const known = await deps.desk.queries.showMapping({ merchantIds: [merchantId], storeId, keyKind, key });
  return { storeId, storeName: store.name, keyKind, key, known };
}

async function boundOf(c: WebContext, deps: WebDeps, read: (name: string) => string): Promise<MappingDetail> {
  const { known } = await targetOf(c, deps, read);
  if (known === null || known.mapping === null) throw HttpRefusal.notFound('This SKU is not bound (any more).');
  return known;
}

async function bindPage(
  c: WebContext,
  deps: WebDeps,
  target: BindTarget,
  more: { readonly refusal?: Refusal; readonly typed?: BindFormProps['typed'] },
): Promise<Response> {
  const { merchantId } = needs(c, 'work_orders');
  const { known } = target;
  const found = await deps.desk.queries.suggestProducts({
    merchantId,
    platformSku: target.keyKind === 'product' ? null : target.key,
    platformName: known?.name ?? null,
    platformBarcode: target.keyKind === 'barcode' ? target.key : (known?.barcode ?? null),
    limit: 8,
  });
  // What was chosen before, by search or in the mapping itself, stays among the choices: else it would be lost unseen.
  const chosen = more.typed?.productId ?? known?.mapping?.components[0]?.productId ?? '';
  const suggestions = await withProduct(deps, merchantId, found, chosen);
  const options = {
    title: `Bind ${target.keyKind === 'product' ? (known?.name ?? target.key) : target.key}`,
    section: 'mappings' as const,
    lede: `${target.storeName}${known === null || known.name === '' || target.keyKind === 'product' ? '' : ` · ${known.name}`}`,
    refusal: more.refusal,
  };
  const refusals = more.refusal === undefined ? [] : [more.refusal];
  return renderDialog(c, deps, options, (view) => (
    <BindForm
      view={view}
      target={target}
      suggestions={suggestions}
      refusals={refusals}
      {...(more.typed === undefined ? {} : { typed: more.typed })}
    />
  ));
}

/** However many the form sent: a part that is not read would be lost unseen. */
function extraPlaces(c: WebContext): readonly number[] {
  const places = [...(c.get('form')?.keys() ?? [])].flatMap((field) => {
    const place = /^extra(\d{1,3})\.sku$/.exec(field)?.[1];
    return place === undefined ? [] : [Number(place)];
  });
  return [...new Set(places)].sort((a, b) => a - b);
}

function unbindPage(c: WebContext, deps: WebDeps, detail: MappingDetail, refusal?: Refusal): Promise<Response> {
  const options = { title: `Unbind ${detail.key}?`, section: 'mappings' as const, refusal };
  return renderDialog(c, deps, options, (view) => (
    <UnbindForm view={view} detail={detail} refusals={refusal === undefined ? [] : [refusal]} />
  ));
}

/** The chosen product and the typed SKUs of a combination, as the command takes them. */
async function componentsOf(
  deps: WebDeps,
  merchantId: string,
  typed: NonNullable<BindFormProps['typed']>,
): Promise<{ ok: true; value: { productId: string; quantity: number }[] } | { ok: false; error: Refusal }> {
  if (typed.productId === '') {
    return { ok: false, error: { code: 'invalid_input', message: 'Choose a warehouse SKU.', field: 'component' } };
  }
  const components = [{ productId: typed.productId, quantity: typed.quantity }];
  for (const { sku, quantity } of typed.extras) {
    if (sku === '') continue;
    const found = await deps.desk.queries.suggestProducts({ merchantId, text: sku });
    const product = found.find((one) => one.sku === sku) ?? found.find((one) => one.match === 'sku');
    if (product === undefined) {
      return {
        ok: false,
        error: { code: 'unknown_sku', message: `There is no warehouse SKU ${sku}. Choose one from the list.` },
      };
    }
    components.push({
      productId: product.productId,
      quantity: /^\d{1,7}$/.test(quantity) ? Number(quantity) : Number.NaN,
    });
  }
  return { ok: true, value: components };
}

async function storePage(
  c: WebContext,
  deps: WebDeps,
  outcome: Pick<MappingStoreProps, 'matched' | 'refusals'>,
): Promise<Response> {
  const { merchantId } = needs(c, 'see_orders');
  const store = await storeOf(c, deps);
  const filter = {
    show: mappingShows.find((show) => show === c.req.query('show')) ?? 'all',
    q: (c.req.query('q') ?? '').slice(0, longestFilter),
  };
  const cursor = c.req.query('after') ?? null;
  const [frame, page] = await Promise.all([
    loadFrame(c, deps),
    deps.desk.queries.listMappings({
      merchantIds: [merchantId],
      storeId: store.storeId,
      show: filter.show,
      cursor,
      ...(filter.q === '' ? {} : { text: filter.q }),
    }),
  ]);
  const platform = deps.connections.platforms.find((one) => one.profile.platform === store.platform);
  const props: MappingStoreProps = {
    frame,
    store,
    platformName: platformNameOf(deps, store.platform),
    filter,
    page,
    cursor,
    mayWork: can(c, 'work_orders'),
    canLoad: platform?.profile.capabilities.products ?? false,
    ...outcome,
  };
  if (isFragment(c)) return c.html(<MappingRegion {...props} />);
  const [refusal] = outcome.refusals ?? [];
  const status = refusal === undefined ? 200 : statusOf(refusal);
  return renderPage(
    c,
    frame,
    { title: `Mappings of ${store.name}`, section: 'mappings', status },
    <MappingStorePage {...props} />,
  );
}

async function importPage(c: WebContext, deps: WebDeps, props: Omit<ImportPageProps, 'frame'>): Promise<Response> {
  const frame = await loadFrame(c, deps);
  const [refusal] = props.refusals ?? [];
  const status = refusal === undefined ? 200 : statusOf(refusal);
  const body = <MappingImportPage frame={frame} {...props} />;
  return renderPage(c, frame, { title: 'Import mappings', section: 'mappings', status }, body);
}
