import { type Context, Hono } from 'hono';
import { webhookBodyLimit } from '../../core/commands/receive-webhook.ts';
import type { WebDeps } from '../deps.ts';
import type { WebEnv } from '../env.ts';

const statuses: Readonly<Record<string, 400 | 401 | 404 | 413>> = {
  not_found: 404,
  unauthorized: 401,
  too_large: 413,
};

/** Where platforms call. No browser session: each delivery is verified by its own signature on the raw bytes. */
export default function webhookRoutes(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.post('/webhooks/:platform/:storeId', async (c) => {
    const body = await readLimited(c.req.raw, webhookBodyLimit);
    if (body === null) return closed(c);
    const { platform, storeId } = c.req.param();
    const headers = Object.fromEntries(c.req.raw.headers);
    const result = await deps.desk.commands.receiveWebhook({ platform, storeId, headers, body });
    if (result.ok) return c.body(null, 200);
    return c.json({ error: result.error.code }, statuses[result.error.code] ?? 400);
  });

  return app;
}

/** What is still on its way is not read: the connection ends with the answer. */
function closed(c: Context<WebEnv>): Response {
  c.header('connection', 'close');
  return c.json({ error: 'too_large' }, 413);
}

/** The bytes as they came; null as soon as there are more than `limit`, declared or not. */
async function readLimited(request: Request, limit: number): Promise<Uint8Array | null> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limit) return null;
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
