import { readFileSync } from 'node:fs';
import nock from 'nock';
import { z } from 'zod';
import { connector } from '../../../connectors/woocommerce/index.ts';
import type { ConnectorSession, ShipmentToTell } from '../../../core/ports/connector.ts';
import { testSession } from '../../contract/session.ts';

export const storeUrl = 'https://shop.example.test';
export const keys = {
  consumer_key: `ck_${'0123456789'.repeat(4)}`,
  consumer_secret: `cs_${'9876543210'.repeat(4)}`,
};
export const credentials = {
  ...keys,
  store_url: storeUrl,
  home_url: storeUrl,
  api_style: 'path',
  auth_style: 'basic',
  webhook_secret: 's3cret-ABC_123',
};
export const now = (): Date => new Date('2026-11-21T00:00:00Z');

export type Json = Record<string, unknown>;
const json = z.record(z.string(), z.unknown());

export function fixture(name: string): Json {
  const text = readFileSync(new URL(`../../fixtures/woocommerce/${name}.json`, import.meta.url), 'utf8');
  return json.parse(JSON.parse(text));
}

/** The fixture's order with another id and number, changed one second later than the one before. */
export function order(sequence = 14, changes: Json = {}): Json {
  const at = new Date(Date.parse('2026-11-20T13:33:00Z') + sequence * 1000).toISOString().slice(0, 19);
  const own = { id: sequence, number: String(sequence), date_modified_gmt: at, date_created_gmt: at };
  return { ...json.parse(fixture('order').order), ...own, ...changes };
}

export interface Call {
  readonly method: string;
  /** Below the API's root: `wc/v3/orders`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Headers;
}

/** `lost`: it takes effect, but the connection breaks before the answer. */
export type Reply =
  | { readonly json: unknown; readonly status?: number; readonly headers?: Record<string, string> }
  | { readonly text: string; readonly status?: number; readonly headers?: Record<string, string> }
  | 'lost';

export type Handler = (call: Call) => Reply;

/** A WordPress that answers by `METHOD path`; what has no handler is `rest_no_route`. Gives what it was asked. */
export function fakeStore(
  handlers: Readonly<Record<string, Handler>>,
  options: { readonly origin?: string; readonly base?: string } = {},
): { readonly calls: Call[] } {
  const calls: Call[] = [];
  const base = options.base ?? '/wp-json/';
  const answer = async (incoming: Request): Promise<[number, string, Record<string, string>]> => {
    const url = new URL(incoming.url);
    const text = await incoming.text();
    const routed = url.searchParams.get('rest_route');
    const call: Call = {
      method: incoming.method,
      path: routed === null ? url.pathname.slice(base.length) : routed.slice(1),
      query: Object.fromEntries(url.searchParams),
      body: text === '' ? undefined : JSON.parse(text),
      headers: incoming.headers,
    };
    calls.push(call);
    const reply = (handlers[`${call.method} ${call.path}`] ?? noRoute)(call);
    if (reply === 'lost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const body = 'json' in reply ? JSON.stringify(reply.json) : reply.text;
    return [reply.status ?? 200, body, { 'content-type': 'application/json; charset=UTF-8', ...reply.headers }];
  };
  for (const method of ['get', 'put', 'post'] as const) {
    nock(options.origin ?? storeUrl)
      .persist()
      [method](/.*/)
      .reply(answer);
  }
  return { calls };
}

/** An error as WordPress words it. */
export const wpError = (status: number, code: string, message = 'Translated words.'): Reply => ({
  status,
  json: { code, message, data: { status } },
});

const noRoute: Handler = () => wpError(404, 'rest_no_route');

export const site = (namespaces: readonly string[] = [], changes: Json = {}): Reply => ({
  json: {
    name: 'Teapots &amp; more',
    url: storeUrl,
    home: storeUrl,
    namespaces: ['wp/v2', 'wc/v3', ...namespaces],
    ...changes,
  },
});

/** Answers a listing the way WooCommerce does: filtered by `modified_after` or `after`, ascending, in pages. */
export const listing =
  (orders: () => readonly Json[], options: { readonly withTotals?: boolean } = {}): Handler =>
  ({ query }) => {
    const field = query.orderby === 'modified' ? 'date_modified_gmt' : 'date_created_gmt';
    const after = query.modified_after ?? query.after ?? '';
    const before = query.modified_before ?? '9999';
    const matching = orders()
      .filter((item) => String(item[field]) > after && String(item[field]) < before)
      .sort((a, b) => String(a[field]).localeCompare(String(b[field])) || Number(a.id) - Number(b.id));
    const size = Number(query.per_page);
    const start = (Number(query.page) - 1) * size;
    const totals = {
      'x-wp-total': String(matching.length),
      'x-wp-totalpages': String(Math.ceil(matching.length / size)),
    };
    return { json: matching.slice(start, start + size), headers: options.withTotals === false ? {} : totals };
  };

export function open(
  settings: Readonly<Record<string, string>> = {},
  own: Readonly<Record<string, string>> = credentials,
  app: Readonly<Record<string, string>> = {},
): ConnectorSession {
  return testSession({ connector, app, credentials: own, settings, now }).session;
}

export function shipment(changes: Partial<ShipmentToTell> = {}): ShipmentToTell {
  return {
    shipmentId: 'shipment-1',
    platformOrderId: '14',
    platformOrderNumber: '14',
    trackingNumber: 'BC 1234-5678',
    carrier: 'Black Cat',
    trackingUrl: null,
    service: null,
    shippedAt: now(),
    lines: [
      { platformLineId: '1', quantity: 2 },
      { platformLineId: '2', quantity: 1 },
    ],
    completesOrder: true,
    ...changes,
  };
}

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
