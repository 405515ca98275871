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

/** A cause's place among those of its storm: in the order in which they opened. */
export interface Place {
  readonly at: string;
  readonly id: string;
}

/** The private page of a storm's causes on which a cause's button was pressed: its first cause, and what redraws it. */
export const causesPageSchema = z.object({
  storm: z.uuid(),
  merchant: z.uuid(),
  at: z.iso.datetime(),
  id: z.uuid(),
  /** The pressed one. */
  cause: z.uuid(),
  address: z.url().max(500),
});
export type CausesPage = z.infer<typeof causesPageSchema>;

/** The `block_id` of a cause on such a page: a button's value says nothing of where it stands. */
export const causesBlockId = (
  index: number,
  { storm, merchant }: Pick<CausesPage, 'storm' | 'merchant'>,
  { at, id }: Place,
): string => ['causes', index, storm, merchant, new Date(at).getTime(), id].join(':');

/** Null for a press anywhere else. */
export function parseCausesPress(press: {
  readonly block: string | null;
  readonly value: string | null;
  readonly address: string | null;
}): CausesPage | null {
  const [name, , storm, merchant, ms, id] = press.block?.split(':') ?? [];
  const value = parseButtonValue(press.value);
  if (name !== 'causes' || value?.about !== 'cause') return null;
  const at = new Date(Number(ms));
  if (Number.isNaN(at.getTime())) return null;
  const { address } = press;
  const page = causesPageSchema.safeParse({ storm, merchant, at: at.toISOString(), id, cause: value.alertId, address });
  return page.success ? page.data : null;
}

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
