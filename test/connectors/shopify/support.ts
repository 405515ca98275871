import { readFileSync } from 'node:fs';
import nock from 'nock';
import { z } from 'zod';
import { connector } from '../../../connectors/shopify/index.ts';
import type { ConnectorSession, ShipmentToTell } from '../../../core/ports/connector.ts';
import { testSession } from '../../contract/session.ts';

export const shop = 'demo-desk.myshopify.com';
export const app = { client_id: 'client-id-of-the-app', client_secret: 'hush' };
export const credentials = { shop, access_token: 'shpat_0000000000000000', refresh_token: 'shprt_0000000000000000' };
/** 2026-11-21T00:00:00Z, a little after the vectors' callback. */
export const now = (): Date => new Date('2026-11-21T00:00:00Z');

export function fixture(name: string): Record<string, unknown> {
  const text = readFileSync(new URL(`../../fixtures/shopify/${name}.json`, import.meta.url), 'utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

const node = z.record(z.string(), z.unknown());
export type Node = z.infer<typeof node>;

/** The fixture's order with another id and number, and whatever else is changed. */
export function order(sequence = 1, changes: Node = {}): Node {
  const id = String(5551000000000 + sequence);
  const base = { ...node.parse(fixture('order').order), id: `gid://shopify/Order/${id}`, legacyResourceId: id };
  return { ...base, name: `#${1000 + sequence}`, ...changes };
}

/** The fixture's only fulfillment order, changed. */
export function fulfillmentOrder(changes: Node = {}): Node {
  const list = z.object({ nodes: z.array(node) }).parse(order().fulfillmentOrders);
  return { ...list.nodes[0], ...changes };
}

export const listOf = (nodes: readonly unknown[], endCursor: string | null = null): Node => ({
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
  nodes,
});

export const foLines = (lines: readonly (readonly [id: string, lineItem: string, remaining: number])[]): Node =>
  listOf(
    lines.map(([id, lineItem, remaining]) => ({
      id: `gid://shopify/FulfillmentOrderLineItem/${id}`,
      remainingQuantity: remaining,
      lineItem: { id: `gid://shopify/LineItem/${lineItem}` },
    })),
  );

export const plentyOfPoints = {
  cost: {
    requestedQueryCost: 69,
    actualQueryCost: 22,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1978, restoreRate: 100 },
  },
};

export interface Call {
  readonly name: string;
  readonly variables: Node;
  readonly query: string;
}

/** `lost`: it takes effect, but the connection breaks before the answer. */
export type Reply =
  | {
      readonly data?: unknown;
      readonly errors?: unknown;
      readonly extensions?: unknown;
      readonly headers?: Record<string, string>;
    }
  | { readonly status: number; readonly text: string; readonly headers?: Record<string, string> }
  | 'lost';

type Handler = (variables: Node, count: number) => Reply;

const request = z.object({ query: z.string(), variables: node.default({}) });

/** A shop that answers each named GraphQL operation by its handler; gives what it was asked. */
export function fakeShop(handlers: Readonly<Record<string, Handler>>, version = '2026-10'): { readonly calls: Call[] } {
  const calls: Call[] = [];
  nock(`https://${shop}`)
    .persist()
    .post('/admin/api/2026-10/graphql.json')
    .reply(async (incoming: Request): Promise<[number, string, Record<string, string>]> => {
      const { query, variables } = request.parse(await incoming.json());
      const name = /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '?';
      const count = calls.filter((call) => call.name === name).length;
      calls.push({ name, variables, query });
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`the test does not expect ${name}`);
      const reply = handler(variables, count);
      if (reply === 'lost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      const headers = {
        'content-type': 'application/json',
        'x-shopify-api-version': version,
        'x-request-id': 'req-1',
        ...reply.headers,
      };
      if ('status' in reply) return [reply.status, reply.text, headers];
      const { headers: _headers, ...answer } = reply;
      return [200, JSON.stringify({ extensions: plentyOfPoints, ...answer }), headers];
    });
  return { calls };
}

/** Answers `Orders` from these, null for others. */
export const ordersById =
  (orders: readonly Node[]): Handler =>
  (variables) => ({
    data: {
      nodes: z
        .array(z.string())
        .parse(variables.ids)
        .map((id) => orders.find((item) => item.id === id) ?? null),
    },
  });

/** Answers a listing with `pages`, one after the other. */
export const listed =
  (pages: readonly (readonly Node[])[]): Handler =>
  (variables) => {
    const index = variables.after === null ? 0 : Number(String(variables.after).replace('cursor-', ''));
    const nodes = (pages[index] ?? []).map(({ id, name, updatedAt }) => ({ id, name, updatedAt }));
    return { data: { orders: listOf(nodes, index + 1 < pages.length ? `cursor-${index + 1}` : null) } };
  };

export function open(settings: Readonly<Record<string, string>> = {}): ConnectorSession {
  return testSession({ connector, app, credentials, settings, now }).session;
}

export function shipment(changes: Partial<ShipmentToTell> = {}): ShipmentToTell {
  return {
    shipmentId: 'shipment-1',
    platformOrderId: '5551000000001',
    platformOrderNumber: '#1001',
    trackingNumber: '1Z 999-AA1',
    carrier: 'UPS',
    trackingUrl: null,
    service: null,
    shippedAt: now(),
    lines: [{ platformLineId: '21', quantity: 3 }],
    completesOrder: true,
    ...changes,
  };
}

/** One fulfilment as the `Fulfillments` query shows it. */
export const fulfillment = (
  number: string,
  lines: readonly (readonly [lineItem: string, quantity: number])[],
  status = 'SUCCESS',
): Node => ({
  id: 'gid://shopify/Fulfillment/91',
  status,
  trackingInfo: [{ company: 'UPS', number, url: null }],
  fulfillmentLineItems: listOf(
    lines.map(([lineItem, quantity]) => ({ quantity, lineItem: { id: `gid://shopify/LineItem/${lineItem}` } })),
  ),
});

export const fulfilled = (fulfillments: readonly Node[], changes: Node = {}): Reply => ({
  data: {
    order: {
      id: 'gid://shopify/Order/5551000000001',
      cancelledAt: null,
      displayFulfillmentStatus: 'UNFULFILLED',
      fulfillments,
      ...changes,
    },
  },
});

export const packages = (nodes: readonly Node[]): Reply => ({ data: { order: { fulfillmentOrders: listOf(nodes) } } });

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

export async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work.then(() => null);
  } catch (error) {
    return error;
  }
}
