import { and, eq, isNull, sql } from 'drizzle-orm';
import {
  type Authorization,
  type AuthorizationRef,
  type AuthorizationRepository,
  type AuthorizationStatus,
  authorizationStatuses,
  LockBusy,
} from '../../core/ports/access.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import { authorizations } from '../schema/index.ts';

/** lock_not_available: `lock_timeout` ran out. */
const lockTimeoutCode = '55P03';
/** Longer than any refresh by another process takes. */
const defaultWaitMs = 10_000;

const matches = ({ merchantId, authorizationId }: AuthorizationRef) =>
  and(eq(authorizations.merchantId, merchantId), eq(authorizations.id, authorizationId));

const isLive = (ref: AuthorizationRef) => and(matches(ref), isNull(authorizations.deletedAt));

export function createAuthorizationRepository(): AuthorizationRepository {
  return {
    async find(tx, ref) {
      const [row] = await unwrap(tx).select().from(authorizations).where(isLive(ref));
      return row === undefined ? null : toAuthorization(row);
    },
    lock: (tx, ref, waitMs = defaultWaitMs) => lock(tx, ref, waitMs),
    async insert(tx, authorization) {
      await unwrap(tx).insert(authorizations).values(mutable(authorization));
    },
    async update(tx, ref, patch) {
      if (Object.keys(patch).length === 0) return;
      await unwrap(tx).update(authorizations).set(mutable(patch)).where(matches(ref));
    },
    async remove(tx, ref) {
      await unwrap(tx).delete(authorizations).where(matches(ref));
    },
    async findDueForRefresh(tx, { platforms, now, limit }) {
      if (platforms.length === 0) return [];
      const moments = platforms.map(({ platform, endsBefore }) => ({
        platform,
        ends_before: endsBefore.toISOString(),
      }));
      const rows = await unwrap(tx).execute<{ merchant_id: string; id: string }>(sql`
        select a.merchant_id, a.id
        from authorizations a
        join json_to_recordset(${JSON.stringify(moments)}::text::json) as p (platform text, ends_before timestamptz)
          on p.platform = a.platform
        where a.deleted_at is null and a.status in ('authorized', 'expiring', 'abnormal')
          and a.expires_at < p.ends_before
          and (a.refresh_not_before is null or a.refresh_not_before <= ${now.toISOString()}::timestamptz)
        order by a.expires_at, a.id limit ${limit}`);
      return rows.map((row) => ({ merchantId: row.merchant_id, authorizationId: row.id }));
    },
    async settleExpiry(tx, { refreshing, now, expiringFrom }) {
      const rows = await unwrap(tx).execute<{ merchant_id: string; id: string; status: string }>(sql`
        with ends as (
          select merchant_id, id, status,
            case when platform = any(${sql.param([...refreshing])}::text[]) then refresh_expires_at else expires_at end
              as ends_at
          from authorizations
          where deleted_at is null and status in ('authorized', 'expiring', 'abnormal')
        ), next as (
          select merchant_id, id,
            case when ends_at <= ${now.toISOString()}::timestamptz then 'expired' else 'expiring' end as status
          from ends
          where ends_at <= ${now.toISOString()}::timestamptz
            or (status = 'authorized' and ends_at <= ${expiringFrom.toISOString()}::timestamptz)
        ), locked as (
          select a.merchant_id, a.id from authorizations a join next n using (merchant_id, id)
          order by a.id for update of a
        )
        update authorizations a set status = n.status,
          reason = case when n.status = 'expired' then 'Please update authorization: its time is over.' end
        from next n join locked using (merchant_id, id)
        where a.merchant_id = n.merchant_id and a.id = n.id and a.status in ('authorized', 'expiring', 'abnormal')
        returning a.merchant_id, a.id, a.status`);
      return rows.map((row) => ({
        merchantId: row.merchant_id,
        authorizationId: row.id,
        status: statusOf(row.status),
      }));
    },
    async findSoundWithParkedWork(tx, limit) {
      const rows = await unwrap(tx).execute<{ merchant_id: string; authorization_id: string }>(sql`
        select distinct w.merchant_id, w.authorization_id
        from writebacks w join authorizations a on a.merchant_id = w.merchant_id and a.id = w.authorization_id
        where w.state = 'parked' and a.deleted_at is null and a.status in ('authorized', 'expiring')
        order by w.authorization_id limit ${limit}`);
      return rows.map((row) => ({ merchantId: row.merchant_id, authorizationId: row.authorization_id }));
    },
    async removeHeldBefore(tx, moment) {
      const rows = await unwrap(tx).execute(sql`
        delete from authorizations
        where fields ? 'held_for' and status = 'pending' and created_at < ${moment.toISOString()}::timestamptz
        returning id`);
      return rows.length;
    },
  };
}

async function lock(tx: Tx, ref: AuthorizationRef, waitMs: number): Promise<Authorization | null> {
  const transaction = unwrap(tx);
  await transaction.execute(sql`select set_config('lock_timeout', ${`${waitMs}ms`}, true)`);
  try {
    const [row] = await transaction.select().from(authorizations).where(isLive(ref)).for('update');
    return row === undefined ? null : toAuthorization(row);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === lockTimeoutCode) throw new LockBusy();
    throw error;
  } finally {
    // An aborted transaction refuses this too; its end forgets the setting then.
    await transaction.execute(sql`select set_config('lock_timeout', '0', true)`).catch(() => undefined);
  }
}

export function statusOf(text: string): AuthorizationStatus {
  const known = authorizationStatuses.find((status) => status === text);
  if (known === undefined) throw new Error(`unknown authorization status ${text}`);
  return known;
}

type Row = typeof authorizations.$inferSelect;

const toAuthorization = ({ deletedAt: _, ...row }: Row): Authorization => ({ ...row, status: statusOf(row.status) });

/** drizzle's types want arrays and objects that may be changed. */
function mutable<T extends { scopes?: readonly string[]; missingScopes?: readonly string[]; fields?: object }>(row: T) {
  return {
    ...row,
    ...(row.scopes === undefined ? {} : { scopes: [...row.scopes] }),
    ...(row.missingScopes === undefined ? {} : { missingScopes: [...row.missingScopes] }),
    ...(row.fields === undefined ? {} : { fields: { ...row.fields } }),
  };
}
