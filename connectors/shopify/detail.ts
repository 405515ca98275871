import { ConnectorError } from '../../core/errors.ts';
import type { FetchedOrder, SkippedOrder } from '../../core/ports/connector.ts';
import { parseJson, parsePage } from '../shared/json.ts';
import type { DeniedField, GraphqlClient } from './client.ts';
import { orderLinesDocument, orderPackagesDocument, ordersByIdDocument, packageLinesDocument } from './documents.ts';
import { mapOrder, type Settings } from './map.ts';
import { linesAnswer, nestedPages, nodesAnswer, packageLinesAnswer, packagesAnswer } from './wire.ts';

/**
 * One order asks for about 69 points as seen on a real shop, and one query may ask for 1,000: ten leave room. The
 * answer's own count then says how many the next call may take.
 */
const firstBatch = 10;
const largestBatch = 25;
/** Below the limit of 1,000: orders differ. */
const costTarget = 900;
/** Lines in one nested page; most orders have fewer, the rest is paged. */
const nestedPage = 50;
const smallestNestedPage = 5;

const customerFields = /(^|\.)(shippingAddress|billingAddress|email|phone)(\.|$)/;

export interface OrderReader {
  /** In the order asked; `missing` are the gids that Shopify answered with nothing. */
  read(gids: readonly string[]): Promise<{
    readonly orders: readonly FetchedOrder[];
    readonly skipped: readonly SkippedOrder[];
    readonly missing: readonly string[];
  }>;
}

/** Reads whole orders by id, in as few calls as the points allow, and learns their cost on the way. */
export function createReader(client: GraphqlClient, settings: Settings, operation: string): OrderReader {
  const context = { platform: 'shopify', operation };
  let batchSize = firstBatch;
  let lines = nestedPage;
  let canSeeCustomer = true;

  return {
    async read(gids) {
      const orders: FetchedOrder[] = [];
      const skipped: SkippedOrder[] = [];
      const missing: string[] = [];
      for (let start = 0; start < gids.length; ) {
        const batch = gids.slice(start, start + batchSize);
        const texts = await readBatch(batch);
        if (texts === 'again') continue;
        start += batch.length;
        for (const [index, gid] of batch.entries()) {
          const text = texts[index];
          if (text === undefined || text === 'null') {
            missing.push(gid);
            continue;
          }
          const mapped = await mapText(text);
          if (mapped.take) orders.push(mapped.fetched);
          else skipped.push(mapped.skipped);
        }
      }
      return { orders, skipped, missing };
    },
  };

  /** The exact texts of the nodes; `again` after having made the next try smaller or poorer. */
  async function readBatch(ids: readonly string[]): Promise<readonly string[] | 'again'> {
    try {
      const variables = { ids, customer: canSeeCustomer, lines };
      const answer = await client.query(ordersByIdDocument, variables, nodesAnswer, { allowDenied: true });
      refuseUnlessCustomerData(answer.denied);
      if (answer.requestedCost !== null && answer.requestedCost > 0) {
        const perOrder = answer.requestedCost / ids.length;
        batchSize = Math.min(largestBatch, Math.max(1, Math.floor(costTarget / perOrder)));
      }
      return parsePage(answer.text, ['data', 'nodes'], context).elements;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.platformCode === 'ACCESS_DENIED' && canSeeCustomer) {
        // The whole query is refused, maybe for the customer's data only: the order itself is worth having, held.
        canSeeCustomer = false;
        return 'again';
      }
      if (error.platformCode !== 'MAX_COST_EXCEEDED' || !makeSmaller(ids.length)) throw error;
      return 'again';
    }
  }

  function makeSmaller(asked: number): boolean {
    if (asked > 1) batchSize = Math.max(1, Math.floor(asked / 2));
    else if (lines > smallestNestedPage) lines = Math.max(smallestNestedPage, Math.floor(lines / 2));
    else return false;
    return true;
  }

  /** Customer data may be hidden (the order is then held); anything else hidden would be read as "there is none". */
  function refuseUnlessCustomerData(denied: readonly DeniedField[]): void {
    const other = denied.find((field) => !customerFields.test(field.path));
    if (other === undefined) return;
    throw new ConnectorError(`shopify ${operation}: access denied to ${other.path}`, {
      kind: 'needs_reauthorization',
      ...context,
      platformCode: 'ACCESS_DENIED_FIELD',
      platformMessage: `Shopify refuses access to ${other.path}: ${other.message}`,
    });
  }

  /** Maps one node; one that cannot be parsed is malformed on its own. */
  async function mapText(text: string) {
    const node = parseJson(text, context);
    const nested = nestedPages.safeParse(node);
    if (!nested.success || !isCut(nested.data)) return mapOrder(node, text, settings);
    const whole = await completed(nested.data);
    return mapOrder(whole, JSON.stringify(whole), settings);
  }

  type Nested = ReturnType<typeof nestedPages.parse>;

  /** The order with the rest of its nested lists. */
  async function completed(order: Nested): Promise<Nested> {
    const lineItems = await rest(order.lineItems, async (after) => {
      const { data } = await client.query(orderLinesDocument, { id: order.id, after, lines }, linesAnswer);
      return data.order?.lineItems;
    });
    const packages = await rest(order.fulfillmentOrders ?? { nodes: [] }, async (after) => {
      const { data } = await client.query(orderPackagesDocument, { id: order.id, after, lines }, packagesAnswer);
      return data.order?.fulfillmentOrders;
    });
    const parsed = nestedPages.parse({ ...order, lineItems, fulfillmentOrders: packages });
    const nodes = [];
    for (const item of parsed.fulfillmentOrders?.nodes ?? []) {
      const itemLines = await rest(item.lineItems, async (after) => {
        const { data } = await client.query(packageLinesDocument, { id: item.id, after, lines }, packageLinesAnswer);
        return data.fulfillmentOrder?.lineItems;
      });
      nodes.push({ ...item, lineItems: itemLines });
    }
    return { ...parsed, fulfillmentOrders: { ...parsed.fulfillmentOrders, nodes } };
  }

  interface NestedList<T> {
    readonly pageInfo?:
      | { readonly hasNextPage: boolean; readonly endCursor?: string | null | undefined }
      | null
      | undefined;
    readonly nodes: readonly T[];
  }

  async function rest(
    list: NestedList<unknown>,
    more: (after: string) => Promise<NestedList<unknown> | undefined>,
  ): Promise<{ pageInfo: { hasNextPage: false }; nodes: unknown[] }> {
    const nodes = [...list.nodes];
    let info = list.pageInfo;
    while (info?.hasNextPage === true && info.endCursor) {
      const next = await more(info.endCursor);
      nodes.push(...(next?.nodes ?? []));
      // A cursor that does not move would never end.
      info = next?.pageInfo?.endCursor === info.endCursor ? null : next?.pageInfo;
    }
    return { pageInfo: { hasNextPage: false }, nodes };
  }
}

function isCut(order: ReturnType<typeof nestedPages.parse>): boolean {
  const lists = [
    order.lineItems,
    order.fulfillmentOrders,
    ...(order.fulfillmentOrders?.nodes ?? []).map((n) => n.lineItems),
  ];
  return lists.some((list) => list?.pageInfo?.hasNextPage === true);
}
