import { Hono } from 'hono';
import type { Carrier } from '../../core/ports/connector.ts';
import type { StoreCarrier, StoreDetail } from '../../core/queries/store-queries.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { carrierChoice } from '../../core/shipment/carrier-choice.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { seenOf, textOf } from '../form.ts';
import { leadTo, renderPage } from '../page.tsx';
import { loadFrame, needs } from '../views/frame.ts';
import { CarriersPage, pairPrefix, rowKey, seenPrefix } from '../views/stores/carriers.tsx';
import { loadStore, platformOf } from './stores.tsx';

/** The carrier pairing of one store. */
export default function carrierRoutes(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get('/stores/:storeId/carriers', async (c) => {
    const who = needs(c, 'work_orders');
    const store = await loadStore(c, deps);
    return carriersPage(c, deps, store, await deps.desk.commands.loadCarriers({ ...who, storeId: store.storeId }), []);
  });

  app.post('/stores/:storeId/carriers', async (c) => {
    const who = needs(c, 'work_orders');
    const store = await loadStore(c, deps);
    const { storeId } = store;
    const changes = changesOf(c, store);
    if (changes.length === 0) return leadTo(c, `/stores/${storeId}`);
    const offered = await deps.desk.commands.loadCarriers({ ...who, storeId });
    const refusals: Refusal[] = [];
    for (const { carrier, code, seen } of changes) {
      const platformName = (offered.ok ? offered.value.find((one) => one.code === code)?.name : undefined) ?? code;
      const pairing = { carrier: carrierChoice(carrier), platformCode: code, platformName, seenPlatformCode: seen };
      const result = await deps.desk.commands.pairCarrier({ ...who, storeId, ...pairing });
      if (!result.ok) refusals.push({ ...result.error, field: rowKey(carrier) });
    }
    if (refusals.length > 0) return carriersPage(c, deps, await loadStore(c, deps), offered, refusals);
    setFlash(c, { message: `${changes.length} ${changes.length === 1 ? 'carrier' : 'carriers'} paired.` });
    return leadTo(c, `/stores/${storeId}`);
  });

  return app;
}

/**
 * Carriers whose provider was typed or chosen anew, measured by what the form showed; an emptied one stays as it was,
 * for orders rely on it.
 */
function changesOf(
  c: WebContext,
  store: StoreDetail,
): readonly { carrier: StoreCarrier; code: string; seen: string | null | undefined }[] {
  const unpaired = store.unpairedCarriers.map((carrier) => ({ carrier, known: null }));
  return [...store.pairings.map((carrier) => ({ carrier, known: carrier.platformCode })), ...unpaired]
    .map(({ carrier, known }) => ({
      carrier,
      known,
      code: textOf(c, `${pairPrefix}${rowKey(carrier)}`),
      seen: seenOf(c, `${seenPrefix}${rowKey(carrier)}`),
    }))
    .filter(({ known, code, seen }) => code !== '' && code !== seen && code !== known);
}

async function carriersPage(
  c: WebContext,
  deps: WebDeps,
  store: StoreDetail,
  offered: Result<readonly Carrier[]>,
  refusals: readonly Refusal[],
): Promise<Response> {
  const frame = await loadFrame(c, deps);
  const props = {
    frame,
    store,
    profile: platformOf(deps, store.platform).profile,
    offered: offered.ok ? offered.value : null,
    unread: offered.ok ? null : offered.error.message,
    refusals,
  };
  const status = refusals.length === 0 ? 200 : 422;
  return renderPage(
    c,
    frame,
    { title: `Carriers of ${store.name}`, section: 'stores', status },
    <CarriersPage {...props} />,
  );
}
