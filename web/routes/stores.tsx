import { Hono } from 'hono';
import type { PlatformInfo } from '../../core/connect/platform-list.ts';
import { isId } from '../../core/ids.ts';
import { authorizationStatuses, storeStatuses } from '../../core/ports/access.ts';
import type { StoreDetail } from '../../core/queries/store-queries.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment, setFlash } from '../flash.ts';
import { textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { can, loadFrame, merchantIdOf, needs } from '../views/frame.ts';
import { AddForm, ChoosePlatform } from '../views/stores/add.tsx';
import { CallsPage } from '../views/stores/calls.tsx';
import { DeleteStorePage } from '../views/stores/confirm.tsx';
import { EditStorePage, type EditValues, settingPrefix, valuesOf } from '../views/stores/edit.tsx';
import { fieldPrefix, forForm } from '../views/stores/fields.tsx';
import { StoreList, StoreRegion } from '../views/stores/list.tsx';
import { StorePage } from '../views/stores/store-page.tsx';

/** Calls shown on the store's page itself. */
const callsOnPage = 10;

/** Stores: list, add, one store with its call log, edit, enable, delete. */
export default function storeRoutes(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get('/stores', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const query = (name: string) => c.req.query(name)?.trim() || undefined;
    const filters = {
      merchantIds: [merchantId],
      text: query('q'),
      platform: query('platform'),
      status: storeStatuses.find((status) => status === query('status')),
      authorizationStatus: authorizationStatuses.find((status) => status === query('authorization')),
    };
    const [frame, stores] = await Promise.all([loadFrame(c, deps), queries.listStores(filters)]);
    const { platforms } = deps.connections;
    const { pathname, search } = new URL(c.req.url);
    const here = `${pathname}${search}`;
    const props = { frame, stores, platforms, filters, mayAdminister: can(c, 'administer'), here };
    if (isFragment(c)) return c.html(<StoreRegion {...props} />);
    return renderPage(c, frame, { title: 'Stores', section: 'stores' }, <StoreList {...props} />);
  });

  app.get('/stores/add', async (c) => {
    needs(c, 'administer');
    const asked = c.req.query('platform');
    if (asked !== undefined) return addForm(c, deps, asked, { name: '', code: '', fields: {} }, []);
    const frame = await loadFrame(c, deps);
    const { platforms } = deps.connections;
    return renderPage(c, frame, { title: 'Add store', section: 'stores' }, <ChoosePlatform platforms={platforms} />);
  });

  app.post('/stores/add', async (c) => {
    const who = needs(c, 'administer');
    const platform = textOf(c, 'platform');
    const { profile } = platformOf(deps, platform);
    const typed = { name: textOf(c, 'name'), code: textOf(c, 'code'), fields: fieldsOf(c, profile.fields) };
    const result = await commands.addStore({ ...who, platform, ...typed, saveUntested: isChecked(c, 'saveUntested') });
    if (!result.ok) return addForm(c, deps, platform, typed, [result.error]);
    const { next, storeIds } = result.value;
    const message = {
      authorize: `Store ${typed.name} saved. Next: Go to Authorization.`,
      test: `Store ${typed.name} saved without a test.`,
      done: `Store ${typed.name} is connected. Its first orders are on the way.`,
    };
    setFlash(c, { message: message[next] });
    return leadTo(c, `/stores/${storeIds[0]}`);
  });

  app.get('/stores/:storeId', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const storeId = c.req.param('storeId');
    const where = { merchantIds: [merchantId], storeId };
    const [frame, store, calls] = await Promise.all([
      loadFrame(c, deps),
      loadStore(c, deps),
      queries.callLog({ ...where, limit: callsOnPage }),
    ]);
    const { connections } = deps;
    const props = {
      frame,
      store,
      platform: platformOf(deps, store.platform),
      calls: calls.rows,
      webhookUrl: connections.webhookUrl(store),
      takesWebhooks: connections.takesWebhooks(store.platform, store.authorization.fields),
      mayAdminister: can(c, 'administer'),
      maySync: can(c, 'work_orders'),
    };
    if (isFragment(c)) return c.html(<StorePage {...props} />);
    return renderPage(c, frame, { title: store.name, section: 'stores' }, <StorePage {...props} />);
  });

  app.get('/stores/:storeId/calls', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const query = (name: string) => c.req.query(name)?.trim() || undefined;
    const filters = {
      result: (['failed', 'ok'] as const).find((one) => one === query('result')),
      direction: (['in', 'out'] as const).find((one) => one === query('direction')),
      operation: query('operation'),
    };
    const cursor = query('cursor');
    const [frame, store, page] = await Promise.all([
      loadFrame(c, deps),
      loadStore(c, deps),
      queries.callLog({ merchantIds: [merchantId], storeId: c.req.param('storeId'), cursor, ...filters }),
    ]);
    const props = { frame, store, page, filters, isFirstPage: cursor === undefined };
    return renderPage(c, frame, { title: `Calls of ${store.name}`, section: 'stores' }, <CallsPage {...props} />);
  });

  app.get('/stores/:storeId/edit', async (c) => {
    needs(c, 'administer');
    const store = await loadStore(c, deps);
    return editPage(c, deps, store, valuesOf(store), []);
  });

  app.post('/stores/:storeId/edit', async (c) => {
    const who = needs(c, 'administer');
    const store = await loadStore(c, deps);
    const declared = platformOf(deps, store.platform).profile.settings ?? [];
    const values = editValues(
      c,
      declared.map((field) => field.name),
    );
    const result = await commands.editStore({
      ...who,
      storeId: store.storeId,
      name: values.name,
      code: values.code,
      settings: {
        syncEveryMinutes: wholeNumber(values.syncEveryMinutes),
        lookBackHours: wholeNumber(values.lookBackHours),
        firstLookBackHours: wholeNumber(values.firstLookBackHours),
        freshnessMinutes: wholeNumber(values.freshnessMinutes),
        requiresMethodMapping: values.requiresMethodMapping,
        platform: values.platform,
      },
    });
    if (!result.ok) return editPage(c, deps, store, values, [result.error]);
    setFlash(c, { message: `Store ${result.value.name} saved.` });
    return leadTo(c, `/stores/${store.storeId}`);
  });

  app.post('/stores/:storeId/status', async (c) => {
    const who = needs(c, 'administer');
    const storeId = storeIdOf(c);
    const status = storeStatuses.find((known) => known === textOf(c, 'status'));
    if (status === undefined) throw new HttpRefusal(400, { code: 'bad_status', message: 'Enable or disable it.' });
    const result = await commands.setStoreStatus({ ...who, storeId, status });
    if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
    setFlash(c, {
      message: status === 'enabled' ? 'Store enabled.' : 'Store disabled: sync and stock push have stopped.',
    });
    return leadTo(c, `/stores/${storeId}`);
  });

  app.post('/stores/:storeId/webhooks', async (c) => {
    const who = needs(c, 'administer');
    const storeId = storeIdOf(c);
    const result = await commands.requestWebhooks({ ...who, storeId });
    if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
    setFlash(c, { message: 'Registering webhooks in the background.' });
    return leadTo(c, `/stores/${storeId}`);
  });

  app.get('/stores/:storeId/delete', async (c) => {
    needs(c, 'administer');
    return deletePage(c, deps, []);
  });

  app.post('/stores/:storeId/delete', async (c) => {
    const who = needs(c, 'administer');
    const storeId = storeIdOf(c);
    const result = await commands.deleteStore({ ...who, storeId, confirmName: textOf(c, 'confirmName') });
    if (!result.ok && result.error.field !== undefined) return deletePage(c, deps, [result.error]);
    if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
    setFlash(c, { message: 'Store deleted. Its orders and history stay.' });
    return leadTo(c, '/stores');
  });

  return app;
}

export function storeIdOf(c: WebContext): string {
  const storeId = c.req.param('storeId') ?? '';
  if (!isId(storeId)) throw HttpRefusal.notFound();
  return storeId;
}

/** The store of the address, of the merchant looked at; ends with 404 otherwise. */
export async function loadStore(c: WebContext, deps: WebDeps, storeId = storeIdOf(c)): Promise<StoreDetail> {
  const store = await deps.desk.queries.showStore({ merchantIds: [merchantIdOf(c)], storeId });
  if (store === null)
    throw HttpRefusal.notFound('This store does not exist (any more), or belongs to another merchant.');
  return store;
}

export function platformOf(deps: WebDeps, platform: string): PlatformInfo {
  const info = deps.connections.platforms.find(({ profile }) => profile.platform === platform);
  if (info === undefined) throw HttpRefusal.notFound('This platform is not available on this desk.');
  return info;
}

/** What was typed into the fields of a profile, trimmed. */
export const fieldsOf = (c: WebContext, fields: readonly { readonly name: string }[]): Record<string, string> =>
  Object.fromEntries(fields.map(({ name }) => [name, textOf(c, `${fieldPrefix}${name}`)]));

export const isChecked = (c: WebContext, name: string): boolean => textOf(c, name) !== '';

/** NaN for what is no whole number: the command names the field then. */
const wholeNumber = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

async function addForm(
  c: WebContext,
  deps: WebDeps,
  platform: string,
  values: { name: string; code: string; fields: Record<string, string> },
  refusals: readonly Refusal[],
): Promise<Response> {
  const info = platformOf(deps, platform);
  const frame = await loadFrame(c, deps);
  const shown = refusals.map((refusal) => forForm(refusal, info.profile));
  const { egressIps } = deps.connections;
  const title = `Add ${info.profile.name} store`;
  const [first] = refusals;
  return renderPage(
    c,
    frame,
    { title, section: 'stores', status: first === undefined ? 200 : statusOf(first) },
    <AddForm frame={frame} platform={info} egressIps={egressIps} values={values} refusals={shown} />,
  );
}

async function editPage(
  c: WebContext,
  deps: WebDeps,
  store: StoreDetail,
  values: EditValues,
  refusals: readonly Refusal[],
): Promise<Response> {
  const frame = await loadFrame(c, deps);
  const [first] = refusals;
  const props = { frame, store, platform: platformOf(deps, store.platform), values, refusals };
  return renderPage(
    c,
    frame,
    { title: `Edit ${store.name}`, section: 'stores', status: first === undefined ? 200 : statusOf(first) },
    <EditStorePage {...props} />,
  );
}

function editValues(c: WebContext, settingNames: readonly string[]): EditValues {
  return {
    name: textOf(c, 'name'),
    code: textOf(c, 'code'),
    syncEveryMinutes: textOf(c, 'syncEveryMinutes'),
    lookBackHours: textOf(c, 'lookBackHours'),
    firstLookBackHours: textOf(c, 'firstLookBackHours'),
    freshnessMinutes: textOf(c, 'freshnessMinutes'),
    requiresMethodMapping: isChecked(c, 'requiresMethodMapping'),
    platform: Object.fromEntries(settingNames.map((name) => [name, textOf(c, `${settingPrefix}${name}`)])),
  };
}

async function deletePage(c: WebContext, deps: WebDeps, refusals: readonly Refusal[]): Promise<Response> {
  const storeId = storeIdOf(c);
  const [frame, preview] = await Promise.all([
    loadFrame(c, deps),
    deps.desk.commands.previewDeleteStore({ ...needs(c, 'administer'), storeId }),
  ]);
  if (!preview.ok) throw new HttpRefusal(statusOf(preview.error), preview.error);
  const props = { frame, storeId, stranded: preview.value, refusals };
  const status = refusals.length === 0 ? 200 : 422;
  const title = `Delete ${preview.value.name}`;
  return renderPage(c, frame, { title, section: 'stores', status }, <DeleteStorePage {...props} />);
}
