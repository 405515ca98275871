import { orderButtonValue } from '../../bot/values.ts';
import { newId } from '../../core/ids.ts';
import type { TestBot } from './bot.ts';
import type { TestStore } from './rows.ts';
import type { SlackFields } from './slack.ts';

/** The value of an order's buttons as they would be drawn now. */
export async function orderValue(desk: TestBot, store: TestStore, orderId: string): Promise<string> {
  return orderButtonValue({ id: orderId, merchantId: store.merchantId, version: await versionOf(desk, orderId) });
}

export async function versionOf({ sql }: TestBot, orderId: string): Promise<number> {
  const [row] = await sql<{ version: number }[]>`select version from orders where id = ${orderId}`;
  return Number(row?.version ?? 0);
}

export async function statusOf({ sql }: TestBot, orderId: string): Promise<string> {
  const [row] = await sql<{ status: string }[]>`select status from orders where id = ${orderId}`;
  return row?.status ?? 'gone';
}

/** What the forms about one order keep. */
export async function orderFormOf(desk: TestBot, store: TestStore, orderId: string): Promise<SlackFields> {
  const version = await versionOf(desk, orderId);
  return { merchant: store.merchantId, order: orderId, version, channel: desk.slack.channelId };
}

/** Texts as a form sends them: block and element have one name. */
export const typed = (texts: Readonly<Record<string, string>>): SlackFields =>
  Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, { [name]: { type: 'plain_text_input', value } }]),
  );

/** A choice of a select or of radio buttons. */
export const chosen = (name: string, value: string): SlackFields => ({
  [name]: { [name]: { type: 'static_select', selected_option: { value } } },
});

export const checked = (name: string, ...values: readonly string[]): SlackFields => ({
  [name]: { [name]: { type: 'checkboxes', selected_options: values.map((value) => ({ value })) } },
});

/** Who gets an order, as the platform said. */
export async function insertRecipient(
  { sql }: TestBot,
  store: TestStore,
  orderId: string,
  over: { readonly name?: string; readonly zip?: string | null } = {},
): Promise<void> {
  const id = newId();
  await sql`insert into recipients (id, merchant_id, name, phone, country, state, city, address1, zip)
    values (${id}, ${store.merchantId}, ${over.name ?? 'Ada Canary'}, '555-0100', 'US', 'NV', 'Reno', '1 Canary Row',
      ${over.zip === undefined ? '89501' : over.zip})`;
  await sql`update orders set recipient_id = ${id} where id = ${orderId}`;
}

export async function insertException(
  { sql }: TestBot,
  store: TestStore,
  orderId: string,
  code = 'dispatch_failed',
): Promise<string> {
  const id = newId();
  await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
    values (${id}, ${store.merchantId}, ${store.storeId}, ${orderId}, ${code}, ${id}, 'It failed.', now())`;
  await sql`update orders set open_exception_count = open_exception_count + 1 where id = ${orderId}`;
  return id;
}
