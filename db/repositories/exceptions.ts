import { type SQL, sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { ExceptionCode } from '../../core/order/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { ExceptionRepository, NewException } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { ids, recordSet } from './record-set.ts';

/** Only rows whose count really changed are written: a write bumps indexes and the counts' trigger. */
async function recount(tx: Tx, merchantId: string, orderIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    update orders o set open_exception_count = c.count
    from (select o.id, (select count(*)::int from order_exceptions e
        where e.merchant_id = o.merchant_id and e.order_id = o.id and e.closed_at is null) as count
      from orders o where o.merchant_id = ${merchantId} and o.id = any(${ids(orderIds)}) order by o.id for update) c
    where o.merchant_id = ${merchantId} and o.id = c.id and o.open_exception_count <> c.count`);
}

/** The first address counts: it is the one that the goods were dispatched to. */
async function keepPrevious(tx: Tx, merchantId: string, rows: readonly NewException[]): Promise<void> {
  const kept = rows.flatMap(({ orderId, code, subject, previousRecipient }) =>
    previousRecipient === undefined || previousRecipient === null
      ? []
      : [{ ...previousRecipient, recipientId: newId(), orderId, code, subject }],
  );
  if (kept.length === 0) return;
  await unwrap(tx).execute(sql`
    with wanted as (
      select x.id as exception_id, r.* from ${recordSet(
        kept,
        `"recipientId" uuid, "orderId" uuid, code text, subject text, name text, phone text, email text, country text,
         state text, city text, district text, address1 text, address2 text, zip text, "pickupPointCode" text`,
      )}
      join order_exceptions x on x.merchant_id = ${merchantId}::uuid and x.order_id = r."orderId" and x.code = r.code
        and x.subject = r.subject and x.closed_at is null and x.previous_recipient_id is null
    ), inserted as (
      insert into recipients (merchant_id, id, name, phone, email, country, state, city, district, address1, address2,
        zip, pickup_point_code)
      select ${merchantId}::uuid, "recipientId", name, phone, email, country, state, city, district, address1, address2,
        zip, "pickupPointCode" from wanted
    )
    update order_exceptions x set previous_recipient_id = w."recipientId" from wanted w
    where x.merchant_id = ${merchantId}::uuid and x.id = w.exception_id`);
}

export const exceptionRepository: ExceptionRepository = {
  async open(tx, merchantId, rows, at) {
    if (rows.length === 0) return;
    const full = rows.map(({ previousRecipient: _, ...row }) => ({
      id: newId(),
      ...row,
      platformCode: row.platformCode ?? null,
      platformMessage: row.platformMessage ?? null,
    }));
    await unwrap(tx).execute(sql`
      insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, platform_code,
        platform_message, opened_at)
      select r.id, ${merchantId}::uuid, r."storeId", r."orderId", r.code, r.subject, r.message, r."platformCode",
        r."platformMessage", ${at.toISOString()}::timestamptz
      from ${recordSet(
        full,
        `id uuid, "storeId" uuid, "orderId" uuid, code text, subject text, message text, "platformCode" text,
         "platformMessage" text`,
      )}
      on conflict (order_id, code, subject) where closed_at is null do update set message = excluded.message,
        platform_code = excluded.platform_code, platform_message = excluded.platform_message`);
    await keepPrevious(tx, merchantId, rows);
    await recount(
      tx,
      merchantId,
      rows.map((row) => row.orderId),
    );
  },

  async close(tx, merchantId, which, by, at) {
    const conditions: SQL[] = [sql`merchant_id = ${merchantId}`, sql`closed_at is null`];
    if (which.orderIds !== undefined) conditions.push(sql`order_id = any(${ids(which.orderIds)})`);
    if (which.ids !== undefined) conditions.push(sql`id = any(${ids(which.ids)})`);
    if (which.codes !== undefined) conditions.push(sql`code = any(${sql.param(which.codes)}::text[])`);
    if (which.subjects !== undefined) conditions.push(sql`subject = any(${sql.param(which.subjects)}::text[])`);
    const closed = await unwrap(tx).execute<{ orderId: string }>(sql`
      update order_exceptions set closed_at = ${at.toISOString()}::timestamptz, closed_by = ${by.name},
        closed_via = ${by.via}, resolution = ${by.resolution}
      where ${sql.join(conditions, sql` and `)} returning order_id as "orderId"`);
    if (closed.length > 0)
      await recount(
        tx,
        merchantId,
        closed.map((row) => row.orderId),
      );
    return closed.length;
  },

  async reopen(tx, merchantId, orderId, { resolution, closedAt }) {
    await unwrap(tx).execute(sql`
      update order_exceptions x set closed_at = null, closed_by = null, closed_via = null, resolution = null
      where x.merchant_id = ${merchantId} and x.order_id = ${orderId} and x.resolution = ${resolution}
        and x.closed_at = ${closedAt.toISOString()}::timestamptz
        and not exists (select from order_exceptions other where other.order_id = x.order_id and other.code = x.code
          and other.subject = x.subject and other.closed_at is null)`);
    await recount(tx, merchantId, [orderId]);
  },

  async find(tx, merchantId, exceptionId) {
    const [row] = await unwrap(tx).execute<{
      id: string;
      orderId: string;
      code: ExceptionCode;
      subject: string;
      isOpen: boolean;
    }>(sql`
      select id, order_id as "orderId", code, subject, closed_at is null as "isOpen" from order_exceptions
      where merchant_id = ${merchantId} and id = ${exceptionId}`);
    return row ?? null;
  },
};
