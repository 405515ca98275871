import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../core/ports/connector.ts';
import { clientFor, failureOf, type LocalServer, listen } from './support.ts';

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(handler: RequestListener): Promise<LocalServer> {
  const server = await listen(handler);
  servers.push(server);
  return server;
}

const get = (server: LocalServer, extra: Partial<HttpRequest> = {}): HttpRequest => ({
  operation: 'fetchOrders',
  method: 'GET',
  url: `${server.url}/orders?token=hidden`,
  ...extra,
});
const post = (server: LocalServer, extra: Partial<HttpRequest> = {}): HttpRequest => ({
  operation: 'ship',
  method: 'POST',
  url: `${server.url}/ship`,
  body: '{"tracking":"T1"}',
  ...extra,
});

describe('answers', () => {
  it('gives status, lower-case headers and text, also of a compressed answer', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'X-Request-Id': 'r-1' });
      response.end(gzipSync('{"name":"茶"}'));
    });
    const { client, calls } = clientFor(server.url);
    const response = await client.send(get(server));
    expect(response).toMatchObject({ status: 200, text: '{"name":"茶"}' });
    expect(response.headers['x-request-id']).toBe('r-1');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ status: 200, attempt: 1, error: null, responseExcerpt: null, method: 'GET' });
    expect(calls[0]?.target).toBe(`127.0.0.1:${server.port}/orders`);
  });

  it('returns a 404 and a 422 for the connector to judge, without a repeat', async () => {
    for (const status of [400, 401, 403, 404, 409, 422]) {
      const server = await serve((_, response) => response.writeHead(status).end('no'));
      const { client } = clientFor(server.url);
      expect((await client.send(get(server))).status).toBe(status);
      expect(server.hits()).toBe(1);
    }
  });

  it('refuses a redirect and says where it wanted to go, without its query', async () => {
    const server = await serve((_, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/?token=t' }).end(),
    );
    const { client } = clientFor(server.url);
    const error = await failureOf(client.send(get(server)));
    expect(error).toMatchObject({ kind: 'permanent', platformCode: 'redirect', httpStatus: 302 });
    expect(error.message).toContain('http://169.254.169.254/latest/meta-data/');
    expect(error.message).not.toContain('token=t');
    expect(server.hits()).toBe(1);
  });
});

describe('limits', () => {
  it('stops reading an answer that is too large, announced or not', async () => {
    const announced = await serve((_, response) => response.end('x'.repeat(5_000)));
    const streamed = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(1_000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    for (const server of [announced, streamed]) {
      const { client, calls } = clientFor(server.url, { maxResponseBytes: 2_000 });
      const error = await failureOf(client.send(get(server)));
      expect(error).toMatchObject({ kind: 'permanent', platformCode: 'response_too_large' });
      expect(calls.at(-1)).toMatchObject({ status: null, error: 'response_too_large' });
      expect(server.hits()).toBe(1);
    }
  });

  it('stops a small body that unpacks to a huge one', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(3_000_000)));
    });
    const { client } = clientFor(server.url, { maxResponseBytes: 100_000 });
    expect(await failureOf(client.send(get(server)))).toMatchObject({ platformCode: 'response_too_large' });
  });

  it('gives up on a platform that accepts the connection and never answers', async () => {
    const server = await serve(() => {});
    const { client, calls } = clientFor(server.url, { retries: 1 });
    const error = await failureOf(client.send(get(server, { timeoutMs: 60 })));
    expect(error).toMatchObject({ kind: 'retryable', platformCode: 'timeout', outcomeUnknown: false });
    expect(calls.map((call) => [call.attempt, call.error])).toEqual([
      [1, 'timeout'],
      [2, 'timeout'],
    ]);
  });

  it('counts the body into the time limit: a trickling answer does not hold the desk', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    const { client } = clientFor(server.url, { retries: 0 });
    expect(await failureOf(client.send(get(server, { timeoutMs: 80 })))).toMatchObject({ platformCode: 'timeout' });
  });
});

describe('repeats', () => {
  it('repeats a read until the platform is well again, with growing waits', async () => {
    let broken = 3;
    const server = await serve((_, response) => {
      broken -= 1;
      response.writeHead(broken >= 0 ? 502 : 200).end('ok');
    });
    const { client, calls, waits } = clientFor(server.url);
    expect((await client.send(get(server))).status).toBe(200);
    expect(waits).toEqual([500, 1_000, 2_000]);
    expect(calls.map((call) => call.status)).toEqual([502, 502, 502, 200]);
  });

  it('spreads the waits: half the luck, half the wait', async () => {
    const server = await serve((_, response) => response.writeHead(500).end());
    const { client, waits } = clientFor(server.url, { random: () => 0.5 });
    expect((await client.send(get(server))).status).toBe(500);
    expect(waits).toEqual([250, 500, 1_000]);
  });

  it('waits as long as the platform asks, in seconds or until a date', async () => {
    const asked = ['2', new Date(Date.now() + 3_000).toUTCString()];
    const server = await serve((_, response) => {
      const retryAfter = asked.shift();
      if (retryAfter === undefined) response.end('ok');
      else response.writeHead(429, { 'retry-after': retryAfter }).end();
    });
    const { client, waits } = clientFor(server.url);
    await client.send(get(server));
    expect(waits[0]).toBe(2_000);
    expect(waits[1]).toBeGreaterThan(1_000);
    expect(waits[1]).toBeLessThanOrEqual(3_000);
  });

  it('hands a long wait back to the job instead of sitting it out', async () => {
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '600' }).end());
    const { client, waits } = clientFor(server.url);
    const error = await failureOf(client.send(get(server)));
    expect(error).toMatchObject({ kind: 'retryable', httpStatus: 429, retryAfterMs: 600_000 });
    expect(waits).toEqual([]);
    expect(server.hits()).toBe(1);
  });

  it('says retryable, with the wait, once the repeats of a 429 or 503 are used up', async () => {
    for (const status of [429, 503]) {
      const server = await serve((_, response) => response.writeHead(status, { 'retry-after': '1' }).end());
      const { client } = clientFor(server.url, { retries: 2 });
      expect(await failureOf(client.send(get(server)))).toMatchObject({
        kind: 'retryable',
        httpStatus: status,
        retryAfterMs: 1_000,
        outcomeUnknown: false,
      });
      expect(server.hits()).toBe(3);
    }
  });

  it('tells every process to slow down when the platform throttles', async () => {
    const penalties: [string, number][] = [];
    const taken: [string, number | undefined][] = [];
    const pacer = {
      take: async (operation: string, cost?: number) => {
        taken.push([operation, cost]);
      },
      penalize: async (operation: string, ms: number) => {
        penalties.push([operation, ms]);
      },
    };
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '4' }).end());
    const { client } = clientFor(server.url, { pacer, retries: 1 });
    await failureOf(client.send(get(server, { cost: 3 })));
    expect(penalties).toEqual([
      ['fetchOrders', 4_000],
      ['fetchOrders', 4_000],
    ]);
    expect(taken).toEqual([
      ['fetchOrders', 3],
      ['fetchOrders', 3],
    ]);
  });

  it('never repeats a shipment whose answer was lost, and says that it may have arrived', async () => {
    const server = await serve((request) => request.socket.destroy());
    const { client } = clientFor(server.url);
    expect(await failureOf(client.send(post(server)))).toMatchObject({ kind: 'retryable', outcomeUnknown: true });
    expect(server.hits()).toBe(1);
  });

  it('never repeats a shipment after 500 or 503, and repeats one after 429, which was not taken', async () => {
    const broken = await serve((_, response) => response.writeHead(500).end());
    expect((await clientFor(broken.url).client.send(post(broken))).status).toBe(500);
    expect(broken.hits()).toBe(1);
    const away = await serve((_, response) => response.writeHead(503).end());
    expect(await failureOf(clientFor(away.url).client.send(post(away)))).toMatchObject({ outcomeUnknown: true });
    expect(away.hits()).toBe(1);
    const busy = await serve((_, response) => response.writeHead(429).end());
    expect(await failureOf(clientFor(busy.url).client.send(post(busy)))).toMatchObject({ outcomeUnknown: false });
    expect(busy.hits()).toBe(4);
  });

  it('repeats a write that is marked as safe', async () => {
    const server = await serve((_, response) => response.writeHead(500).end());
    await clientFor(server.url).client.send(post(server, { idempotent: true }));
    expect(server.hits()).toBe(4);
  });

  it('treats a connection that nobody accepted as not sent, and tries again', async () => {
    const server = await listen(() => {});
    await server.close();
    const { client, calls } = clientFor(server.url);
    const error = await failureOf(client.send(post(server)));
    expect(error).toMatchObject({ kind: 'retryable', platformCode: 'ECONNREFUSED', outcomeUnknown: false });
    expect(calls).toHaveLength(4);
  });

  it('repeats a read whose answer broke off in the middle', async () => {
    let broken = 1;
    const server = await serve((_, response) => {
      broken -= 1;
      if (broken < 0) {
        response.end('{"orders":[]}');
        return;
      }
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"orders":[', () => response.destroy());
    });
    const { client, calls } = clientFor(server.url);
    expect((await client.send(get(server))).text).toBe('{"orders":[]}');
    expect(calls.map((call) => call.status)).toEqual([null, 200]);
  });
});

describe('credentials that cannot be sent', () => {
  it('names the header instead of failing as if the network were down', async () => {
    const server = await serve((_, response) => response.end('ok'));
    for (const value of ['Bearer 鑰匙', 'Bearer a\r\nx-evil: 1']) {
      const { client } = clientFor(server.url);
      const error = await failureOf(client.send(get(server, { headers: { authorization: value } })));
      expect(error).toMatchObject({ kind: 'permanent', platformCode: 'bad_header', outcomeUnknown: false });
      expect(error.message).not.toContain('鑰');
    }
    expect(server.hits()).toBe(0);
  });
});

describe('stopping', () => {
  it('ends a call under way when the desk shuts down, and keeps no worker waiting', async () => {
    const server = await serve(() => {});
    const stop = new AbortController();
    const { client } = clientFor(server.url, { signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    const error = await failureOf(client.send(post(server)));
    expect(error).toMatchObject({ kind: 'retryable', platformCode: 'stopped', outcomeUnknown: true });
    const next = await failureOf(client.send(post(server)));
    expect(next).toMatchObject({ platformCode: 'stopped', outcomeUnknown: false });
    expect(server.hits()).toBe(1);
  });
});

describe('call log', () => {
  it('keeps a failure readable, without credentials and recipient data', async () => {
    const server = await serve((_, response) =>
      response.writeHead(422, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          error: { code: 'bad_carrier', message: 'unknown carrier' },
          recipient: { name: '王小明', phone: '0912345678', address1: '測試路1號', zip: '10491' },
          echo: 'key CANARY-SECRET-1 was used',
        }),
      ),
    );
    const { client, calls } = clientFor(server.url, { secrets: ['CANARY-SECRET-1'] });
    await client.send(post(server, { body: '{"email":"ana@example.test","carrier":"pigeon"}' }));
    const [call] = calls;
    expect(call).toMatchObject({ status: 422, error: 'HTTP 422', requestBytes: 47 });
    expect(call?.responseExcerpt).toContain('bad_carrier');
    expect(call?.requestExcerpt).toContain('pigeon');
    const text = JSON.stringify(call);
    for (const leak of ['CANARY-SECRET-1', '王小明', '0912345678', '測試路', '10491', 'ana@example.test', 'hidden']) {
      expect(text, leak).not.toContain(leak);
    }
  });

  it('keeps at most 2,000 characters of a body', async () => {
    const server = await serve((_, response) => response.writeHead(400).end('y'.repeat(50_000)));
    const { client, calls } = clientFor(server.url);
    await client.send(get(server));
    expect(calls[0]?.responseExcerpt).toHaveLength(2_000);
    expect(calls[0]?.responseBytes).toBe(50_000);
  });
});
