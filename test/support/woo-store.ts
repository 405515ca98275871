import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const wooKeys = {
  consumer_key: `ck_${'a1'.repeat(20)}`,
  consumer_secret: `cs_${'b2'.repeat(20)}`,
} as const;

export interface WooStore {
  readonly url: string;
  readonly requests: string[];
  name: string;
  close(): Promise<void>;
}

/** A WordPress with WooCommerce that knows one key, as far as a connection test looks; over http, on loopback. */
export async function startWooStore(): Promise<WooStore> {
  const store = { name: 'Örtagård', requests: [] as string[] };
  const server = createServer((request, response) => {
    store.requests.push(`${request.method} ${request.url}`);
    const { status, body } = answer(request, `http://${request.headers.host}`, store.name);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: AddressInfo = server.address() as AddressInfo;
  return Object.assign(store, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function answer(request: IncomingMessage, home: string, name: string): { status: number; body: unknown } {
  const url = new URL(request.url ?? '/', home);
  const route = url.pathname.replace(/^\/wp-json\/?/, '');
  if (route === '') return { status: 200, body: { name, url: home, home, namespaces: ['wc/v3'] } };
  if (url.searchParams.get('oauth_consumer_key') !== wooKeys.consumer_key) {
    return {
      status: 401,
      body: { code: 'woocommerce_rest_authentication_error', message: 'Consumer key is invalid.' },
    };
  }
  if (route === 'wc/v3/orders/0') {
    return { status: 400, body: { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.' } };
  }
  return { status: 200, body: route === 'wc/v3/orders' ? [] : { value: 'EUR' } };
}
