import { z } from 'zod';

/** What a page says about itself. */
export const pageInfo = z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });

/** Texts that may be missing, null, or (in drift) of another type: what is not a text counts as absent. */
const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const id = z.union([z.string().min(1), z.number().int(), z.bigint()]).transform(String);
const count = z.number().int().nonnegative();

const money = z
  .looseObject({
    shopMoney: z.looseObject({ amount: z.union([z.string(), z.number()]), currencyCode: text }).nullish(),
  })
  .nullish()
  .catch(null);

const attributes = z
  .array(z.looseObject({ key: z.string(), value: text }))
  .nullish()
  .catch(null);

export const orderLine = z.looseObject({
  id,
  name: text,
  title: text,
  sku: text,
  quantity: count,
  currentQuantity: count.nullish(),
  unfulfilledQuantity: count.nullish(),
  requiresShipping: flag,
  customAttributes: attributes,
  image: z.looseObject({ url: text }).nullish().catch(null),
  originalUnitPriceSet: money,
  discountedUnitPriceAfterAllDiscountsSet: money,
  variant: z.looseObject({ id, legacyResourceId: id.nullish(), barcode: text }).nullish(),
  product: z.looseObject({ id, legacyResourceId: id.nullish() }).nullish(),
});
export type OrderLine = z.infer<typeof orderLine>;

export const packageLine = z.looseObject({ id, remainingQuantity: count, lineItem: z.looseObject({ id }) });

/** A Shopify fulfillment order: our platform package. */
export const orderPackage = z.looseObject({
  id,
  status: z.string(),
  requestStatus: text,
  fulfillAt: text,
  fulfillBy: text,
  assignedLocation: z
    .looseObject({ name: text, location: z.looseObject({ id }).nullish() })
    .nullish()
    .catch(null),
  deliveryMethod: z
    .looseObject({ methodType: text, presentedName: text, maxDeliveryDateTime: text })
    .nullish()
    .catch(null),
  supportedActions: z.array(z.looseObject({ action: z.string() })).default([]),
  fulfillmentHolds: z
    .array(z.looseObject({ reason: text, reasonNotes: text }))
    .nullish()
    .catch(null),
  lineItems: z.looseObject({ pageInfo: pageInfo.nullish(), nodes: z.array(packageLine) }),
});
export type OrderPackage = z.infer<typeof orderPackage>;

const address = z.looseObject({
  name: text,
  firstName: text,
  lastName: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  province: text,
  provinceCode: text,
  zip: text,
  countryCodeV2: text,
  phone: text,
});

export const order = z.looseObject({
  id,
  legacyResourceId: id.nullish(),
  name: z.string().min(1),
  createdAt: text,
  processedAt: text,
  updatedAt: z.string(),
  cancelledAt: text,
  cancelReason: text,
  test: flag,
  sourceName: text,
  displayFinancialStatus: text,
  displayFulfillmentStatus: text,
  fullyPaid: flag,
  requiresShipping: flag,
  currencyCode: z.string().min(1),
  paymentGatewayNames: z.array(z.string()).nullish().catch(null),
  note: text,
  tags: z.array(z.string()).nullish().catch(null),
  customAttributes: attributes,
  email: text,
  phone: text,
  totalShippingPriceSet: money,
  totalTaxSet: money,
  totalDiscountsSet: money,
  totalPriceSet: money,
  currentTotalPriceSet: money,
  totalOutstandingSet: money,
  shippingLine: z.looseObject({ title: text, code: text, carrierIdentifier: text }).nullish().catch(null),
  shippingAddress: address.nullish().catch(null),
  billingAddress: z.looseObject({ phone: text }).nullish().catch(null),
  risk: z
    .looseObject({
      recommendation: text,
      assessments: z
        .array(z.looseObject({ riskLevel: text }))
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  transactions: z
    .array(
      z.looseObject({
        kind: text,
        status: text,
        gateway: text,
        formattedGateway: text,
        manualPaymentGateway: flag,
        processedAt: text,
      }),
    )
    .nullish()
    .catch(null),
  lineItems: z.looseObject({ pageInfo: pageInfo.nullish(), nodes: z.array(orderLine) }),
  fulfillmentOrders: z.looseObject({ pageInfo: pageInfo.nullish(), nodes: z.array(orderPackage) }).nullish(),
});
export type Order = z.infer<typeof order>;

/** What is needed to page the nested lists, and nothing that could make an order malformed. */
export const nestedPages = z.looseObject({
  id: z.string(),
  lineItems: z.looseObject({ pageInfo: pageInfo.nullish(), nodes: z.array(z.unknown()) }),
  fulfillmentOrders: z
    .looseObject({
      pageInfo: pageInfo.nullish(),
      nodes: z.array(
        z.looseObject({
          id: z.string(),
          lineItems: z.looseObject({ pageInfo: pageInfo.nullish(), nodes: z.array(z.unknown()) }),
        }),
      ),
    })
    .nullish(),
});

export const nodesAnswer = z.looseObject({ nodes: z.array(z.unknown()) });

const listedOrder = z.looseObject({ id: z.string(), name: z.string(), updatedAt: z.string() });
export const listAnswer = z.looseObject({ orders: z.looseObject({ pageInfo, nodes: z.array(listedOrder) }) });
export type ListedOrder = z.infer<typeof listedOrder>;

export const namesAnswer = z.record(
  z.string(),
  z.looseObject({ nodes: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
);

const unknownPage = z.looseObject({ pageInfo, nodes: z.array(z.unknown()) });
export const linesAnswer = z.looseObject({ order: z.looseObject({ lineItems: unknownPage }).nullable() });
export const packagesAnswer = z.looseObject({ order: z.looseObject({ fulfillmentOrders: unknownPage }).nullable() });
export const packageLinesAnswer = z.looseObject({
  fulfillmentOrder: z.looseObject({ lineItems: unknownPage }).nullable(),
});
export const typedPackagesAnswer = z.looseObject({
  order: z.looseObject({ fulfillmentOrders: z.looseObject({ pageInfo, nodes: z.array(orderPackage) }) }).nullable(),
});
export const typedPackageLinesAnswer = z.looseObject({
  fulfillmentOrder: z.looseObject({ lineItems: z.looseObject({ pageInfo, nodes: z.array(packageLine) }) }).nullable(),
});

const fulfillmentLines = z.looseObject({
  pageInfo,
  nodes: z.array(z.looseObject({ quantity: count.nullish(), lineItem: z.looseObject({ id }) })),
});
export const fulfillmentsAnswer = z.looseObject({
  order: z
    .looseObject({
      id,
      cancelledAt: text,
      displayFulfillmentStatus: text,
      fulfillments: z.array(
        z.looseObject({
          id,
          status: z.string(),
          trackingInfo: z.array(z.looseObject({ company: text, number: text, url: text })).default([]),
          fulfillmentLineItems: fulfillmentLines,
        }),
      ),
    })
    .nullable(),
});
export const fulfillmentLinesAnswer = z.looseObject({
  fulfillment: z.looseObject({ fulfillmentLineItems: fulfillmentLines }).nullable(),
});

export const userErrors = z
  .array(z.looseObject({ field: z.unknown().optional(), message: z.string(), code: text }))
  .default([]);

export const fulfillAnswer = z.looseObject({
  fulfillmentCreate: z.looseObject({ fulfillment: z.looseObject({ id }).nullish(), userErrors }).nullable(),
});

export const cancelAnswer = z.looseObject({
  orderCancel: z
    .looseObject({
      job: z.looseObject({ id: z.string(), done: z.boolean() }).nullish(),
      orderCancelUserErrors: userErrors,
    })
    .nullable(),
});
export const jobAnswer = z.looseObject({ job: z.looseObject({ done: z.boolean() }).nullable() });
export const cancelledAnswer = z.looseObject({ order: z.looseObject({ cancelledAt: text }).nullable() });

export const shopAnswer = z.looseObject({
  shop: z.looseObject({ id: z.string(), name: z.string(), myshopifyDomain: text, currencyCode: text }),
  currentAppInstallation: z.looseObject({ accessScopes: z.array(z.looseObject({ handle: z.string() })) }).nullish(),
});

export const variantsAnswer = z.looseObject({
  productVariants: z.looseObject({
    pageInfo,
    nodes: z.array(z.looseObject({ id, legacyResourceId: id.nullish(), sku: text, barcode: text, displayName: text })),
  }),
});

export const webhooksAnswer = z.looseObject({
  webhookSubscriptions: z.looseObject({
    pageInfo,
    nodes: z.array(z.looseObject({ id: z.string(), topic: z.string(), uri: text })),
  }),
});
export const createWebhookAnswer = z.looseObject({
  webhookSubscriptionCreate: z.looseObject({ userErrors }).nullable(),
});

/** The number at the end of `gid://shopify/Order/5551000000001`; other texts as they are. */
export const idOf = (gid: string): string => /^gid:\/\/shopify\/\w+\/([^/?]+)/.exec(gid)?.[1] ?? gid;

export const orderGid = (platformOrderId: string): string => `gid://shopify/Order/${platformOrderId}`;
