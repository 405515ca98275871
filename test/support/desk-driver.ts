import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Shop } from '../../connectors/sandbox/marketplace/types.ts';
import { newId } from '../../core/ids.ts';
import type { Sql } from '../../db/client.ts';
import { deriveSecret } from '../../db/vault.ts';
import { type ChaosMarket, chaosMarket } from './chaos-market.ts';
import { testDatabase } from './database.ts';
import { type DeskProcess, freePort, startDesk } from './desk-process.ts';
import { eventually } from './jobs.ts';

const key = { id: 'k1', base64: Buffer.alloc(32, 7).toString('base64') };

/** A database, a marketplace and any number of desk processes between them; all gone when the test is. */
export interface Scene {
  readonly sql: Sql;
  readonly market: ChaosMarket;
  /** Starts desk 0 or 1 (again) and waits until it is ready. */
  start(index?: 0 | 1, environment?: Record<string, string>): Promise<DeskProcess>;
  /** What all desks wrote. */
  output(): string;
}

export async function scene(): Promise<Scene> {
  const { url, sql, close } = await testDatabase();
  const ports = [await freePort(), await freePort()];
  const secret = deriveSecret([key], 'sandbox');
  const origins = ports.map((port) => `http://127.0.0.1:${port}`);
  const market = await chaosMarket({ secret, redirectUris: origins.map((one) => `${one}/oauth/sandbox/callback`) });
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-promises-'));
  const desks: DeskProcess[] = [];
  onTestFinished(async () => {
    // The marketplace first: a call that hangs there would hold a desk's end.
    await market.close();
    await Promise.all(desks.map(killed));
    await close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    sql,
    market,
    async start(index = 0, environment = {}) {
      const desk = await startDesk({
        PORT: `${ports[index]}`,
        PUBLIC_URL: origins[index] ?? '',
        DATABASE_URL: url,
        DATA_DIR: join(folder, `${index}`),
        ENCRYPTION_KEYS: `${key.id}:${key.base64}`,
        DEMO: '1',
        SANDBOX_URL: market.baseUrl,
        LOG_LEVEL: 'debug',
        ...environment,
      });
      desks.push(desk);
      await desk.ready();
      return desk;
    },
    output: () => desks.map((desk) => desk.output()).join('\n'),
  };
}

/** kill −9, where it still lives. */
export async function killed(desk: DeskProcess): Promise<void> {
  if (desk.child.exitCode === null && desk.child.signalCode === null) await desk.end('SIGKILL');
}

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly body: string;
}

/** A browser without a screen: one person's cookie and form token, redirects followed by hand. */
export interface Visitor {
  readonly origin: string;
  get(path: string): Promise<Answer>;
  post(path: string, fields?: Readonly<Record<string, string>>): Promise<Answer>;
  /** As `post`, with fields that come more than once. */
  postAll(path: string, fields: readonly (readonly [string, string])[]): Promise<Answer>;
  /** The same person at another desk process of the installation. */
  at(desk: DeskProcess): Visitor;
}

/** Signs in as the owner by the link that the desk printed. */
export async function signIn(desk: DeskProcess): Promise<Visitor> {
  const link = await eventually(
    async () => /Holdfast is ready: \S+\/sign-in\?token=(\S+)/.exec(desk.output())?.[1] ?? null,
  );
  const answer = await fetch(`${desk.origin}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: desk.origin },
    body: new URLSearchParams({ token: link }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`Sign-in answered ${answer.status}: ${await answer.text()}`);
  const page = await fetch(`${desk.origin}/stores`, { headers: { cookie } });
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1];
  if (csrf === undefined) throw new Error(`The stores page (${page.status}) has no form token.`);
  return visitor(desk.origin, cookie, csrf);
}

function visitor(origin: string, cookie: string, csrf: string): Visitor {
  const read = async (answer: Response): Promise<Answer> => ({
    status: answer.status,
    location: answer.headers.get('location'),
    headers: answer.headers,
    body: await answer.text(),
  });
  const postAll: Visitor['postAll'] = async (path, fields) => {
    const body = new URLSearchParams({ _csrf: csrf });
    for (const [name, value] of fields) body.append(name, value);
    return read(
      await fetch(`${origin}${path}`, { method: 'POST', redirect: 'manual', headers: { cookie, origin }, body }),
    );
  };
  return {
    origin,
    get: async (path) => read(await fetch(`${origin}${path}`, { headers: { cookie }, redirect: 'manual' })),
    post: (path, fields = {}) => postAll(path, Object.entries(fields)),
    postAll,
    at: (desk) => visitor(desk.origin, cookie, csrf),
  };
}

export interface Connected {
  readonly merchantId: string;
  readonly storeId: string;
  readonly authorizationId: string;
}

/** Adds a store of this shop through the pages; it still has to be authorized. Everything in it is mapped, in plenty. */
export async function addStore({ sql }: Pick<Scene, 'sql'>, person: Visitor, shop: string): Promise<Connected> {
  const added = await person.post('/stores/add', { platform: 'sandbox', name: shop, field_shop: shop });
  const storeId = /^\/stores\/([0-9a-f-]{36})$/.exec(added.location ?? '')?.[1];
  if (storeId === undefined) throw new Error(`The store was not added (${added.status}): ${problemIn(added.body)}`);
  const [row] = await sql<{ merchant_id: string; authorization_id: string }[]>`
    select merchant_id, authorization_id from stores where id = ${storeId}`;
  if (row === undefined) throw new Error('The store that was added has no row.');
  const store = { storeId, merchantId: row.merchant_id, authorizationId: row.authorization_id };
  await mapAll(sql, store);
  return store;
}

/** Goes to the consent page, approves, and comes back by the redirect. */
export async function authorize(person: Visitor, store: Connected): Promise<void> {
  const leaving = await person.post(`/authorizations/${store.authorizationId}/authorize`);
  const url = /url=(\S+)$/.exec(leaving.headers.get('refresh') ?? '')?.[1];
  if (url === undefined) throw new Error(`No consent page (${leaving.status}): ${problemIn(leaving.body)}`);
  const consent = new URL(url);
  const form = new URLSearchParams(consent.searchParams);
  form.set('decision', 'approve');
  for (const scope of ['orders', 'fulfilments', 'products', 'stock']) form.append('scope', scope);
  const approved = await fetch(`${consent.origin}${consent.pathname}`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const back = approved.headers.get('location');
  if (back === null || !back.startsWith(person.origin)) throw new Error(`The marketplace led to ${back}.`);
  const returned = await person.get(back.slice(person.origin.length));
  if (returned.location !== `/stores/${store.storeId}`) {
    throw new Error(`The way back ended with ${returned.status} ${returned.location}: ${problemIn(returned.body)}`);
  }
}

/** The words of a refusal on a page. */
export const problemIn = (html: string): string =>
  html
    .replace(/^.*<main/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 400);

/** Every SKU of the marketplace, and the product without one, stands for one warehouse product, of which there are plenty. */
async function mapAll(sql: Sql, { merchantId, storeId }: Connected): Promise<void> {
  const keyed = await sql<
    { id: string; sku: string }[]
  >`select id, sku from products where merchant_id = ${merchantId}`;
  const any = keyed.find(({ sku }) => sku === 'BOX-GIFT-L');
  if (any === undefined) throw new Error('The demo has no gift box.');
  const rows = [
    ...keyed.map(({ id, sku }) => ({ id, kind: 'sku', key: sku })),
    { id: any.id, kind: 'sku', key: 'SET-TEATIME' },
    { id: any.id, kind: 'product', key: 'P-1010' },
  ];
  for (const { id, kind, key } of rows) {
    const mappingId = newId();
    await sql`insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
      values (${mappingId}, ${merchantId}, ${storeId}, ${kind}, ${key}, 1, 'Mei')`;
    await sql`insert into mapping_components (merchant_id, mapping_id, product_id, quantity)
      values (${merchantId}, ${mappingId}, ${id}, 1)`;
  }
  await sql`update inventory set on_hand = 100000 where merchant_id = ${merchantId}`;
}

/** A shop with these orders and no others, each as plain as can be. */
export function plainShop(market: ChaosMarket, handle: string, count: number): Shop {
  const shop = market.market.openBulkShop(handle, { count: 0, from: 0, stepMs: 1 });
  if (count > 0) market.market.place(shop, { count, kind: 'plain', lineCount: 1 });
  return shop;
}

export interface OrderRow {
  readonly id: string;
  readonly number: string;
  readonly platformOrderId: string;
  readonly status: string;
  readonly version: number;
  readonly holds: number;
  readonly exceptions: number;
}

export const ordersOf = (sql: Sql, storeId: string): Promise<OrderRow[]> =>
  sql<OrderRow[]>`
    select id, platform_order_number as number, platform_order_id as "platformOrderId", status, version,
      open_hold_count as holds, open_exception_count as exceptions
    from orders where store_id = ${storeId} order by platform_order_id`.then((rows) => [...rows]);

export async function orderOf(sql: Sql, storeId: string, platformOrderId: string): Promise<OrderRow> {
  const order = (await ordersOf(sql, storeId)).find((one) => one.platformOrderId === platformOrderId);
  if (order === undefined) throw new Error(`The desk has no order ${platformOrderId}.`);
  return order;
}

/** Waits until the store has this many orders and none of its runs is under way. */
export async function synced(sql: Sql, storeId: string, count: number, timeoutMs = 30_000): Promise<OrderRow[]> {
  return eventually(async () => {
    const rows = await ordersOf(sql, storeId);
    const [active] = await sql`select id from runs where store_id = ${storeId} and status in ('queued', 'running')`;
    return rows.length >= count && active === undefined ? rows : null;
  }, timeoutMs);
}

/** Manual Sync, Immediate; resolves with the ended run. */
export async function syncNow(
  { sql }: Pick<Scene, 'sql'>,
  person: Visitor,
  storeId: string,
  timeoutMs = 30_000,
): Promise<RunRow> {
  const asked = await person.post('/sync', { mode: 'immediate', kind: 'b2c', store: storeId });
  const runId = /^\/sync-log\/([0-9a-f-]{36})$/.exec(asked.location ?? '')?.[1];
  if (runId === undefined) throw new Error(`The sync was refused (${asked.status}): ${problemIn(asked.body)}`);
  return eventually(async () => {
    const run = (await runsOf(sql, storeId)).find(({ id }) => id === runId);
    return run !== undefined && ['done', 'failed'].includes(run.status) ? run : null;
  }, timeoutMs);
}

export interface RunRow {
  readonly id: string;
  readonly mode: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly error: string | null;
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly failed: number;
}

export const runsOf = (sql: Sql, storeId: string): Promise<RunRow[]> =>
  sql<RunRow[]>`
    select id, mode, status, outcome, error, pages, fetched, created, failed
    from runs where store_id = ${storeId} order by created_at, id`.then((rows) => [...rows]);

/** `<warehouse>:<channel>` of a demo channel, as the dispatch dialog sends it. */
export async function channelOf(sql: Sql, code = 'UPS-GROUND'): Promise<string> {
  const [row] = await sql<{ value: string }[]>`
    select c.warehouse_id || ':' || c.id as value from shipping_channels c where c.code = ${code} limit 1`;
  if (row === undefined) throw new Error(`There is no channel ${code}.`);
  return row.value;
}

/** The dispatch dialog's form, as the order is now. */
export async function dispatch(
  scene: Pick<Scene, 'sql'>,
  person: Visitor,
  order: Pick<OrderRow, 'id' | 'version'>,
): Promise<Answer> {
  return person.post(`/orders/${order.id}/dispatch`, {
    version: `${order.version}`,
    channel: await channelOf(scene.sql),
  });
}

/** Picks, packs and ships everything of an order that has been dispatched; goes on where somebody stopped. */
export async function ship(
  { sql }: Pick<Scene, 'sql'>,
  person: Visitor,
  orderId: string,
  trackingNumber: string,
): Promise<void> {
  for (const step of ['picking', 'packed', 'ship'] as const) {
    const [outbound] = await sql<{ id: string; version: number; status: string }[]>`
      select id, version, status from outbound_orders where order_id = ${orderId} and status <> 'cancelled'`;
    if (outbound === undefined) throw new Error('The order has no outbound order.');
    const isDone = outbound.status === step || (step === 'picking' && outbound.status === 'packed');
    if (isDone) continue;
    const answer =
      step === 'ship'
        ? await person.post(`/outbound/${outbound.id}/ship`, { version: `${outbound.version}`, trackingNumber })
        : await person.post(`/outbound/${outbound.id}/advance`, { step: `${step}:${outbound.version}` });
    if (answer.status !== 303) throw new Error(`${step} was refused (${answer.status}): ${problemIn(answer.body)}`);
  }
}

/** Everything that the marketplace was told about an order. */
export const toldOf = (market: ChaosMarket, shop: Shop, platformOrderId: string) =>
  market.market.book(shop).fulfilments(platformOrderId);

/** Lets time pass where the database keeps it: retries, leases and pulses that wait are due now. */
export async function passTime(sql: Sql, minutes: number): Promise<void> {
  await sql`update writebacks set sending_since = sending_since - make_interval(mins => ${minutes}),
    next_attempt_at = next_attempt_at - make_interval(mins => ${minutes}), accepted_at = accepted_at - make_interval(mins => ${minutes})`;
  await sql`update runs set pulse_at = pulse_at - make_interval(mins => ${minutes})`;
  await sql`update stores set synced_until = synced_until - make_interval(mins => ${minutes})`;
  await sql`update graphile_worker._private_jobs set run_at = run_at - make_interval(mins => ${minutes}) where locked_at is null`;
}

export interface AlertRow {
  readonly kind: string;
  readonly state: string;
  readonly orderCount: number;
  readonly detail: Record<string, string>;
}

export const alertsOf = (sql: Sql): Promise<AlertRow[]> =>
  sql<AlertRow[]>`select kind, state, order_count as "orderCount", detail from alerts order by opened_at`.then(
    (rows) => [...rows],
  );
