import { type SQL, sql } from 'drizzle-orm';
import type { AlertKind, AlertView, StormSummary } from '../../core/alert/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';

interface AlertRow extends Record<string, unknown> {
  id: string;
  merchant_id: string;
  merchant_name: string;
  store_id: string | null;
  store_name: string | null;
  platform: string | null;
  kind: string;
  subject: string;
  state: 'open' | 'resolved';
  order_count: number;
  amounts: Record<string, string>;
  sample: { id: string; number: string }[];
  detail: Record<string, string>;
  oldest_at: string | null;
  nearest_ship_by: string | null;
  version: number;
  delivered_version: number;
  channel_id: string | null;
  message_ts: string | null;
  posting_since: string | null;
  assigned_to: string | null;
  assigned_to_name: string | null;
  snoozed_until: string | null;
  snoozed_by_name: string | null;
  opened_at: string;
  resolved_at: string | null;
  resolved_by: string | null;
  resolved_via: string | null;
  resolution: string | null;
  storm: StormSummary | null;
  folded_into: string | null;
}

export async function readAlert(tx: Tx, condition: SQL, isLocked: boolean): Promise<AlertView | null> {
  const rows = await readAlerts(tx, condition, isLocked ? sql`for update of a` : sql``);
  return rows[0] ?? null;
}

export async function readAlerts(tx: Tx, condition: SQL, ending: SQL): Promise<readonly AlertView[]> {
  const rows = await unwrap(tx).execute<AlertRow>(sql`
    select a.*, m.name as merchant_name, s.name as store_name, s.platform, p.name as assigned_to_name,
      case when a.snoozed_until is not null then (
        select v.actor_name from audit_events v
        where v.merchant_id = a.merchant_id and v.subject_type = 'alert' and v.subject_id = a.id and v.event = 'alert.snoozed'
        order by v.at desc, v.id desc limit 1) end as snoozed_by_name
    from alerts a
    join merchants m on m.id = a.merchant_id
    left join stores s on s.merchant_id = a.merchant_id and s.id = a.store_id
    left join people p on p.id = a.assigned_to
    where ${condition} ${ending}`);
  return rows.map(toView);
}

const toDate = (text: string | null) => (text === null ? null : new Date(text));

function toView(row: AlertRow): AlertView {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    merchantName: row.merchant_name,
    storeId: row.store_id,
    storeName: row.store_name,
    platform: row.platform,
    // Written by `settle` from an `AlertKind`.
    kind: row.kind as AlertKind,
    subject: row.subject,
    state: row.state,
    orderCount: row.order_count,
    amounts: row.amounts,
    sample: row.sample,
    detail: row.detail,
    oldestAt: toDate(row.oldest_at),
    nearestShipBy: toDate(row.nearest_ship_by),
    version: row.version,
    deliveredVersion: row.delivered_version,
    channelId: row.channel_id,
    messageTs: row.message_ts,
    postingSince: toDate(row.posting_since),
    assignedToId: row.assigned_to,
    assignedToName: row.assigned_to_name,
    snoozedUntil: toDate(row.snoozed_until),
    snoozedByName: row.snoozed_by_name,
    openedAt: new Date(row.opened_at),
    resolvedAt: toDate(row.resolved_at),
    resolvedBy: row.resolved_by,
    resolvedVia: row.resolved_via,
    resolution: row.resolution,
    ...(row.storm === null ? {} : { storm: row.storm }),
    foldedInto: row.folded_into,
  };
}
