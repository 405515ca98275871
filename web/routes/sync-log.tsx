import { Hono } from 'hono';
import { csvLine } from '../../core/csv.ts';
import { isId } from '../../core/ids.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { isFragment } from '../flash.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { renderPage } from '../page.tsx';
import { can, loadFrame, needs } from '../views/frame.ts';
import { RunDetailPage, RunProgress } from '../views/sync-log/detail.tsx';
import { type RunFilter, RunListPage, runResults } from '../views/sync-log/list.tsx';
import { runName } from '../views/sync-log/words.ts';

export default function syncLog(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { queries } = deps.desk;

  app.get('/sync-log', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const filter = filterOf(c);
    const cursor = c.req.query('after') ?? null;
    const [frame, page, stores] = await Promise.all([
      loadFrame(c, deps),
      queries.listRuns({
        merchantIds: [merchantId],
        cursor,
        ...(filter.store === '' ? {} : { storeId: filter.store }),
        ...(filter.platform === '' ? {} : { platform: filter.platform }),
        ...(filter.type === '' ? {} : { type: filter.type }),
        ...(filter.result === '' ? {} : { result: filter.result }),
      }),
      queries.listStoreNames({ merchantIds: [merchantId] }),
    ]);
    const body = (
      <RunListPage
        frame={frame}
        filter={filter}
        page={page}
        isFirstPage={cursor === null}
        stores={stores}
        platformNames={deps.platformNames}
        maySync={can(c, 'work_orders')}
      />
    );
    return renderPage(c, frame, { title: 'Sync log', section: 'sync-log' }, body);
  });

  app.get('/sync-log/:id', async (c) => {
    const [frame, run] = await Promise.all([loadFrame(c, deps), runOf(c, deps)]);
    const platformName = run.platform === null ? null : (deps.platformNames[run.platform] ?? run.platform);
    if (isFragment(c)) return c.html(<RunProgress frame={frame} run={run} platformName={platformName} />);
    const body = <RunDetailPage frame={frame} run={run} platformName={platformName} />;
    return renderPage(c, frame, { title: runName(run), section: 'sync-log' }, body);
  });

  app.get('/sync-log/:id/numbers.csv', async (c) => {
    const { merchantId } = needs(c, 'see_orders');
    const run = await runOf(c, deps);
    const result = c.req.query('result');
    const rows = await queries.runNumbers({
      merchantIds: [merchantId],
      runId: run.id,
      ...(result === undefined ? {} : { result }),
    });
    const file =
      csvLine(['order_number', 'result', 'reason']) +
      rows.map((row) => csvLine([row.number, row.result, row.reason ?? ''])).join('');
    return c.body(file, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="run-${run.id}.csv"`,
    });
  });

  return app;
}

async function runOf(c: WebContext, deps: WebDeps) {
  const { merchantId } = needs(c, 'see_orders');
  const runId = c.req.param('id') ?? '';
  const run = isId(runId) ? await deps.desk.queries.showRun({ merchantIds: [merchantId], runId }) : null;
  if (run === null) throw HttpRefusal.notFound();
  return run;
}

function filterOf(c: WebContext): RunFilter {
  const store = c.req.query('store') ?? '';
  const type = c.req.query('type');
  return {
    store: isId(store) ? store : '',
    platform: (c.req.query('platform') ?? '').slice(0, 40),
    type: type === 'automatic' || type === 'manual' ? type : '',
    result: runResults.find((one) => one === c.req.query('result')) ?? '',
  };
}
