import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient, type HttpClientOptions } from '../../../connectors/shared/http.ts';
import type { ConnectorError } from '../../../core/errors.ts';
import type { CallRecord, HttpClient } from '../../../core/ports/connector.ts';
import { silentLog } from '../../support/log.ts';

export interface LocalServer {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Requests that arrived. */
  readonly hits: () => number;
  close(): Promise<void>;
}

/** A real server on the loopback interface. */
export async function listen(handler: RequestListener): Promise<LocalServer> {
  let hits = 0;
  const server = createServer((request, response) => {
    hits += 1;
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    hits: () => hits,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface TestClient {
  readonly client: HttpClient;
  readonly calls: CallRecord[];
  /** How long it would have waited between attempts, in ms. */
  readonly waits: number[];
}

/** A client that may call `baseUrl`, whose waits take no time but are noted. */
export function clientFor(baseUrl: string, options: Partial<HttpClientOptions> = {}): TestClient {
  const calls: CallRecord[] = [];
  const waits: number[] = [];
  const client = createHttpClient({
    platform: 'test',
    authorizationId: 'authorization-1',
    storeId: 'store-1',
    allow: { kind: 'base_url', baseUrl },
    pacer: null,
    record: (call) => calls.push(call),
    log: silentLog,
    now: () => new Date(),
    random: () => 1,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { client, calls, waits };
}

export async function failureOf(work: Promise<unknown>): Promise<ConnectorError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConnectorError') return error as ConnectorError;
    throw error;
  }
  throw new Error('nothing failed');
}
