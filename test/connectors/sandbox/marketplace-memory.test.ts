import { afterEach, describe, expect, it } from 'vitest';
import { openSharedMemory } from '../../../db/shared-memory.ts';
import { testDatabase } from '../../support/database.ts';
import { listen } from '../shared/support.ts';
import { openSandbox, redirectUri, type SandboxBench } from './support.ts';

const { url, sql } = await testDatabase();
const benches: SandboxBench[] = [];
afterEach(async () => {
  for (const { marketplace } of benches.splice(0)) await marketplace.close();
  await sql`drop schema if exists holdfast_sandbox cascade`;
});

const now = (): Date => new Date();

/** The marketplace as one process of the installation runs it. */
async function processOf(): Promise<SandboxBench> {
  const bench = await openSandbox(now, openSharedMemory(url));
  benches.push(bench);
  return bench;
}

const post = (bench: SandboxBench, path: string, body: unknown = {}): Promise<Response> =>
  fetch(`${bench.marketplace.baseUrl}/control${path}`, { method: 'POST', body: JSON.stringify(body) });

async function place(bench: SandboxBench, handle: string, count: number): Promise<readonly string[]> {
  const answer = await post(bench, `/shops/${handle}/orders`, { count, kind: 'plain', lineCount: 1 });
  const { orders } = (await answer.json()) as { orders: { id: string }[] };
  return orders.map(({ id }) => id);
}

/** Access to a shop by the consent page of this process. */
async function consent(bench: SandboxBench, handle: string): Promise<string> {
  const { marketplace } = bench;
  const form = new URLSearchParams({ client_id: 'holdfast', redirect_uri: redirectUri, state: 's', shop: handle });
  form.set('decision', 'approve');
  for (const scope of bench.connector.profile.scopes) form.append('scope', scope);
  const approved = await fetch(`${marketplace.baseUrl}/oauth/authorize`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const code = new URL(approved.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const token = await fetch(`${marketplace.baseUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ client_id: 'holdfast', client_secret: 'sandbox-client-secret' },
      ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri },
    }),
  });
  return ((await token.json()) as { access_token: string }).access_token;
}

async function call(bench: SandboxBench, token: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${bench.marketplace.baseUrl}/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function fulfil(bench: SandboxBench, token: string, orderId: string, trackingNumber: string): Promise<number> {
  const text = await (await call(bench, token, `/orders/${orderId}`)).text();
  const lineId = /"lines":\[\{"id":"?(\d+)/.exec(text)?.[1];
  const lines = [{ line_id: lineId, quantity: 1 }];
  const answer = await call(bench, token, `/orders/${orderId}/fulfilments`, {
    ...{ carrier: 'ups', tracking_number: trackingNumber, lines },
  });
  return answer.status;
}

async function received(bench: SandboxBench, handle: string): Promise<readonly string[]> {
  const answer = await fetch(`${bench.marketplace.baseUrl}/control/shops/${handle}/fulfilments`);
  const { fulfilments } = (await answer.json()) as { fulfilments: { trackingNumber: string }[] };
  return fulfilments.map(({ trackingNumber }) => trackingNumber).sort();
}

describe('the marketplace of several processes', () => {
  it('is one: what one of them is told, all of them know', async () => {
    const [one, other] = [await processOf(), await processOf()];
    const token = await consent(one, 'teahouse');
    const first = await place(other, 'teahouse', 3);
    const second = await place(one, 'teahouse', 3);
    expect(new Set([...first, ...second]).size).toBe(6);
    for (const [index, id] of [...first, ...second].entries()) {
      expect(await fulfil(index % 2 === 0 ? one : other, token, id, `TRACK-${index}`)).toBe(201);
    }
    const told = Array.from({ length: 6 }, (_, index) => `TRACK-${index}`);
    for (const bench of [one, other]) expect(await received(bench, 'teahouse')).toEqual(expect.arrayContaining(told));
    // A process that starts later, or again, knows it too.
    const third = await processOf();
    expect(await received(third, 'teahouse')).toEqual(expect.arrayContaining(told));
    expect((await call(third, token, '/shop')).status).toBe(200);
    const page = (await (await call(third, token, '/orders?limit=100')).json()) as { orders: unknown[] };
    expect(page.orders).toHaveLength(30);
  });

  it('loses nothing of what all of them do at once, and gives no id twice', async () => {
    const all = [await processOf(), await processOf(), await processOf()];
    await post(all[0] as SandboxBench, '/shops/teahouse');
    const placed = await Promise.all(
      Array.from({ length: 30 }, (_, n) => place(all[n % 3] as SandboxBench, 'teahouse', 2)),
    );
    expect(new Set(placed.flat()).size).toBe(60);
    const last = await processOf();
    const token = await consent(last, 'teahouse');
    const page = (await (await call(last, token, '/orders?limit=100')).json()) as { orders: unknown[] };
    expect(page.orders).toHaveLength(84);
  });

  it('forgets a change that could not be kept, and goes on', async () => {
    const [one, other] = [await processOf(), await processOf()];
    await post(one, '/shops/teahouse');
    await sql`alter table holdfast_sandbox.memory add constraint full_disk check (key not like 'order/%') not valid`;
    expect((await post(one, '/shops/teahouse/orders', { count: 1 })).status).toBe(500);
    await sql`alter table holdfast_sandbox.memory drop constraint full_disk`;
    const [id] = await place(other, 'teahouse', 1);
    expect(await place(one, 'teahouse', 1)).not.toContain(id);
  });

  it('does not wait for a process that stopped in the middle of its turn', async () => {
    const one = await processOf();
    await post(one, '/shops/teahouse');
    const stuck = openSharedMemory(url, { turnMs: 300 });
    const hasTurn = Promise.withResolvers<void>();
    const turn = stuck.turn(
      () => 0,
      () => {
        hasTurn.resolve();
        return new Promise(() => {});
      },
    );
    const ended = expect(turn).rejects.toThrow();
    await hasTurn.promise;
    expect(await place(one, 'teahouse', 1)).toHaveLength(1);
    await ended;
    await stuck.close();
  });

  it('tells a desk that runs of what the one that is gone had asked for', async () => {
    const heard: string[] = [];
    const desk = await listen((request, response) => {
      heard.push(request.url ?? '');
      response.end('ok');
    });
    const one = await openSandbox(now, openSharedMemory(url), desk.url);
    benches.push(one);
    const token = await consent(one, 'teahouse');
    const gone = await listen((_, response) => response.end());
    await gone.close();
    await call(one, token, '/webhooks', { url: `${gone.url}/webhooks/sandbox/7`, secret: 'long enough' });
    await place(one, 'teahouse', 1);
    await one.marketplace.webhooks.idle();
    expect(heard).toEqual(['/webhooks/sandbox/7']);
  });
});
