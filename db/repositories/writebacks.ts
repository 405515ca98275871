import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type WritebackKind, type WritebackState, writebackStates } from '../../core/order/order-state.ts';
import type { Recipient } from '../../core/order/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import type {
  QueuedWriteback,
  WritebackMessage,
  WritebackRepository,
  WritebackRow,
} from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { moment, momentOrNull } from '../queries/rows.ts';
import { writebacks } from '../schema/index.ts';
import { ids, recordSet } from './record-set.ts';

async function load(tx: Tx, merchantId: string, writebackId: string, lock: boolean): Promise<WritebackRow | null> {
  const query = unwrap(tx)
    .select()
    .from(writebacks)
    .where(and(eq(writebacks.merchantId, merchantId), eq(writebacks.id, writebackId)));
  const [row] = await (lock ? query.for('update') : query);
  if (row === undefined) return null;
  return { ...row, kind: kindOf(row.kind), state: stateOf(row.state) };
}

const queuedColumns = sql`w.id, w.merchant_id as "merchantId", w.authorization_id as "authorizationId",
  w.order_id as "orderId"`;
type QueuedRow = QueuedWriteback & { [column: string]: unknown };
type DueRow = QueuedRow & { nextAttemptAt: string | null };

/** A person was told that the platform has not taken it. */
const isTold = sql`exists (
  select from order_exceptions x where x.merchant_id = w.merchant_id and x.order_id = w.order_id
    and x.code in ('writeback_failed', 'cancellation_failed') and x.subject = w.id::text and x.closed_at is null)`;

/** Locks in id order, then changes: two bulk retries, or a retry and a resume, never wait for each other in a ring. */
async function toPending(tx: Tx, condition: SQL, nextAttemptAt: SQL, at: Date): Promise<DueRow[]> {
  const rows = await unwrap(tx).execute<DueRow>(sql`
    update writebacks w set state = 'pending', next_attempt_at = ${nextAttemptAt}, sending_since = null,
      -- What ended with the authorization says nothing of the platform's answer to come.
      error_kind = case when w.state <> 'parked' then w.error_kind end,
      updated_at = ${at.toISOString()}::timestamptz
    from (select id, merchant_id from writebacks w where ${condition} order by id for update) locked
    where w.merchant_id = locked.merchant_id and w.id = locked.id
    returning ${queuedColumns}, w.next_attempt_at as "nextAttemptAt"`);
  return [...rows];
}

export const writebackRepository: WritebackRepository = {
  async create(tx, merchantId, rows, at) {
    if (rows.length === 0) return;
    await unwrap(tx).execute(sql`
      insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, shipment_id, kind, reason,
        created_at, updated_at)
      select r.id, ${merchantId}::uuid, r."storeId", r."authorizationId", r."orderId", r."shipmentId", r.kind, r.reason,
        ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz
      from ${recordSet(
        rows,
        `id uuid, "storeId" uuid, "authorizationId" uuid, "orderId" uuid, "shipmentId" uuid, kind text, reason text`,
      )}`);
  },

  lock: (tx, merchantId, writebackId) => load(tx, merchantId, writebackId, true),
  find: (tx, merchantId, writebackId) => load(tx, merchantId, writebackId, false),

  async change(tx, merchantId, writebackId, change, at) {
    await unwrap(tx)
      .update(writebacks)
      .set({ ...change, updatedAt: at })
      .where(and(eq(writebacks.merchantId, merchantId), eq(writebacks.id, writebackId)));
  },

  async recipients(tx, merchantId, orderId) {
    const rows = await unwrap(tx).execute<Recipient & { [column: string]: unknown }>(sql`
      select r.name, r.phone, r.email, r.country, r.state, r.city, r.district, r.address1, r.address2, r.zip,
        r.pickup_point_code as "pickupPointCode"
      from orders o join recipients r on r.merchant_id = o.merchant_id
        and r.id in (o.recipient_id, o.corrected_recipient_id)
      where o.merchant_id = ${merchantId}::uuid and o.id = ${orderId}::uuid`);
    return [...rows];
  },

  async message(tx, merchantId, writebackId) {
    const [row] = await unwrap(tx).execute<{
      platform: string;
      platformOrderId: string;
      platformOrderNumber: string;
      shipment: (Omit<NonNullable<WritebackMessage['shipment']>, 'shippedAt'> & { shippedAt: string }) | null;
      pairing: WritebackMessage['pairing'];
    }>(sql`
      select s.platform, o.platform_order_id as "platformOrderId", o.platform_order_number as "platformOrderNumber",
        case when sh.id is null then null else json_build_object('id', sh.id, 'trackingNumber', sh.tracking_number,
          'carrierId', sh.carrier_id, 'carrierName', sh.carrier_name, 'trackingUrl', c.tracking_url,
          'service', sh.service, 'shippedAt', sh.shipped_at, 'byHand', sh.outbound_order_id is null,
          'lines', (select coalesce(json_agg(json_build_object('platformLineId', l.platform_line_id,
              'quantity', sl.quantity) order by l.position), '[]')
            from shipment_lines sl join order_lines l on l.merchant_id = sl.merchant_id and l.id = sl.order_line_id
            where sl.merchant_id = sh.merchant_id and sl.shipment_id = sh.id),
          'allLines', (select coalesce(json_agg(json_build_object('platformLineId', l.platform_line_id,
              'quantity', l.quantity_shipped) order by l.position), '[]')
            from order_lines l where l.merchant_id = o.merchant_id and l.order_id = o.id and l.quantity_shipped > 0),
          'completesOrder', o.status in ('shipped', 'completed', 'manual_completed') and not exists (
            select from shipments later where later.merchant_id = sh.merchant_id and later.order_id = sh.order_id
              and (later.created_at, later.id) > (sh.created_at, sh.id))) end as shipment,
        case when p.id is null then null else json_build_object('platformCode', p.platform_code,
          'platformName', p.platform_name) end as pairing
      from writebacks w
      join orders o on o.merchant_id = w.merchant_id and o.id = w.order_id
      join stores s on s.merchant_id = w.merchant_id and s.id = w.store_id
      left join shipments sh on sh.merchant_id = w.merchant_id and sh.id = w.shipment_id
      left join carriers c on c.id = sh.carrier_id
      left join lateral (
        -- What was paired as a typed name stands until a listed carrier of that name is paired itself.
        select p.* from carrier_pairings p
        where p.merchant_id = w.merchant_id and p.store_id = w.store_id
          and (p.carrier_id = sh.carrier_id or p.carrier_id is null and lower(p.carrier_name) = lower(sh.carrier_name))
        order by p.carrier_id is null limit 1
      ) p on true
      where w.merchant_id = ${merchantId} and w.id = ${writebackId}`);
    if (row === undefined) return null;
    const { shipment } = row;
    return { ...row, shipment: shipment === null ? null : { ...shipment, shippedAt: moment(shipment.shippedAt) } };
  },

  repeat: (tx, merchantId, writebackIds, at) =>
    writebackIds.length === 0
      ? Promise.resolve([])
      : toPending(tx, sql`w.merchant_id = ${merchantId} and w.id = any(${ids(writebackIds)})`, sql`null`, at),

  async close(tx, merchantId, writebackIds, at) {
    if (writebackIds.length === 0) return;
    await unwrap(tx)
      .update(writebacks)
      .set({ state: 'closed', nextAttemptAt: null, updatedAt: at })
      .where(and(eq(writebacks.merchantId, merchantId), inArray(writebacks.id, [...writebackIds])));
  },

  async isAuthorized(tx, merchantId, authorizationId) {
    const [row] = await unwrap(tx).execute<{ status: string }>(sql`
      select status from authorizations where merchant_id = ${merchantId} and id = ${authorizationId} for share`);
    return row?.status === 'authorized' || row?.status === 'expiring';
  },

  async park(tx, merchantId, authorizationId, at) {
    const rows = await unwrap(tx).execute<{ id: string }>(sql`
      update writebacks w set state = 'parked',
        next_attempt_at = case when w.attempts = 0 then w.next_attempt_at end, updated_at = ${at.toISOString()}::timestamptz
      from (select id from writebacks where merchant_id = ${merchantId} and authorization_id = ${authorizationId}
        and state in ('pending', 'retry') order by id for update) locked
      where w.merchant_id = ${merchantId} and w.id = locked.id returning w.id`);
    return rows.length;
  },

  async resume(tx, authorizationId, at) {
    const ofAuthorization = sql`w.merchant_id = (select merchant_id from authorizations where id = ${authorizationId})
      and w.authorization_id = ${authorizationId} and w.state = 'parked'`;
    const rows = await toPending(tx, ofAuthorization, sql`w.next_attempt_at`, at);
    return rows.map((row) => ({ ...row, nextAttemptAt: momentOrNull(row.nextAttemptAt) }));
  },

  async failed(tx, merchantId, storeId, { kind, errorCode, carrier }) {
    const ofCarrier =
      carrier === undefined
        ? sql`true`
        : 'id' in carrier
          ? sql`sh.carrier_id = ${carrier.id}`
          : sql`lower(sh.carrier_name) = lower(${carrier.name}) and not exists (
              select from carrier_pairings p where p.merchant_id = w.merchant_id and p.store_id = w.store_id
                and p.carrier_id = sh.carrier_id)`;
    const rows = await unwrap(tx).execute<QueuedRow & { orderNumber: string }>(sql`
      select ${queuedColumns}, o.platform_order_number as "orderNumber" from writebacks w
      join orders o on o.merchant_id = w.merchant_id and o.id = w.order_id
      left join shipments sh on sh.merchant_id = w.merchant_id and sh.id = w.shipment_id
      where w.merchant_id = ${merchantId} and w.store_id = ${storeId} and w.kind = ${kind} and ${ofCarrier}
        and ${errorCode === null ? sql`w.state = 'retry' and ${isTold}` : sql`w.state = 'failed' and coalesce(w.error_code, '') = ${errorCode}`}
      order by w.id for update of w`);
    return [...rows];
  },

  async isCarrierAwaited(tx, merchantId, orderId, { carrierName, besides }) {
    const rows = await unwrap(tx).execute(sql`
      select 1 from writebacks w join shipments sh on sh.merchant_id = w.merchant_id and sh.id = w.shipment_id
      where w.merchant_id = ${merchantId} and w.order_id = ${orderId} and w.id <> ${besides} and w.state = 'failed'
        and w.error_code = 'carrier_unpaired' and sh.carrier_name = ${carrierName} limit 1`);
    return rows.length > 0;
  },

  async lost(tx, before, limit) {
    const then = sql`${before.toISOString()}::timestamptz`;
    // By store, so that each reads a few rows of the index of open writebacks, whatever has been accepted before.
    const rows = await unwrap(tx).execute<QueuedRow>(sql`
      select w.id, w."merchantId", w."authorizationId", w."orderId" from stores s, lateral (
        select ${queuedColumns} from writebacks w
        where w.merchant_id = s.merchant_id and w.store_id = s.id and w.state in ('pending', 'retry', 'sending')
          and w.updated_at < ${then} and coalesce(w.next_attempt_at, w.updated_at) < ${then}
          and not exists (select from graphile_worker.jobs j
            where j.key = 'writeback.send:' || w.id and j.attempts < j.max_attempts)
        limit ${limit}) w
      limit ${limit}`);
    return [...rows];
  },

  async store(tx, merchantId, storeId) {
    const [row] = await unwrap(tx).execute<{ authorizationId: string; platform: string; name: string }>(sql`
      select authorization_id as "authorizationId", platform, name from stores
      where merchant_id = ${merchantId} and id = ${storeId}`);
    return row ?? null;
  },
};

const kinds: readonly WritebackKind[] = ['acceptance', 'shipment', 'cancellation'];
/** The checks of the table keep other values out. */
function kindOf(text: string): WritebackKind {
  const kind = kinds.find((candidate) => candidate === text);
  if (kind === undefined) throw new Error(`Unknown kind of writeback: ${text}`);
  return kind;
}

function stateOf(text: string): WritebackState {
  const state = writebackStates.find((candidate) => candidate === text);
  if (state === undefined) throw new Error(`Unknown state of writeback: ${text}`);
  return state;
}
