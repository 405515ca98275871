import nock from 'nock';
import { afterEach, expect, it } from 'vitest';
import { connector } from '../../../connectors/shopify/index.ts';
import {
  failure,
  fakeShop,
  fulfilled,
  fulfillmentOrder,
  listOf,
  open,
  packages,
  type Reply,
  shipment,
} from './support.ts';

afterEach(() => nock.cleanAll());

const email = 'mina.sato@example.test';
const phone = '+81 90-1234-5678';
const said = `Could not notify ${email} or ${phone}, please check`;

/** All that an error may leave behind: its text, its fields, its stack. */
const left = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${JSON.stringify({ ...error })} ${error.stack}` : String(error);

function expectClean(error: unknown): void {
  expect(error).toMatchObject({
    platformMessage: expect.stringContaining('Could not notify [redacted] or [redacted]'),
  });
  expect(left(error)).not.toContain(email);
  expect(left(error)).not.toContain(phone);
}

const graphqlErrors = (code: string): Reply => ({ data: null, errors: [{ message: said, extensions: { code } }] });

it('hides e-mail and phone in the words that a refused shipment comes back with', async () => {
  fakeShop({
    Fulfillments: () => fulfilled([]),
    OrderPackages: () => packages([fulfillmentOrder()]),
    Fulfill: () => ({ data: { fulfillmentCreate: { fulfillment: null, userErrors: [{ message: said }] } } }),
  });
  expectClean(await failure(connector.ship?.(open(), shipment(), false) ?? Promise.resolve()));
});

it.each(['USER_ERROR', 'INTERNAL_ERROR'])('hides them in a refused cancellation (%s)', async (code) => {
  fakeShop({
    Cancelled: () => ({ data: { order: { cancelledAt: null } } }),
    Cancel: () => ({ data: { orderCancel: { job: null, orderCancelUserErrors: [{ message: said, code }] } } }),
  });
  expectClean(await failure(connector.cancel?.(open(), '5551000000001', 'customer') ?? Promise.resolve()));
});

it('hides them where Shopify refuses a webhook', async () => {
  fakeShop({
    Webhooks: () => ({ data: { webhookSubscriptions: listOf([]) } }),
    CreateWebhook: () => ({ data: { webhookSubscriptionCreate: { userErrors: [{ message: said }] } } }),
  });
  expectClean(
    await failure(connector.registerWebhooks?.(open(), 'https://desk.example.test/', '') ?? Promise.resolve()),
  );
});

it.each([
  'ACCESS_DENIED',
  'INTERNAL_SERVER_ERROR',
  'SOMETHING_NEW',
])('hides them in an error of the whole query (%s)', async (code) => {
  fakeShop({ Fulfillments: () => graphqlErrors(code) });
  expectClean(await failure(connector.readShipments?.(open(), '5551000000001') ?? Promise.resolve()));
});

it('cuts long words only after hiding, so that no half of an address is left', async () => {
  const long = `${'x'.repeat(290)} ${email}`;
  fakeShop({ Fulfillments: () => ({ data: null, errors: [{ message: long }] }) });
  const error = await failure(connector.readShipments?.(open(), '5551000000001') ?? Promise.resolve());
  expect(left(error)).not.toContain('mina');
});
