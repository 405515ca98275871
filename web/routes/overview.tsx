import { Hono } from 'hono';
import type { WebDeps } from '../deps.ts';
import type { WebEnv } from '../env.ts';
import { isFragment } from '../flash.ts';
import { OverviewPage } from '../orders/overview-page.tsx';
import { leadTo, renderPage } from '../page.tsx';
import { can, loadFrame, merchantIdOf } from '../views/frame.ts';

/** What needs somebody now. */
export default function overview(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    // Warehouse people begin where their work is.
    if (!can(c, 'see_orders')) return leadTo(c, '/outbound');
    const frame = await loadFrame(c, deps);
    const shown = await deps.desk.queries.showOverview({
      merchantIds: [merchantIdOf(c)],
      now: frame.now,
      timeZone: frame.timeZone,
    });
    const view = (
      <OverviewPage
        frame={frame}
        overview={shown}
        platformNames={deps.platformNames}
        mayWork={can(c, 'work_orders')}
        mayAdminister={can(c, 'administer')}
      />
    );
    return isFragment(c) ? c.html(view) : renderPage(c, frame, { title: 'Overview', section: 'overview' }, view);
  });

  return app;
}
