/** GraphQL documents, validated against Shopify's schema of the version in profile.ts. */

const money = '{ shopMoney { amount currencyCode } }';

const line = `
fragment Line on LineItem {
  id name title variantTitle sku quantity currentQuantity unfulfilledQuantity requiresShipping
  customAttributes { key value }
  image { url }
  originalUnitPriceSet ${money}
  discountedUnitPriceAfterAllDiscountsSet ${money}
  variant { id legacyResourceId barcode }
  product { id legacyResourceId }
}`;

const packageLine = `
fragment PackageLine on FulfillmentOrderLineItem { id totalQuantity remainingQuantity lineItem { id } }`;

const fulfillmentOrder = `
fragment Package on FulfillmentOrder {
  id status requestStatus fulfillAt fulfillBy
  assignedLocation { name location { id } }
  deliveryMethod { methodType presentedName maxDeliveryDateTime }
  supportedActions { action }
  fulfillmentHolds { reason reasonNotes }
  lineItems(first: $lines) { pageInfo { hasNextPage endCursor } nodes { ...PackageLine } }
}`;

/**
 * `$customer` false leaves out what needs approval for protected customer data; `$lines` is the size of the nested
 * pages, which multiplies the cost.
 */
export const ordersByIdDocument = `
query Orders($ids: [ID!]!, $customer: Boolean!, $lines: Int!) {
  nodes(ids: $ids) { ... on Order {
    id legacyResourceId name createdAt processedAt updatedAt cancelledAt cancelReason closedAt test sourceName
    displayFinancialStatus displayFulfillmentStatus fullyPaid requiresShipping currencyCode taxesIncluded
    paymentGatewayNames note tags customAttributes { key value }
    email @include(if: $customer) phone @include(if: $customer)
    totalShippingPriceSet ${money} totalTaxSet ${money} totalDiscountsSet ${money}
    totalPriceSet ${money} currentTotalPriceSet ${money} totalOutstandingSet ${money}
    shippingLine { title code carrierIdentifier }
    shippingAddress @include(if: $customer) {
      name firstName lastName company address1 address2 city province provinceCode zip country countryCodeV2 phone
    }
    billingAddress @include(if: $customer) { phone }
    risk { recommendation assessments { riskLevel } }
    transactions(first: 10) { kind status gateway formattedGateway manualPaymentGateway processedAt }
    lineItems(first: $lines) { pageInfo { hasNextPage endCursor } nodes { ...Line } }
    fulfillmentOrders(first: 10) { pageInfo { hasNextPage endCursor } nodes { ...Package } }
  } }
}
${line}${fulfillmentOrder}${packageLine}`;

export const changedOrdersDocument = `
query ChangedOrders($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { id name updatedAt }
  }
}`;

/** Sorted by the default PROCESSED_AT, which does not move while pages are read. */
export const openOrdersDocument = `
query OpenOrders($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query) {
    pageInfo { hasNextPage endCursor } nodes { id name updatedAt }
  }
}`;

export const orderLinesDocument = `
query OrderLines($id: ID!, $after: String, $lines: Int!) {
  order(id: $id) { lineItems(first: $lines, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { ...Line }
  } }
}
${line}`;

export const orderPackagesDocument = `
query OrderPackages($id: ID!, $after: String, $lines: Int!) {
  order(id: $id) { fulfillmentOrders(first: 5, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { ...Package }
  } }
}
${fulfillmentOrder}${packageLine}`;

export const packageLinesDocument = `
query PackageLines($id: ID!, $after: String, $lines: Int!) {
  fulfillmentOrder(id: $id) { lineItems(first: $lines, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { ...PackageLine }
  } }
}
${packageLine}`;

export const fulfillmentsDocument = `
query Fulfillments($id: ID!) {
  order(id: $id) {
    id cancelledAt displayFulfillmentStatus
    fulfillments(first: 50) {
      id status trackingInfo(first: 10) { company number url }
      fulfillmentLineItems(first: 20) { pageInfo { hasNextPage endCursor } nodes { quantity lineItem { id } } }
    }
  }
}`;

export const fulfillmentLinesDocument = `
query FulfillmentLines($id: ID!, $after: String) {
  fulfillment(id: $id) { fulfillmentLineItems(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { quantity lineItem { id } }
  } }
}`;

export const fulfillDocument = `
mutation Fulfill($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status } userErrors { field message }
  }
}`;

export const cancelDocument = `
mutation Cancel(
  $orderId: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $refundMethod: OrderCancelRefundMethodInput,
  $notifyCustomer: Boolean, $staffNote: String
) {
  orderCancel(
    orderId: $orderId, reason: $reason, restock: $restock, refundMethod: $refundMethod,
    notifyCustomer: $notifyCustomer, staffNote: $staffNote
  ) {
    job { id done } orderCancelUserErrors { field message code }
  }
}`;

export const jobDocument = 'query Job($id: ID!) { job(id: $id) { id done } }';

export const cancelledDocument =
  'query Cancelled($id: ID!) { order(id: $id) { id cancelledAt displayFulfillmentStatus } }';

export const shopDocument = `
query Shop {
  shop { id name myshopifyDomain currencyCode }
  currentAppInstallation { accessScopes { handle } }
}`;

export const variantsDocument = `
query Variants($first: Int!, $after: String) {
  productVariants(first: $first, after: $after, sortKey: ID) {
    pageInfo { hasNextPage endCursor } nodes { id legacyResourceId sku barcode displayName }
  }
}`;

export const webhooksDocument = `
query Webhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { id topic uri }
  }
}`;

export const createWebhookDocument = `
mutation CreateWebhook($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) {
    webhookSubscription { id } userErrors { field message }
  }
}`;

/** Finds several order numbers at once: `n0: orders(…) n1: …`, with variables `$q0, $q1 …`. */
export function ordersByNameDocument(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const variables = indexes.map((index) => `$q${index}: String!`).join(', ');
  const fields = indexes.map((index) => `n${index}: orders(first: 5, query: $q${index}) { nodes { id name } }`);
  return `query OrdersByName(${variables}) { ${fields.join(' ')} }`;
}
