import { generateOrder, lineId, orderId, orderNumber } from './generator.ts';
import type { BulkOrders, MarketOrder, Shop } from './types.ts';
import { orderToWire, toJson } from './wire-json.ts';

/** Enough variety of names, lines and amounts; each variant's JSON is rendered once and then only filled in. */
const variantCount = 64;
const linesPerOrder = 2;

type Hole = 'id' | 'number' | 'line0' | 'line1' | 'placed' | 'paid' | 'shipBy' | 'phone' | 'email';

/** Literal text and holes in turn. */
type Template = readonly (string | { readonly hole: Hole })[];

/** An order of a bulk shop, from its sequence number (1 … count): the same every time. */
export function bulkOrder(shop: Shop, bulk: BulkOrders, seq: number): MarketOrder {
  return rebase(shop, variant(shop, seq % variantCount), seq, bulk.from + (seq - 1) * bulk.stepMs);
}

function variant(shop: Shop, no: number): MarketOrder {
  const { shopNo, currency } = shop;
  // All bulk shops share the variants: what differs between them are ids and numbers.
  return generateOrder({
    handle: 'bulk',
    shopNo,
    currency,
    seq: no + 1,
    createdAt: 0,
    kind: 'plain',
    lineCount: linesPerOrder,
  });
}

function rebase(shop: Shop, base: MarketOrder, seq: number, at: number): MarketOrder {
  return {
    ...base,
    seq,
    id: orderId(shop.shopNo, seq),
    number: orderNumber(shop.handle, seq),
    createdAt: at,
    updatedAt: at,
    paidAt: at + ((base.paidAt ?? base.createdAt) - base.createdAt),
    shipBy: at + (base.shipBy - base.createdAt),
    recipient: { ...base.recipient, phone: phoneOf(seq), email: emailOf(seq) },
    lines: base.lines.map((line, index) => ({ ...line, id: lineId(shop.shopNo, seq, index) })),
  };
}

const phoneOf = (seq: number): string => `09${String(seq).padStart(8, '0')}`;
const emailOf = (seq: number): string => `buyer${seq}@example.test`;

/** Values that occur nowhere else in an order: where they stand, the template has its holes. */
const marker = { seq: 98_765_432, at: Date.UTC(1999, 0, 2, 3, 4, 5, 678) };

/** Renders the JSON texts of a bulk shop's orders at hundreds of thousands a second, equal to rendering `bulkOrder`. */
export function createBulkRenderer(shop: Shop, bulk: BulkOrders, assetUrl: string): (seq: number) => string {
  const bases = Array.from({ length: variantCount }, (_, no) => variant(shop, no));
  const templates = bases.map((base) => templateOf(rebase(shop, base, marker.seq, marker.at), assetUrl));
  return (seq) => {
    const base = bases[seq % variantCount];
    const template = templates[seq % variantCount];
    if (base === undefined || template === undefined) throw new RangeError(`no order ${seq}`);
    const at = bulk.from + (seq - 1) * bulk.stepMs;
    const placed = new Date(at).toISOString();
    const values: Record<Hole, string> = {
      id: orderId(shop.shopNo, seq),
      number: orderNumber(shop.handle, seq),
      line0: lineId(shop.shopNo, seq, 0),
      line1: lineId(shop.shopNo, seq, 1),
      placed,
      paid: new Date(at + ((base.paidAt ?? base.createdAt) - base.createdAt)).toISOString(),
      shipBy: new Date(at + (base.shipBy - base.createdAt)).toISOString(),
      phone: phoneOf(seq),
      email: emailOf(seq),
    };
    let text = '';
    for (const part of template) text += typeof part === 'string' ? part : values[part.hole];
    return text;
  };
}

function templateOf(order: MarketOrder, assetUrl: string): Template {
  const holes: readonly (readonly [Hole, string])[] = [
    ['id', order.id],
    ['number', order.number],
    ['line0', order.lines[0]?.id ?? ''],
    ['line1', order.lines[1]?.id ?? ''],
    ['placed', new Date(order.createdAt).toISOString()],
    ['paid', new Date(order.paidAt ?? 0).toISOString()],
    ['shipBy', new Date(order.shipBy).toISOString()],
    ['phone', phoneOf(order.seq)],
    ['email', emailOf(order.seq)],
  ];
  const found = new RegExp(`(${holes.map(([, text]) => text.replaceAll('.', '\\.')).join('|')})`);
  return toJson(orderToWire(order, [], assetUrl))
    .split(found)
    .map((part) => {
      const hole = holes.find(([, text]) => text === part);
      return hole === undefined ? part : { hole: hole[0] };
    });
}
