import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Fault } from '../core/describe-error.ts';

/** Answers a request; `env` carries Node's own request and response. */
export type Fetch = (request: Request, env?: unknown) => Response | Promise<Response>;

/** Slow senders are cut off: a head is small, a body of a label or CSV may come over a phone. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 120_000;
/** Longer than the idle time of usual proxies (60 s), so that they never send into a connection that we close. */
const keepAliveTimeoutMs = 65_000;

export interface RunningServer {
  readonly port: number;
  /** Takes no more connections; answers in progress get `graceMs`, streams are cut at once when it is over. */
  close(graceMs: number): Promise<void>;
}

/** Listens. Throws a `Fault` that says what to do when it cannot. */
export async function listen(options: {
  readonly fetch: Fetch;
  readonly host: string;
  readonly port: number;
}): Promise<RunningServer> {
  const { fetch, host, port } = options;
  const created = createAdaptorServer({ fetch, createServer });
  if (!isHttpServer(created)) throw new Fault('The web server could not be made.');
  created.headersTimeout = headersTimeoutMs;
  created.requestTimeout = requestTimeoutMs;
  created.keepAliveTimeout = keepAliveTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    created.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)));
    created.listen(port, host, resolve);
  });
  const address = created.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: (graceMs) => close(created, graceMs),
  };
}

function isHttpServer(server: unknown): server is Server {
  return typeof server === 'object' && server !== null && 'closeAllConnections' in server;
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Fault {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE:
      `Port ${port} is taken, perhaps by another Holdfast. Open it there, stop that program, ` +
      `or choose another port: PORT=${port + 1} npm start`,
    EACCES: `Port ${port} needs rights that this user does not have. Choose one above 1023: PORT=3000 npm start`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine. Use 127.0.0.1 (this machine only) or 0.0.0.0.`,
    ENOTFOUND: `HOST ${host} is not known. Use 127.0.0.1 (this machine only) or 0.0.0.0.`,
  };
  return new Fault(reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port} (${error.code}).`, { cause: error });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** What browsers see at a process without the role `web`: its address is for health checks. */
export function noPages(): Response {
  const page =
    '<!doctype html><meta charset="utf-8"><title>Holdfast</title><p>This process of Holdfast serves no pages: its ROLES ' +
    'are without web. Open the address of a process that has it.</p>';
  return new Response(page, {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/** What browsers see while the database starts or migrates: the page comes by itself a moment later. */
export function notYet(): Response {
  const page =
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Holdfast</title>' +
    '<p>Holdfast is starting. This page opens by itself.</p>';
  return new Response(page, {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '1', 'cache-control': 'no-store' },
  });
}
