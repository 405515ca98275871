import { timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';

export interface OpsDeps {
  /** What keeps the process from serving, in words; empty when it is ready. */
  waitingFor(): Promise<readonly string[]>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** Null: only callers on this machine, not through a proxy, see /metrics. */
  readonly metricsToken: string | null;
}

/** Paths that machines ask: answered before and beside the desk's pages, without sign-in or host rules. */
export const opsPaths: readonly string[] = ['/healthz', '/readyz', '/metrics'];

/** /healthz: the process answers · /readyz: it serves (503 with reasons while not) · /metrics: for Prometheus. */
export function createOpsApp(deps: OpsDeps): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const waitingFor = await deps.waitingFor();
    return c.json({ ready: waitingFor.length === 0, waitingFor }, waitingFor.length === 0 ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    if (!maySeeMetrics(c, deps.metricsToken)) return c.text('Set METRICS_TOKEN and send it as a bearer token.', 401);
    return c.body(await deps.metrics.text(), 200, { 'content-type': deps.metrics.contentType });
  });
  return app;
}

function maySeeMetrics(c: Context, token: string | null): boolean {
  if (token !== null) {
    const given = Buffer.from(c.req.header('authorization') ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
  // A proxy on this machine would make the whole world look local.
  if (c.req.header('x-forwarded-for') !== undefined || c.req.header('forwarded') !== undefined) return false;
  return /^(::ffff:)?127\.|^::1$/.test(getConnInfo(c).remote.address ?? '');
}
