import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { AlertRepository } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { foldStorms } from './alert-storms.ts';

/** How a card ends whose cause goes on, told by a newer one. */
export const toldAnew = 'told_anew';

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
      nearest_ship_by, urgency, assigned_to, storm, follows, opened_at)
    select w.new_id, a.merchant_id, a.store_id, a.kind, case when a.storm is null then a.subject else 'storm:' || w.new_id end,
      a.title, a.order_count, a.amounts, a.sample, a.detail, a.oldest_at, a.nearest_ship_by, w.urgency, a.assigned_to, a.storm, a.id, ${at}
    from ${wanted} join alerts a on a.merchant_id = ${merchantId} and a.id = w.id and a.resolution = ${toldAnew}`);
  await db.execute(sql`
    update alerts a set folded_into = w.new_id from ${wanted}
    where a.merchant_id = ${merchantId} and a.folded_into = w.id`);
  await foldStorms(tx, merchantId, { changedIds: rows.map((row) => row.new_id), now, reopenWithinMs });
};

/**
 * Summaries that fold a cause which has come further than they were posted for; those that are not posted yet are posted
 * for the furthest.
 */
export async function grownStorms(
  tx: Tx,
  merchantId: string,
  now: Date,
): Promise<readonly { readonly id: string; readonly urgency: number }[]> {
  const rows = await unwrap(tx).execute<{ id: string; urgency: number; rings: boolean; is_posted: boolean }>(sql`
    select s.id, f.urgency, s.message_ts is not null and s.urgency is not null as is_posted,
      coalesce(s.snoozed_until <= ${now.toISOString()}::timestamptz, true) as rings
    from alerts s, lateral (
      select max(m.urgency) as urgency from alerts m
      where m.merchant_id = s.merchant_id and m.folded_into = s.id and m.state = 'open'
    ) f
    where s.merchant_id = ${merchantId} and s.storm is not null and s.state = 'open'
      and (f.urgency > s.urgency or s.urgency is null and f.urgency is not null)`);
  const unposted = rows.filter((row) => !row.is_posted).map(({ id, urgency }) => ({ id, urgency }));
  if (unposted.length > 0) {
    await unwrap(tx).execute(sql`
      update alerts a set urgency = w.urgency
      from jsonb_to_recordset(${JSON.stringify(unposted)}::text::jsonb) as w (id uuid, urgency int)
      where a.merchant_id = ${merchantId} and a.id = w.id`);
  }
  return rows.filter((row) => row.is_posted && row.rings);
}

/** Newer cards that nobody saw before their causes were gone leave their endings to the ones before them. */
export async function endUnseen(
  tx: Tx,
  unseen: readonly { readonly merchantId: string; readonly id: string }[],
): Promise<void> {
  if (unseen.length === 0) return;
  await unwrap(tx).execute(sql`
    update alerts a set resolved_at = n.resolved_at, resolved_by = n.resolved_by, resolved_via = n.resolved_via,
      resolution = n.resolution, detail = n.detail, order_count = n.order_count, storm = n.storm,
      version = a.version + 1, updated_at = now()
    from alerts n join jsonb_to_recordset(${JSON.stringify(unseen)}::text::jsonb) as u ("merchantId" uuid, id uuid)
      on n.merchant_id = u."merchantId" and n.id = u.id
    where a.merchant_id = n.merchant_id and a.id = n.follows and a.resolution = ${toldAnew}`);
}
