import { z } from 'zod';

/** What is not a text counts as absent: plugins put all kinds of things everywhere. */
const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const amount = z.union([z.string(), z.number()]).nullish().catch(null);
export const id = z.union([z.number().int(), z.string().regex(/^\d+$/)]).transform(String);

/** PHP gives `[]` where an object is empty. */
const emptyListAsObject = (value: unknown): unknown => (Array.isArray(value) ? {} : value);

const meta = z
  .array(
    z.looseObject({
      key: z.string(),
      value: z.unknown().optional(),
      display_key: text,
      display_value: text,
    }),
  )
  .nullish()
  .catch(null);

const address = z
  .preprocess(
    emptyListAsObject,
    z.looseObject({
      first_name: text,
      last_name: text,
      company: text,
      address_1: text,
      address_2: text,
      city: text,
      state: text,
      postcode: text,
      country: text,
      email: text,
      phone: text,
    }),
  )
  .nullish()
  .catch(null);

const line = z.looseObject({
  id,
  name: text,
  product_id: id.nullish().catch(null),
  variation_id: id.nullish().catch(null),
  // Plugins sell fractions; the desk counts whole pieces, so such an order is named as malformed.
  quantity: z.number().int().nonnegative(),
  subtotal: amount,
  total: amount,
  sku: text,
  global_unique_id: text,
  image: z
    .preprocess(emptyListAsObject, z.looseObject({ src: text }))
    .nullish()
    .catch(null),
  meta_data: meta,
});
export type Line = z.infer<typeof line>;

export const order = z.looseObject({
  id,
  number: z.union([z.string().min(1), z.number()]).transform(String),
  created_via: text,
  status: z.string().min(1),
  currency: z.string().min(1),
  date_created_gmt: z.string(),
  date_modified_gmt: text,
  date_paid_gmt: text,
  discount_total: amount,
  shipping_total: amount,
  total: amount,
  total_tax: amount,
  customer_note: text,
  payment_method: text,
  payment_method_title: text,
  billing: address,
  shipping: address,
  meta_data: meta,
  line_items: z.array(line),
  shipping_lines: z
    .array(z.looseObject({ method_title: text, method_id: text }))
    .nullish()
    .catch(null),
  refunds: z
    .array(z.looseObject({ total: amount }))
    .nullish()
    .catch(null),
  needs_processing: flag,
});
export type Order = z.infer<typeof order>;

/** What paging and deciding about refunds need of an order, before it is mapped; all of it may be missing. */
export const listed = z.looseObject({
  id: id.nullish().catch(null),
  status: text,
  date_modified_gmt: text,
  date_created_gmt: text,
  refunds: z.array(z.unknown()).nullish().catch(null),
});

export const refunds = z.array(
  z.looseObject({
    line_items: z
      .array(z.looseObject({ quantity: z.number().nullish().catch(null), meta_data: meta }))
      .nullish()
      .catch(null),
  }),
);

/** What writing needs of an order. */
export const shippable = z.looseObject({ id, status: z.string(), meta_data: meta });
export type Shippable = z.infer<typeof shippable>;
export type Meta = Shippable['meta_data'];

export const site = z.looseObject({
  name: text,
  url: text,
  home: text,
  namespaces: z.array(z.string()).nullish().catch(null),
});

export const currencySetting = z.looseObject({ value: text });

export const note = z.looseObject({ note: text });

export const tracking = z.looseObject({
  tracking_id: z.union([z.string(), z.number()]).nullish().catch(null),
  tracking_number: z.union([z.string(), z.number()]).nullish().catch(null),
});

/** Countries → provider names → address patterns. */
export const providers = z.record(z.string(), z.record(z.string(), z.unknown()));

export const product = z.looseObject({
  id,
  type: text,
  name: text,
  sku: text,
  global_unique_id: text,
  images: z
    .array(z.looseObject({ src: text }))
    .nullish()
    .catch(null),
  image: z
    .preprocess(emptyListAsObject, z.looseObject({ src: text }))
    .nullish()
    .catch(null),
});

export const webhook = z.looseObject({ id, topic: text, delivery_url: text, status: text });
