import { Hono } from 'hono';
import { isId } from '../../core/ids.ts';
import { outboundScope } from '../../core/people/outbound-scope.ts';
import { may } from '../../core/people/permissions.ts';
import type { ListStockInput, ProductDetail } from '../../core/queries/list-stock.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { done, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment, setFlash } from '../flash.ts';
import { fileOf, textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { countText } from '../views/format.ts';
import { can, loadFrame, needs } from '../views/frame.ts';
import { ProductImportPage, type ProductImportProps } from '../views/stock/import.tsx';
import { StockListPage, StockRegion, stockShows } from '../views/stock/list.tsx';
import {
  AdjustForm,
  type AdjustFormProps,
  ProductForm,
  type ProductFormProps,
  ProductPage,
} from '../views/stock/product.tsx';

/** Who packs needs to see what there is: everybody who sees outbound orders sees the stock of the same warehouses. */
export default function stock(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get('/stock', async (c) => {
    const { merchantId } = needs(c, 'see_outbound');
    const warehouse = c.req.query('warehouse') ?? '';
    const filter = {
      show: stockShows.find((show) => show === c.req.query('show')) ?? 'all',
      warehouse: isId(warehouse) ? warehouse : '',
      q: (c.req.query('q') ?? '').trim().slice(0, 100),
    };
    const cursor = c.req.query('after') ?? null;
    const within = inView(c);
    const [frame, page, warehouses] = await Promise.all([
      loadFrame(c, deps),
      queries.listStock({
        merchantIds: [merchantId],
        within,
        show: filter.show,
        cursor,
        ...(filter.warehouse === '' ? {} : { warehouseId: filter.warehouse }),
        ...(filter.q === '' ? {} : { text: filter.q }),
      }),
      queries.listWarehouses({ merchantIds: [merchantId] }),
    ]);
    const served = warehouses.filter((one) => one.services.length > 0 && (within === 'all' || within.includes(one.id)));
    const props = { frame, filter, page, cursor, warehouses: served, mayEdit: can(c, 'work_orders') };
    if (isFragment(c)) return c.html(<StockRegion {...props} />);
    return renderPage(c, frame, { title: 'Stock', section: 'stock' }, <StockListPage {...props} />);
  });

  app.get('/stock/import', (c) => {
    needs(c, 'work_orders');
    return importPage(c, deps, {});
  });

  app.post('/stock/import', async (c) => {
    const { actor, merchantId } = needs(c, 'work_orders');
    const file = fileOf(c, 'file');
    const typed = textOf(c, 'rows');
    const result = await commands.importProducts({ actor, merchantId, csv: file === null ? typed : await file.text() });
    return result.ok
      ? importPage(c, deps, { rows: result.value.rows })
      : importPage(c, deps, { refusals: [result.error], typed });
  });

  app.get('/stock/new', (c) => {
    needs(c, 'work_orders');
    return productFormPage(c, deps, null, { sku: '', name: '', barcodes: '', pictureUrl: '', enabled: true });
  });

  app.post('/stock/new', (c) => saveFrom(c, deps, null));

  app.get('/stock/:id', async (c) => {
    const { actor, merchantId } = needs(c, 'see_outbound');
    const [frame, detail] = await Promise.all([loadFrame(c, deps), productOf(c, deps)]);
    const body = (
      <ProductPage
        frame={frame}
        detail={detail}
        mayEdit={can(c, 'work_orders')}
        mayAdjust={(warehouseId) => may(actor, 'work_outbound', merchantId, warehouseId)}
      />
    );
    return renderPage(c, frame, { title: detail.row.sku, section: 'stock' }, body);
  });

  app.get('/stock/:id/edit', async (c) => {
    needs(c, 'work_orders');
    const { row, barcodes, pictureUrl } = await productOf(c, deps);
    return productFormPage(c, deps, row.productId, {
      sku: row.sku,
      name: row.name,
      barcodes: barcodes.join('\n'),
      pictureUrl: pictureUrl ?? '',
      enabled: row.enabled,
    });
  });

  app.post('/stock/:id/edit', async (c) => saveFrom(c, deps, (await productOf(c, deps)).row.productId));

  app.get('/stock/:id/adjust', async (c) => {
    needs(c, 'work_outbound');
    return adjustPage(c, deps, await productOf(c, deps), c.req.query('warehouse') ?? '', {});
  });

  app.post('/stock/:id/adjust', async (c) => {
    const { actor, merchantId } = needs(c, 'work_outbound');
    const detail = await productOf(c, deps);
    const warehouseId = textOf(c, 'warehouse');
    const typed = { how: textOf(c, 'how'), units: textOf(c, 'units'), note: textOf(c, 'note') };
    // People type a proper minus sign, too.
    const units = Number(typed.units === '' ? Number.NaN : typed.units.replace('−', '-'));
    const result = await commands.adjustStock({
      actor,
      merchantId,
      warehouseId,
      productId: detail.row.productId,
      note: typed.note,
      ...(typed.how === 'delta' ? { delta: units } : { onHand: units }),
    });
    if (!result.ok) return adjustPage(c, deps, detail, warehouseId, { refusal: result.error, typed });
    const { onHand, available, allocated } = result.value;
    const short = available < 0 ? ` ${countText(allocated)} are promised: ${countText(-available)} are missing.` : '';
    setFlash(c, { message: `${detail.row.sku}: ${countText(onHand)} on hand.${short}` });
    return leadTo(c, `/stock/${detail.row.productId}`);
  });

  return app;
}

/** The warehouses whose stock the person sees: the same as whose outbound orders. */
function inView(c: WebContext): ListStockInput['within'] {
  const { actor, merchantId } = needs(c, 'see_outbound');
  return outboundScope(actor, merchantId)?.warehouseIds ?? [];
}

async function productOf(c: WebContext, deps: WebDeps): Promise<ProductDetail> {
  const { merchantId } = needs(c, 'see_outbound');
  const productId = c.req.param('id') ?? '';
  const detail = isId(productId)
    ? await deps.desk.queries.showProduct({ merchantIds: [merchantId], productId, within: inView(c) })
    : null;
  if (detail === null) throw HttpRefusal.notFound();
  return detail;
}

function productFormPage(
  c: WebContext,
  deps: WebDeps,
  productId: string | null,
  values: ProductFormProps['values'],
  refusal?: Refusal,
): Promise<Response> {
  const title = productId === null ? 'Add a product' : `Edit ${values.sku}`;
  return renderDialog(c, deps, { title, section: 'stock', refusal }, (view) => (
    <ProductForm view={view} productId={productId} values={values} refusals={refusal === undefined ? [] : [refusal]} />
  ));
}

async function saveFrom(c: WebContext, deps: WebDeps, productId: string | null): Promise<Response> {
  const { actor, merchantId } = needs(c, 'work_orders');
  const values = {
    sku: textOf(c, 'sku'),
    name: textOf(c, 'name'),
    barcodes: textOf(c, 'barcodes'),
    pictureUrl: textOf(c, 'pictureUrl'),
    enabled: textOf(c, 'enabled') !== '',
  };
  const result = await deps.desk.commands.saveProduct({
    actor,
    merchantId,
    productId,
    sku: values.sku,
    name: values.name,
    barcodes: values.barcodes
      .split(/[\r\n]+/)
      .map((code) => code.trim())
      .filter((code) => code !== ''),
    pictureUrl: values.pictureUrl,
    enabled: values.enabled,
  });
  if (!result.ok) return productFormPage(c, deps, productId, values, result.error);
  const href = `/stock/${result.value.productId}`;
  if (productId === null)
    return done(c, { message: `${values.sku} added.`, link: { href, label: 'Count its stock' } }, href);
  setFlash(c, { message: `${values.sku} saved.` });
  return leadTo(c, href);
}

async function adjustPage(
  c: WebContext,
  deps: WebDeps,
  detail: ProductDetail,
  warehouseId: string,
  more: { readonly refusal?: Refusal; readonly typed?: AdjustFormProps['typed'] },
): Promise<Response> {
  const place = detail.warehouses.find((one) => one.id === warehouseId);
  if (place === undefined) throw HttpRefusal.notFound('This warehouse does not serve you.');
  const options = {
    title: `Adjust ${detail.row.sku}`,
    section: 'stock' as const,
    lede: `${place.name} · ${detail.row.name}`,
    refusal: more.refusal,
  };
  const refusals = more.refusal === undefined ? [] : [more.refusal];
  return renderDialog(c, deps, options, (view) => (
    <AdjustForm
      view={view}
      detail={detail}
      warehouseId={warehouseId}
      refusals={refusals}
      {...(more.typed === undefined ? {} : { typed: more.typed })}
    />
  ));
}

async function importPage(c: WebContext, deps: WebDeps, props: Omit<ProductImportProps, 'frame'>): Promise<Response> {
  const frame = await loadFrame(c, deps);
  const [refusal] = props.refusals ?? [];
  const status = refusal === undefined ? 200 : statusOf(refusal);
  const body = <ProductImportPage frame={frame} {...props} />;
  return renderPage(c, frame, { title: 'Import products', section: 'stock', status }, body);
}
