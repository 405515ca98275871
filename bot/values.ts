import { z } from 'zod';
import type { AlertView } from '../core/alert/types.ts';

/** A button about a cause: ids and the version that the person saw, nothing else. */
const causeValue = z.object({ alert: z.uuid(), merchant: z.uuid(), version: z.number().int() });
/** A button about one order. */
const orderValue = z.object({ order: z.uuid(), merchant: z.uuid(), version: z.number().int() });

export type ButtonValue =
  | { readonly about: 'cause'; readonly alertId: string; readonly merchantId: string; readonly version: number }
  | { readonly about: 'order'; readonly orderId: string; readonly merchantId: string; readonly version: number };

/** The value of a cause's button, and the `block_id` of its overflow menu: options are too short to hold ids. */
export const causeButtonValue = (alert: Pick<AlertView, 'id' | 'merchantId' | 'version'>): string =>
  JSON.stringify({ alert: alert.id, merchant: alert.merchantId, version: alert.version });

/** The value of an order's button, and the `block_id` of its overflow menu. */
export const orderButtonValue = (order: {
  readonly id: string;
  readonly merchantId: string;
  readonly version: number;
}): string => JSON.stringify({ order: order.id, merchant: order.merchantId, version: order.version });

/**
 * What lies below a form about an order and shows that order, drawn anew when something was done: other forms by their
 * ids, and the private message with its card by the address that replaces it.
 */
export const belowSchema = z.object({
  details: z.string().optional(),
  dialog: z.string().optional(),
  card: z.url().max(500).optional(),
});
export type Below = z.infer<typeof belowSchema>;

/** Null for a value that is neither: another kind of element, or a button from an older version. */
export function parseButtonValue(text: string | null | undefined): ButtonValue | null {
  const value = parseJson(text);
  const cause = causeValue.safeParse(value);
  if (cause.success) {
    const { alert, merchant, version } = cause.data;
    return { about: 'cause', alertId: alert, merchantId: merchant, version };
  }
  const order = orderValue.safeParse(value);
  if (!order.success) return null;
  return {
    about: 'order',
    orderId: order.data.order,
    merchantId: order.data.merchant,
    version: order.data.version,
  };
}

export function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    // Not ours: the caller says so.
    return null;
  }
}
