import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { AlertRepository } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { foldStorms } from './alert-storms.ts';

/** How a card ends whose cause goes on, told by a newer one. */
const toldAnew = 'told_anew';

export const tellAnew: AlertRepository['tellAnew'] = async (tx, merchantId, grown, { now, reopenWithinMs }) => {
  if (grown.length === 0) return;
  const db = unwrap(tx);
  const rows = grown.map(({ id, urgency }) => ({ id, urgency, new_id: newId() }));
  const wanted = sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as w (id uuid, urgency int, new_id uuid)`;
  const at = sql`${now.toISOString()}::timestamptz`;
  await db.execute(sql`
    update alerts a set state = 'resolved', resolved_at = ${at}, resolved_by = 'Holdfast', resolved_via = 'system',
      resolution = ${toldAnew}, version = a.version + 1, updated_at = now()
    from ${wanted} where a.merchant_id = ${merchantId} and a.id = w.id and a.state = 'open'`);
  await db.execute(sql`
    insert into alerts (id, merchant_id, store_id, kind, subject, title, order_count, amounts, sample, detail, oldest_at,
      nearest_ship_by, urgency, assigned_to, follows, opened_at)
    select w.new_id, a.merchant_id, a.store_id, a.kind, a.subject, a.title, a.order_count, a.amounts, a.sample, a.detail,
      a.oldest_at, a.nearest_ship_by, w.urgency, a.assigned_to, a.id, ${at}
    from ${wanted} join alerts a on a.merchant_id = ${merchantId} and a.id = w.id and a.resolution = ${toldAnew}`);
  await foldStorms(tx, merchantId, { changedIds: rows.map((row) => row.new_id), now, reopenWithinMs });
};

/** A newer card that nobody saw before its cause was gone leaves its ending to the one before it. */
export const endUnseen = async (
  tx: Tx,
  merchantId: string,
  goneIds: readonly string[],
): Promise<readonly { readonly id: string }[]> =>
  unwrap(tx).execute<{ id: string }>(sql`
    update alerts a set resolved_at = n.resolved_at, resolved_by = n.resolved_by, resolved_via = n.resolved_via,
      resolution = n.resolution, detail = n.detail, order_count = n.order_count, version = a.version + 1, updated_at = now()
    from alerts n
    where n.merchant_id = ${merchantId} and n.id in (select unnest(${sql.param([...goneIds])}::uuid[]))
      and n.state = 'resolved' and n.message_ts is null and n.posting_since is null
      and a.merchant_id = n.merchant_id and a.id = n.follows and a.resolution = ${toldAnew}
    returning a.id`);
