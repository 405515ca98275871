import type { Context, MiddlewareHandler } from 'hono';
import type { MarketEnv } from './env.ts';

/**
 * `status`: that HTTP status, before anything happens · `hang`: no answer until the caller gives up · `slow`: after
 * `delayMs` · `torn_json`: a whole answer whose JSON stops half-way · `cut_off`: the connection ends in the middle of the
 * answer · `reset`: it ends before anything happened · `reset_after_effect`: everything was done, but the answer is
 * lost · `duplicate_page`: a page of a listing is served twice · `web_page`: 200 with HTML, as a bot challenge does.
 */
export const faultKinds = [
  'status',
  'hang',
  'slow',
  'torn_json',
  'cut_off',
  'reset',
  'reset_after_effect',
  'duplicate_page',
  'web_page',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const operations = [
  'token',
  'shop',
  'listOrders',
  'lookupOrders',
  'getOrder',
  'listFulfilments',
  'createFulfilment',
  'cancelOrder',
  'carriers',
  'products',
  'stock',
  'webhooks',
] as const;
export type Operation = (typeof operations)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Default: every operation. */
  readonly operation?: Operation | undefined;
  /** Calls that it spoils; default all until cleared. */
  readonly times?: number | undefined;
  /** Calls that pass before it starts; default 0. */
  readonly skip?: number | undefined;
  readonly status?: number | undefined;
  readonly retryAfter?: string | undefined;
  readonly delayMs?: number | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  middleware(operation: Operation): MiddlewareHandler<MarketEnv>;
  /** Lets go of hanging calls. */
  close(): void;
}

interface Active {
  readonly fault: Fault;
  left: number;
  skip: number;
}

export function createFaults(): Faults {
  let active: Active[] = [];
  const stop = new AbortController();

  function next(operation: Operation): Fault | null {
    const hit = active.find(({ fault, left }) => left > 0 && (fault.operation ?? operation) === operation);
    if (hit === undefined) return null;
    if (hit.skip > 0) {
      hit.skip -= 1;
      return null;
    }
    hit.left -= 1;
    active = active.filter(({ left }) => left > 0);
    return hit.fault;
  }

  function pause(ms: number | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, ms);
      for (const one of [signal, stop.signal]) {
        one.addEventListener('abort', () => {
          if (timer !== null) clearTimeout(timer);
          resolve();
        });
      }
    });
  }

  return {
    add(fault) {
      active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY, skip: fault.skip ?? 0 });
    },
    clear() {
      active = [];
    },
    list: () => active.map(({ fault }) => fault),
    close: () => stop.abort(),
    middleware: (operation) => async (c, go) => {
      const fault = next(operation);
      if (fault === null) return go();
      switch (fault.kind) {
        case 'status':
          return failed(fault);
        case 'web_page':
          return new Response('<!doctype html><title>One moment</title><p>Checking your browser.</p>', {
            headers: { 'content-type': 'text/html' },
          });
        case 'hang':
          await pause(null, c.req.raw.signal);
          return new Response(null, { status: 504 });
        case 'slow':
          await pause(fault.delayMs ?? 1_000, c.req.raw.signal);
          return go();
        case 'duplicate_page':
          c.set('repeatPage', true);
          return go();
        case 'reset':
          return hangUp(c, null);
        default:
          await go();
          c.res = await spoiled(c, fault.kind);
      }
    },
  };
}

function failed(fault: Fault): Response {
  const status = fault.status ?? 500;
  const code = status === 429 ? 'rate_limited' : status >= 500 ? 'internal_error' : 'fault_on_demand';
  return new Response(JSON.stringify({ error: { code, message: `Fault on demand: ${status}` } }), {
    status,
    headers: {
      'content-type': 'application/json',
      ...(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }),
    },
  });
}

async function spoiled(c: Context<MarketEnv>, kind: 'torn_json' | 'cut_off' | 'reset_after_effect'): Promise<Response> {
  const bytes = new Uint8Array(await c.res.arrayBuffer());
  const half = bytes.slice(0, Math.ceil(bytes.length / 2));
  if (kind === 'torn_json')
    return new Response(half, { status: c.res.status, headers: { 'content-type': 'application/json' } });
  return hangUp(c, kind === 'cut_off' ? { half, total: bytes.length } : null);
}

/** Ends the connection, after the first half of the answer where one is given. */
function hangUp(c: Context<MarketEnv>, sent: { half: Uint8Array; total: number } | null): Response {
  const outgoing = c.env?.outgoing;
  if (outgoing === undefined) throw new Error('connection faults need a real server');
  if (sent === null) {
    outgoing.destroy();
  } else {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': sent.total });
    outgoing.write(sent.half, () => outgoing.destroy());
  }
  // Tells the server adapter that the answer was written behind its back.
  return new Response(null, { headers: { 'x-hono-already-sent': '1' } });
}
