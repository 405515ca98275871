import { Hono } from 'hono';
import { isId } from '../../core/ids.ts';
import { outboundScope } from '../../core/people/outbound-scope.ts';
import { type OutboundScope, type OutboundStatus, openOutboundStatuses } from '../../core/queries/list-outbound.ts';
import type { OutboundDetail } from '../../core/queries/show-outbound.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { done, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment, setFlash } from '../flash.ts';
import { overrideOf, textOf, textsOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { plural, queryText } from '../views/format.ts';
import { can, loadFrame, needs } from '../views/frame.ts';
import { OutboundDetailPage } from '../views/outbound/detail.tsx';
import {
  OutboundChips,
  type OutboundFilter,
  OutboundListPage,
  OutboundRegion,
  OutboundTableRow,
  outboundViews,
} from '../views/outbound/list.tsx';
import { PackingSlipsPage, PickListPage } from '../views/outbound/paper.tsx';
import { ShipForm, type ShipFormProps } from '../views/outbound/ship.tsx';
import { outboundName } from '../views/outbound/words.ts';

/** Sheets of one print: more is a day's work. */
const maxSheets = 200;

export default function outbound(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get('/outbound', (c) => listPage(c, deps, filterOf(c), {}));

  app.post('/outbound/start-picking', async (c) => {
    const { actor, merchantId } = needs(c, 'work_outbound');
    const scopes = scopesOf(c);
    const problems = [];
    let started = 0;
    const picks = picksOf(textsOf(c, 'picks')).slice(0, maxSheets);
    if (picks.length === 0) {
      setFlash(c, { message: 'Nothing was selected. Tick the outbound orders to start.' });
      return leadTo(c, '/outbound');
    }
    for (const { id, version } of picks) {
      const input = { actor, merchantId, outboundOrderId: id, expectedVersion: version, to: 'picking' as const };
      const result = await commands.advanceOutbound(input);
      if (result.ok) {
        started += 1;
        continue;
      }
      const found = await queries.showOutbound({ scopes, outboundOrderId: id });
      const name = found === null ? 'An outbound order' : outboundName(found);
      problems.push({ name, href: `/outbound/${id}`, refusal: result.error });
    }
    const said = started === 0 ? undefined : `Picking of ${started} started.`;
    if (problems.length > 0) {
      const outcome = { problems, ...(said === undefined ? {} : { done: said }) };
      return listPage(c, deps, { view: 'todo', warehouse: '', store: '', q: '' }, outcome);
    }
    setFlash(c, {
      message: said ?? '',
      link: {
        href: `/outbound/pick-list${queryText({ picks: picks.map(({ id }) => id) })}`,
        label: 'Print the pick list',
      },
    });
    return leadTo(c, '/outbound?view=picking');
  });

  // The ticked rows are posted, the sheets have an address of their own: to print again, to send to a colleague.
  for (const paper of ['pick-list', 'packing-slips']) {
    app.post(`/outbound/${paper}`, (c) => {
      needs(c, 'see_outbound');
      const picks = picksOf(textsOf(c, 'picks')).map(({ id }) => id);
      return leadTo(c, `/outbound/${paper}${queryText({ picks })}`);
    });
  }

  app.get('/outbound/pick-list', async (c) => {
    needs(c, 'see_outbound');
    const [frame, outbounds] = await Promise.all([loadFrame(c, deps), picked(c, deps)]);
    return renderPage(
      c,
      frame,
      { title: 'Pick list', section: 'outbound' },
      <PickListPage frame={frame} outbounds={outbounds} />,
    );
  });

  app.get('/outbound/packing-slips', async (c) => {
    needs(c, 'see_outbound');
    if (!maySeeRecipient(c)) throw HttpRefusal.notPermitted('work_outbound');
    const [frame, outbounds] = await Promise.all([loadFrame(c, deps), picked(c, deps)]);
    const body = <PackingSlipsPage frame={frame} outbounds={outbounds} />;
    return renderPage(c, frame, { title: 'Packing slips', section: 'outbound' }, body);
  });

  app.get('/outbound/:id', async (c) => {
    needs(c, 'see_outbound');
    return detailPage(c, deps, await outboundOf(c, deps), {});
  });

  app.post('/outbound/:id/advance', async (c) => {
    const { actor, merchantId } = needs(c, 'work_outbound');
    const before = await outboundOf(c, deps);
    const [step, version] = textOf(c, 'step').split(':');
    const result = await commands.advanceOutbound({
      actor,
      merchantId,
      outboundOrderId: before.id,
      expectedVersion: versionOf(version),
      to: step === 'packed' ? 'packed' : 'picking',
    });
    const problem = result.ok ? undefined : result.error;
    if (isFragment(c)) {
      const [frame, row] = await Promise.all([loadFrame(c, deps), outboundOf(c, deps)]);
      const body = <OutboundTableRow frame={frame} row={row} mayWork problem={problem} />;
      return c.html(body, problem === undefined ? 200 : statusOf(problem));
    }
    if (problem !== undefined) {
      const refused = { refusals: [problem], status: statusOf(problem) };
      return detailPage(c, deps, await outboundOf(c, deps), refused);
    }
    setFlash(c, { message: `${outboundName(before)}: ${step === 'packed' ? 'packed' : 'picking started'}.` });
    return leadTo(c, textOf(c, 'from') === 'detail' ? `/outbound/${before.id}` : '/outbound');
  });

  app.get('/outbound/:id/ship', async (c) => {
    needs(c, 'work_outbound');
    return shipPage(c, deps, await outboundOf(c, deps), { at: c.req.query('at') === 'list' ? 'list' : 'detail' });
  });

  app.post('/outbound/:id/ship', async (c) => {
    const { actor, merchantId } = needs(c, 'work_outbound');
    const before = await outboundOf(c, deps);
    const quantities = new Map(before.lines.map((line) => [line.id, textOf(c, `quantity:${line.id}`)]));
    const typed = {
      trackingNumber: textOf(c, 'trackingNumber'),
      carrierId: textOf(c, 'carrierId'),
      service: textOf(c, 'service'),
      override: textOf(c, 'override'),
    };
    const lines = parcelLines(before, quantities);
    const result =
      lines === null
        ? ({
            ok: false,
            error: { code: 'invalid_input', message: 'Put at least one piece into the parcel, as whole numbers.' },
          } as const)
        : await commands.confirmShipment({
            actor,
            merchantId,
            outboundOrderId: before.id,
            expectedVersion: versionOf(textOf(c, 'version')),
            trackingNumber: typed.trackingNumber,
            ...(typed.carrierId === '' ? {} : { carrierId: typed.carrierId }),
            ...(typed.service === '' ? {} : { service: typed.service }),
            override: overrideOf(c),
            ...(lines === 'all' ? {} : { lines }),
          });
    const at = textOf(c, 'at') === 'list' ? 'list' : 'detail';
    if (!result.ok) {
      const kept = { ...typed, quantities: lines === 'all' ? new Map<string, string>() : quantities };
      return shipPage(c, deps, await outboundOf(c, deps), { refusal: result.error, typed: kept, at });
    }
    const after = await outboundOf(c, deps);
    const name = outboundName(after);
    const flash = {
      message: after.status === 'shipped' ? `${name} shipped.` : `A parcel of ${name} shipped; the rest is still here.`,
      link: { href: `/outbound/${after.id}`, label: typed.trackingNumber.slice(0, 40) },
    };
    if (at === 'list') return done(c, flash, '/outbound');
    setFlash(c, flash);
    return leadTo(c, `/outbound/${after.id}`);
  });

  app.post('/outbound/:id/mark-exception', async (c) => {
    const { actor, merchantId } = needs(c, 'work_outbound');
    const before = await outboundOf(c, deps);
    const typed = { quick: textOf(c, 'quick'), reason: textOf(c, 'reason') };
    const reason = [typed.quick, typed.reason].filter((part) => part !== '').join(': ');
    const result = await commands.markOutboundException({ actor, merchantId, outboundOrderId: before.id, reason });
    if (!result.ok) {
      return detailPage(c, deps, before, { refusals: [result.error], typed, status: statusOf(result.error) });
    }
    setFlash(c, { message: `${outboundName(before)} is marked. Whoever can mend it is told.` });
    return leadTo(c, `/outbound/${before.id}`);
  });

  app.post('/outbound/:id/clear-exception', async (c) => {
    const { actor, merchantId } = needs(c, 'work_outbound');
    const before = await outboundOf(c, deps);
    const note = textOf(c, 'note');
    const result = await commands.clearOutboundException({
      actor,
      merchantId,
      outboundOrderId: before.id,
      ...(note === '' ? {} : { note }),
    });
    if (!result.ok) return detailPage(c, deps, before, { refusals: [result.error], status: statusOf(result.error) });
    setFlash(c, { message: `${outboundName(before)} can go on.` });
    return leadTo(c, `/outbound/${before.id}`);
  });

  app.get('/outbound/:id/label', async (c) => {
    needs(c, 'see_outbound');
    if (!maySeeRecipient(c)) throw HttpRefusal.notPermitted('work_outbound');
    const id = c.req.param('id');
    const label = isId(id) ? await queries.readLabel({ scopes: scopesOf(c), outboundOrderId: id }) : null;
    if (label === null) throw HttpRefusal.notFound('No label is kept for this outbound order.');
    // Uploaded by people: handed out as a file to save, never as a page of ours.
    return c.body(Uint8Array.from(label.body), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(label.name)}`,
    });
  });

  return app;
}

/** Where the person may look; 404 for nowhere, as for any outbound order that is not theirs. */
function scopesOf(c: WebContext): readonly OutboundScope[] {
  const { actor, merchantId } = needs(c, 'see_outbound');
  const scope = outboundScope(actor, merchantId);
  return scope === null ? [] : [scope];
}

const maySeeRecipient = (c: WebContext): boolean => can(c, 'work_outbound') || can(c, 'work_orders');

async function outboundOf(c: WebContext, deps: WebDeps): Promise<OutboundDetail> {
  const id = c.req.param('id') ?? '';
  const found = isId(id) ? await deps.desk.queries.showOutbound({ scopes: scopesOf(c), outboundOrderId: id }) : null;
  if (found === null) throw HttpRefusal.notFound();
  return found;
}

function filterOf(c: WebContext): OutboundFilter {
  const view = outboundViews.find((one) => one === c.req.query('view')) ?? 'todo';
  const idOf = (name: string): string => {
    const id = c.req.query(name) ?? '';
    return isId(id) ? id : '';
  };
  return { view, warehouse: idOf('warehouse'), store: idOf('store'), q: (c.req.query('q') ?? '').trim().slice(0, 100) };
}

function statusesOf(filter: OutboundFilter): readonly OutboundStatus[] {
  const { view } = filter;
  // A search without a chip looks everywhere: the number in hand may be of something long gone.
  if (view === 'todo' && filter.q !== '') return [...openOutboundStatuses, 'shipped', 'cancelled'];
  return view === 'todo' || view === 'exceptions' ? openOutboundStatuses : [view];
}

async function listPage(
  c: WebContext,
  deps: WebDeps,
  filter: OutboundFilter,
  outcome: {
    readonly problems?: readonly { readonly name: string; readonly href: string; readonly refusal: Refusal }[];
    readonly done?: string;
  },
): Promise<Response> {
  const scopes = scopesOf(c);
  const { merchantId } = needs(c, 'see_outbound');
  const { queries } = deps.desk;
  const cursor = c.req.query('after') ?? null;
  const [frame, page, counts, stores, warehouses] = await Promise.all([
    loadFrame(c, deps),
    queries.listOutbound({
      scopes,
      statuses: statusesOf(filter),
      cursor,
      ...(filter.warehouse === '' ? {} : { warehouseId: filter.warehouse }),
      ...(filter.store === '' ? {} : { storeId: filter.store }),
      ...(filter.q === '' ? {} : { text: filter.q }),
      attention: filter.view === 'exceptions',
    }),
    queries.countOutbound({ scopes }),
    queries.listStoreNames({ merchantIds: [merchantId] }),
    queries.listWarehouses({ merchantIds: [merchantId] }),
  ]);
  const [only] = page.rows;
  // A scanned number that names one outbound order opens it.
  if (filter.q !== '' && cursor === null && page.rows.length === 1 && only !== undefined && !isFragment(c)) {
    return c.redirect(`/outbound/${only.id}`, 303);
  }
  const mine = scopes[0]?.warehouseIds ?? [];
  const props = {
    frame,
    filter,
    page,
    counts,
    stores,
    warehouses: warehouses.filter((one) => one.services.length > 0 && (mine === 'all' || mine.includes(one.id))),
    cursor,
    mayWork: can(c, 'work_outbound'),
    ...outcome,
  };
  if (isFragment(c)) {
    return c.html(
      <>
        <OutboundRegion {...props} />
        <hx-partial hx-target="#status-chips" hx-swap="outerMorph">
          <OutboundChips filter={filter} counts={counts} />
        </hx-partial>
      </>,
    );
  }
  const status = outcome.problems === undefined ? 200 : 422;
  return renderPage(c, frame, { title: 'Outbound', section: 'outbound', status }, <OutboundListPage {...props} />);
}

async function detailPage(
  c: WebContext,
  deps: WebDeps,
  detail: OutboundDetail,
  more: {
    readonly refusals?: readonly Refusal[];
    readonly typed?: { readonly quick: string; readonly reason: string };
    readonly status?: ReturnType<typeof statusOf>;
  },
): Promise<Response> {
  const frame = await loadFrame(c, deps);
  const { status, ...shown } = more;
  const body = (
    <OutboundDetailPage
      frame={frame}
      outbound={detail}
      mayWork={can(c, 'work_outbound')}
      maySeeRecipient={maySeeRecipient(c)}
      mayOpenOrder={can(c, 'see_orders')}
      {...shown}
    />
  );
  return renderPage(c, frame, { title: outboundName(detail), section: 'outbound', status: status ?? 200 }, body);
}

async function shipPage(
  c: WebContext,
  deps: WebDeps,
  detail: OutboundDetail,
  more: { readonly refusal?: Refusal; readonly typed?: ShipFormProps['typed']; readonly at: ShipFormProps['at'] },
): Promise<Response> {
  const carriers = await deps.desk.queries.listCarriers({ enabledOnly: true });
  const left = detail.lines.reduce((sum, line) => sum + line.quantity - line.quantityShipped, 0);
  const options = {
    title: `Ship ${outboundName(detail)}`,
    section: 'outbound' as const,
    lede: `${detail.orderNumber} · ${detail.channelName} · ${plural(left, 'piece')} left to ship`,
    refusal: more.refusal,
  };
  const refusals = more.refusal === undefined ? [] : [more.refusal];
  return renderDialog(c, deps, options, (view) => (
    <ShipForm view={view} outbound={detail} carriers={carriers} at={more.at} typed={more.typed} refusals={refusals} />
  ));
}

/** `uuid` or `uuid:version`, each outbound order once. */
function picksOf(values: readonly string[]): readonly { readonly id: string; readonly version: number }[] {
  const picks = new Map<string, number>();
  for (const value of values) {
    const [id = '', version] = value.split(':');
    if (isId(id)) picks.set(id, versionOf(version));
  }
  return [...picks].map(([id, version]) => ({ id, version }));
}

const versionOf = (text: string | undefined): number => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : 0);

async function picked(c: WebContext, deps: WebDeps): Promise<readonly OutboundDetail[]> {
  const ids = picksOf(c.req.queries('picks') ?? []).map((pick) => pick.id);
  const outbounds = await deps.desk.queries.showOutbounds({
    scopes: scopesOf(c),
    outboundOrderIds: ids.slice(0, maxSheets),
  });
  if (outbounds.length === 0) throw HttpRefusal.notFound('Tick the outbound orders to print, then choose the paper.');
  return outbounds;
}

/** `all`: everything that is left; null: nothing, or not a number. */
function parcelLines(
  detail: OutboundDetail,
  quantities: ReadonlyMap<string, string>,
): 'all' | readonly { outboundLineId: string; quantity: number }[] | null {
  const left = detail.lines.filter((line) => line.quantity > line.quantityShipped);
  const wanted = left.map((line) => {
    const text = quantities.get(line.id) ?? '';
    const all = line.quantity - line.quantityShipped;
    return {
      outboundLineId: line.id,
      all,
      quantity: text === '' ? all : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN,
    };
  });
  if (wanted.some(({ quantity }) => Number.isNaN(quantity))) return null;
  if (wanted.every(({ all, quantity }) => quantity === all)) return 'all';
  const lines = wanted
    .filter(({ quantity }) => quantity > 0)
    .map(({ outboundLineId, quantity }) => ({ outboundLineId, quantity }));
  return lines.length === 0 ? null : lines;
}
