import { z } from 'zod';

/** The marketplace's JSON as we need it: what is required is what an order cannot be kept without. */

/** 64-bit ids arrive as strings once they pass 2^53, see connectors/shared/json.ts. */
const id = z.union([z.string().min(1), z.number()]);
const text = z.string().nullish();

export const lineWire = z.object({
  id,
  sku: text,
  product_id: text,
  name: text,
  barcode: text,
  picture_url: text,
  quantity: z.number().int().nonnegative(),
  quantity_cancelled: z.number().int().nonnegative().nullish(),
  quantity_shipped: z.number().int().nonnegative().nullish(),
  unit_price: text,
  discounted_unit_price: text,
  requires_shipping: z.boolean().nullish(),
});

export const recipientWire = z.object({
  name: text,
  phone: text,
  email: text,
  country: text,
  state: text,
  city: text,
  district: text,
  address1: text,
  address2: text,
  zip: text,
});

export const orderWire = z.object({
  id,
  number: z.string().min(1),
  channel: text,
  status: z.string().min(1),
  fulfilment_status: text,
  created_at: z.string(),
  updated_at: z.string(),
  paid_at: text,
  ship_by: text,
  fulfilled_by: text,
  currency: z.string().length(3),
  totals: z.object({ items: text, shipping: text, tax: text, discount: text, total: text }).nullish(),
  payment: z.object({ method: text, status: text, collect_amount: text }).nullish(),
  shipping: z.object({ method: text, provider: text, pickup_point_code: text }).nullish(),
  cancellation_requested: z.boolean().nullish(),
  buyer_note: text,
  tags: z.array(z.string()).nullish(),
  recipient: recipientWire.nullish(),
  lines: z.array(lineWire),
});
export type OrderWire = z.infer<typeof orderWire>;

export const orderPageWire = z.object({ next_cursor: z.string().nullable() });
export const lookupWire = z.object({ missing: z.array(z.string()) });

export const fulfilmentWire = z.object({
  id,
  tracking_number: z.string(),
  lines: z.array(z.object({ line_id: id, quantity: z.number().int() })),
});
export const fulfilmentsWire = z.object({ fulfilments: z.array(fulfilmentWire) });
export const fulfilmentCreatedWire = z.object({ fulfilment: fulfilmentWire });

export const shopWire = z.object({
  id: z.string().min(1),
  name: z.string(),
  country: text,
  currency: text,
  scopes: z.array(z.string()),
});

export const tokenWire = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1),
  refresh_token_expires_in: z.number().positive(),
  scope: z.string(),
  shop: z.string().min(1),
});

export const carriersWire = z.object({ carriers: z.array(z.object({ code: z.string(), name: z.string() })) });

export const productPageWire = z.object({
  products: z.array(z.object({ id: z.string(), sku: text, barcode: text, name: z.string(), picture_url: text })),
  next_cursor: z.string().nullable(),
});

export const stockWire = z.object({
  results: z.array(z.object({ product_id: z.string(), error: z.object({ message: z.string() }).nullable() })),
});

export const webhookWire = z.object({
  event_id: z.string().min(1),
  topic: z.string(),
  order_id: z.string().nullable(),
});

export const errorWire = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
