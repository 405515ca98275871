import { eq, sql } from 'drizzle-orm';
import { roles } from '../../core/people/actor.ts';
import type { SessionRepository, StoredGrant } from '../../core/ports/access.ts';
import type { Drizzle } from '../client.ts';
import { unwrap } from '../database.ts';
import { jsonArray, moment } from '../queries/rows.ts';
import { sessions } from '../schema/index.ts';

interface SessionRow extends Record<string, unknown> {
  person_id: string;
  name: string;
  email: string | null;
  merchant_id: string | null;
  created_at: string;
  last_seen_at: string;
  grants: unknown;
  merchants: unknown;
}

interface GrantRow {
  role: string;
  merchant_ids: string[] | null;
  warehouse_ids: string[] | null;
}

/** `db` serves the two calls that every page makes, outside transactions: one round trip each. */
export function createSessionRepository(db: Drizzle): SessionRepository {
  return {
    async insert(tx, { at, ...session }) {
      await unwrap(tx)
        .insert(sessions)
        .values({ ...session, createdAt: at, lastSeenAt: at });
    },
    async find(tokenHash, now) {
      const [row] = await db.execute<SessionRow>(sql`
        select p.id as person_id, p.name, p.email, s.merchant_id, s.created_at, s.last_seen_at,
          coalesce((
            select json_agg(json_build_object(
              'role', g.role, 'merchant_ids', g.merchant_ids, 'warehouse_ids', g.warehouse_ids) order by g.id)
            from grants g where g.person_id = p.id), '[]'::json) as grants,
          coalesce((
            select json_agg(json_build_object('id', m.id, 'name', m.name) order by lower(m.name), m.id)
            from merchants m
            where m.archived_at is null and exists (
              select 1 from grants g where g.person_id = p.id
                and (g.merchant_ids is null or m.id = any(g.merchant_ids)))), '[]'::json) as merchants
        from sessions s join people p on p.id = s.person_id
        where s.token_hash = ${tokenHash} and s.expires_at > ${now.toISOString()}::timestamptz and p.status = 'active'`);
      if (row === undefined) return null;
      return {
        person: { id: row.person_id, name: row.name, email: row.email },
        merchantId: row.merchant_id,
        grants: jsonArray<GrantRow>(row.grants).flatMap(toGrant),
        merchants: jsonArray<{ id: string; name: string }>(row.merchants),
        createdAt: moment(row.created_at),
        lastSeenAt: moment(row.last_seen_at),
      };
    },
    async touch(tokenHash, now, expiresAt) {
      await db.update(sessions).set({ lastSeenAt: now, expiresAt }).where(eq(sessions.tokenHash, tokenHash));
    },
    async setMerchant(tx, tokenHash, merchantId) {
      await unwrap(tx).update(sessions).set({ merchantId }).where(eq(sessions.tokenHash, tokenHash));
    },
    async remove(tx, tokenHash) {
      await unwrap(tx).delete(sessions).where(eq(sessions.tokenHash, tokenHash));
    },
    async exist(tx) {
      const rows = await unwrap(tx).select({ tokenHash: sessions.tokenHash }).from(sessions).limit(1);
      return rows.length > 0;
    },
  };
}

/** A role that this version does not know gives nothing. */
function toGrant(row: GrantRow): readonly StoredGrant[] {
  const role = roles.find((known) => known === row.role);
  return role === undefined ? [] : [{ role, merchantIds: row.merchant_ids, warehouseIds: row.warehouse_ids }];
}
