import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { createChanges } from '../changes.ts';
import type { WebDeps } from '../deps.ts';
import type { WebEnv } from '../env.ts';
import { loadFrame, merchantIdOf } from '../views/frame.ts';
import { Rail, SyncState } from '../views/layout.tsx';
import { type NavKey, navEntries } from '../views/nav.ts';

/** Shorter than the idle time of usual proxies. */
const beatMs = 25_000;
/** A stream ends by itself and the browser opens another: a session that ended does not listen for ever. */
const longestMs = 10 * 60_000;

/** What keeps open pages true: a stream that only says that something changed, and the parts drawn again then. */
export default function events(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const changes = createChanges((merchantId) => deps.desk.queries.changeMark({ merchantIds: [merchantId] }), deps.log);

  app.get('/events', (c) => {
    const merchantId = merchantIdOf(c);
    let heard = (): void => {};
    const leave = changes.listen(merchantId, () => heard());
    if (leave === null) return c.text('Too many pages listen. Reload to see what changed.', 503);
    return streamSSE(
      c,
      async (stream) => {
        stream.onAbort(leave);
        const until = Date.now() + longestMs;
        await stream.writeSSE({ event: 'open', data: '' });
        while (!stream.aborted && !stream.closed && Date.now() < until) {
          const changed = await new Promise<boolean>((resolve) => {
            const timer = setTimeout(() => resolve(false), beatMs);
            heard = () => {
              clearTimeout(timer);
              resolve(true);
            };
            stream.onAbort(() => {
              clearTimeout(timer);
              resolve(false);
            });
          });
          if (!stream.aborted) await stream.writeSSE({ event: changed ? 'changed' : 'beat', data: '' });
        }
        leave();
      },
      async (error) => {
        leave();
        deps.log.debug({ err: error }, 'a stream of changes ended');
      },
    );
  });

  app.get('/fragments/pulse', async (c) => {
    const frame = await loadFrame(c, deps);
    const at = c.req.query('at');
    const section: NavKey = navEntries.find((entry) => entry.key === at)?.key ?? 'overview';
    return c.html(
      <>
        <Rail frame={frame} section={section} />
        <hx-partial hx-target="#sync-state" hx-swap="outerMorph">
          <SyncState frame={frame} />
        </hx-partial>
      </>,
    );
  });

  return app;
}
