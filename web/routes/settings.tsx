import { Hono } from 'hono';
import type { Refusal, Result } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { textOf } from '../form.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { can, canOverAll, loadFrame, merchantIdOf, needs, needsOverAll, signedInOf } from '../views/frame.ts';
import { MerchantForm, MerchantsPage, type MerchantValues } from '../views/settings/merchants.tsx';
import {
  CarrierForm,
  CarriersPage,
  type CarrierValues,
  ChannelForm,
  ChannelsPage,
  type ChannelValues,
  WarehouseForm,
  WarehousesPage,
  type WarehouseValues,
} from '../views/settings/warehouses.tsx';

/** Merchants, warehouses, channels, carriers; people: `people.tsx`. What follows orders' methods and payments: `rules.tsx`. */
export default function settings(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get('/settings', async (c) => {
    needs(c, 'see_orders');
    const [frame, merchants] = await Promise.all([loadFrame(c, deps), permittedMerchants(c, deps)]);
    const body = <MerchantsPage frame={frame} merchants={merchants} mayOwn={can(c, 'own')} />;
    return renderPage(c, frame, { title: 'Settings', section: 'settings' }, body);
  });

  const merchantForm = (c: WebContext, id: string | null, values: MerchantValues, refusal?: Refusal) =>
    formPage(c, deps, { title: id === null ? 'Add a merchant' : `Edit ${values.name}`, refusal }, (view, refusals) => (
      <MerchantForm view={view} id={id} values={values} refusals={refusals} />
    ));

  app.get('/settings/merchants/new', (c) => {
    needs(c, 'own');
    return merchantForm(c, null, { name: '', code: '', timezone: 'UTC', archived: false });
  });

  app.get('/settings/merchants/:id', async (c) => {
    needs(c, 'own');
    const merchant = named(await permittedMerchants(c, deps), c.req.param('id'));
    const { name, code, timezone, archivedAt } = merchant;
    return merchantForm(c, merchant.id, { name, code, timezone, archived: archivedAt !== null });
  });

  app.post('/settings/merchants/:id', async (c) => {
    const { actor } = needs(c, 'own');
    const id = idOrNew(c);
    if (id !== null) named(await permittedMerchants(c, deps), id);
    const values = {
      name: textOf(c, 'name'),
      code: textOf(c, 'code'),
      timezone: textOf(c, 'timezone'),
      archived: isTicked(c, 'archived'),
    };
    const result = await commands.saveMerchant({ actor, merchantId: id, ...values });
    return saved(c, result, `${values.name} saved.`, '/settings', (refusal) => merchantForm(c, id, values, refusal));
  });

  app.get('/settings/warehouses', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const [frame, warehouses] = await Promise.all([
      loadFrame(c, deps),
      queries.listWarehouses({ merchantIds: [merchantId] }),
    ]);
    const body = <WarehousesPage frame={frame} warehouses={warehouses} mayAdminister={canOverAll(c, 'administer')} />;
    return renderPage(c, frame, { title: 'Warehouses', section: 'settings' }, body);
  });

  const warehouseForm = (c: WebContext, id: string | null, values: WarehouseValues, refusal?: Refusal) =>
    formPage(c, deps, { title: id === null ? 'Add a warehouse' : `Edit ${values.name}`, refusal }, (view, refusals) => (
      <WarehouseForm view={view} id={id} values={values} refusals={refusals} />
    ));

  app.get('/settings/warehouses/new', (c) => {
    needsOverAll(c, 'administer');
    const empty = { code: '', name: '', country: '', timezone: 'UTC', allowsBackorder: false, enabled: true };
    return warehouseForm(c, null, { ...empty, kind: 'own' });
  });

  app.get('/settings/warehouses/:id', async (c) => {
    const { merchantId } = needsOverAll(c, 'administer');
    const warehouse = named(await queries.listWarehouses({ merchantIds: [merchantId] }), c.req.param('id'));
    return warehouseForm(c, warehouse.id, { ...warehouse, country: warehouse.country ?? '' });
  });

  app.post('/settings/warehouses/:id', async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'administer');
    const warehouseId = idOrNew(c);
    const values = {
      code: textOf(c, 'code'),
      name: textOf(c, 'name'),
      country: textOf(c, 'country'),
      timezone: textOf(c, 'timezone'),
      kind: textOf(c, 'kind') === 'external' ? ('external' as const) : ('own' as const),
      allowsBackorder: isTicked(c, 'allowsBackorder'),
      enabled: isTicked(c, 'enabled'),
    };
    const result = await commands.saveWarehouse({ actor, merchantId, warehouseId, ...values });
    return saved(c, result, `${values.name} saved.`, '/settings/warehouses', (refusal) =>
      warehouseForm(c, warehouseId, values, refusal),
    );
  });

  app.post('/settings/services', async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'administer');
    const enabled = textOf(c, 'enabled') === 'yes';
    const kind = textOf(c, 'kind') === 'b2b' ? ('b2b' as const) : ('dropship' as const);
    const result = await commands.saveService({
      actor,
      merchantId,
      warehouseId: textOf(c, 'warehouseId'),
      kind,
      enabled,
    });
    if (!result.ok) throw new HttpRefusal(422, result.error);
    setFlash(c, { message: enabled ? 'The service is on.' : 'The service is off.' });
    return leadTo(c, '/settings/warehouses');
  });

  app.get('/settings/channels', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const merchantIds = [merchantId];
    const [frame, channels, warehouses] = await Promise.all([
      loadFrame(c, deps),
      queries.listChannels({ merchantIds }),
      queries.listWarehouses({ merchantIds }),
    ]);
    const body = (
      <ChannelsPage channels={channels} warehouses={warehouses} mayAdminister={canOverAll(c, 'administer')} />
    );
    return renderPage(c, frame, { title: 'Shipping channels', section: 'settings' }, body);
  });

  const channelForm = async (c: WebContext, id: string | null, values: ChannelValues, refusal?: Refusal) => {
    const [warehouses, carriers] = await Promise.all([
      queries.listWarehouses({ merchantIds: [merchantIdOf(c)] }),
      queries.listCarriers({}),
    ]);
    const title = id === null ? 'Add a shipping channel' : `Edit ${values.name}`;
    return formPage(c, deps, { title, refusal }, (view, refusals) => (
      <ChannelForm
        view={view}
        id={id}
        values={values}
        warehouses={warehouses}
        carriers={carriers}
        refusals={refusals}
      />
    ));
  };

  app.get('/settings/channels/new', (c) => {
    needsOverAll(c, 'administer');
    const empty = { warehouseId: '', code: '', name: '', carrierId: '', serviceLevel: '', selfPickup: false };
    return channelForm(c, null, { ...empty, cashOnDelivery: false, enabled: true });
  });

  app.get('/settings/channels/:id', async (c) => {
    const { merchantId } = needsOverAll(c, 'administer');
    const channel = named(await queries.listChannels({ merchantIds: [merchantId] }), c.req.param('id'));
    return channelForm(c, channel.id, channel);
  });

  app.post('/settings/channels/:id', async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'administer');
    const channelId = idOrNew(c);
    const values = {
      warehouseId: textOf(c, 'warehouseId'),
      code: textOf(c, 'code'),
      name: textOf(c, 'name'),
      carrierId: textOf(c, 'carrierId'),
      serviceLevel: textOf(c, 'serviceLevel'),
      selfPickup: isTicked(c, 'selfPickup'),
      cashOnDelivery: isTicked(c, 'cashOnDelivery'),
      enabled: isTicked(c, 'enabled'),
    };
    const result = await commands.saveShippingChannel({ actor, merchantId, channelId, ...values });
    return saved(c, result, `${values.name} saved.`, '/settings/channels', (refusal) =>
      channelForm(c, channelId, values, refusal),
    );
  });

  app.get('/settings/carriers', async (c) => {
    needs(c, 'see_orders');
    const [frame, carriers] = await Promise.all([loadFrame(c, deps), queries.listCarriers({})]);
    const body = <CarriersPage carriers={carriers} mayAdminister={canOverAll(c, 'administer')} />;
    return renderPage(c, frame, { title: 'Carriers', section: 'settings' }, body);
  });

  const carrierForm = (c: WebContext, id: string | null, values: CarrierValues, refusal?: Refusal) =>
    formPage(c, deps, { title: id === null ? 'Add a carrier' : `Edit ${values.name}`, refusal }, (view, refusals) => (
      <CarrierForm view={view} id={id} values={values} refusals={refusals} />
    ));

  app.get('/settings/carriers/new', (c) => {
    needsOverAll(c, 'administer');
    return carrierForm(c, null, { code: '', name: '', trackingUrl: '', enabled: true });
  });

  app.get('/settings/carriers/:id', async (c) => {
    needsOverAll(c, 'administer');
    const carrier = named(await queries.listCarriers({}), c.req.param('id'));
    return carrierForm(c, carrier.id, { ...carrier, trackingUrl: carrier.trackingUrl ?? '' });
  });

  app.post('/settings/carriers/:id', async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'administer');
    const carrierId = idOrNew(c);
    const values = {
      code: textOf(c, 'code'),
      name: textOf(c, 'name'),
      trackingUrl: textOf(c, 'trackingUrl'),
      enabled: isTicked(c, 'enabled'),
    };
    const result = await commands.saveCarrier({ actor, merchantId, carrierId, ...values });
    return saved(c, result, `${values.name} saved.`, '/settings/carriers', (refusal) =>
      carrierForm(c, carrierId, values, refusal),
    );
  });

  return app;
}

const isTicked = (c: WebContext, name: string): boolean => textOf(c, name) !== '';

/** Null where the address says `new`. */
function idOrNew(c: WebContext): string | null {
  const id = c.req.param('id') ?? '';
  return id === 'new' ? null : id;
}

/** The one with this id; 404 when it is not among those that the person may see. */
function named<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  const row = rows.find((one) => one.id === id);
  if (row === undefined) throw HttpRefusal.notFound();
  return row;
}

export function permittedMerchants(c: WebContext, deps: WebDeps) {
  const sets = signedInOf(c).actor.grants.map((grant) => grant.merchantIds);
  const merchantIds = sets.includes('all') ? ('all' as const) : sets.flatMap((set) => (set === 'all' ? [] : [...set]));
  return deps.desk.queries.listMerchants({ merchantIds });
}

function formPage(
  c: WebContext,
  deps: WebDeps,
  options: { readonly title: string; readonly refusal: Refusal | undefined },
  form: (
    view: Parameters<Parameters<typeof renderDialog>[3]>[0],
    refusals: readonly Refusal[],
  ) => ReturnType<Parameters<typeof renderDialog>[3]>,
): Promise<Response> {
  const refusals = options.refusal === undefined ? [] : [options.refusal];
  return renderDialog(c, deps, { ...options, section: 'settings' }, (view) => form(view, refusals));
}

/** The list again, or the form with what is wrong. */
async function saved(
  c: WebContext,
  result: Result<unknown>,
  message: string,
  back: string,
  again: (refusal: Refusal) => Promise<Response>,
): Promise<Response> {
  if (!result.ok) return again(result.error);
  setFlash(c, { message });
  return leadTo(c, back);
}
