import { eq, sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import { roles } from '../../core/people/actor.ts';
import type { StaffGrant, StaffMember, StaffRepository } from '../../core/ports/staff.ts';
import { unwrap } from '../database.ts';
import { jsonArray } from '../queries/rows.ts';
import { grants, people, sessions } from '../schema/index.ts';
import { saving, uuidArray } from './saving.ts';

const isOwnerOverAll = sql`exists (select from grants g
  where g.person_id = p.id and g.role = 'owner' and g.merchant_ids is null)`;

export const staffRepository: StaffRepository = {
  async lock(tx, personId) {
    const db = unwrap(tx);
    await db.execute(sql`
      select p.id from people p where p.id = ${personId}::uuid or ${isOwnerOverAll} order by p.id for no key update`);
    const [row] = await db.execute<{
      id: string;
      name: string;
      email: string | null;
      status: StaffMember['status'];
      grants: unknown;
    }>(sql`
      select p.id, p.name, p.email, p.status, (
        select json_agg(json_build_object('role', g.role, 'merchantIds', g.merchant_ids, 'warehouseIds', g.warehouse_ids)
          order by g.id) from grants g where g.person_id = p.id) as grants
      from people p where p.id = ${personId}::uuid`);
    if (row === undefined) return null;
    // A role that this version does not know gives nothing.
    const held = jsonArray<StaffGrant>(row.grants ?? []).filter((grant) => roles.includes(grant.role));
    return { ...row, grants: held };
  },

  async countOwners(tx) {
    const [row] = await unwrap(tx).execute<{ count: number }>(sql`
      select count(*)::int as count from people p where p.status = 'active' and ${isOwnerOverAll}`);
    return row?.count ?? 0;
  },

  insert: (tx, person) => saving(tx, (savepoint) => savepoint.insert(people).values(person)),

  update: (tx, personId, facts) =>
    saving(tx, (savepoint) => savepoint.update(people).set(facts).where(eq(people.id, personId))),

  async replaceGrants(tx, personId, { role, merchantIds, warehouseIds }) {
    const db = unwrap(tx);
    await db.delete(grants).where(eq(grants.personId, personId));
    await db.insert(grants).values({
      id: newId(),
      personId,
      role,
      merchantIds: merchantIds === null ? null : [...merchantIds],
      warehouseIds: warehouseIds === null ? null : [...warehouseIds],
    });
  },

  async setStatus(tx, personId, status) {
    await unwrap(tx).update(people).set({ status }).where(eq(people.id, personId));
  },

  async endSessions(tx, personId) {
    const ended = await unwrap(tx)
      .delete(sessions)
      .where(eq(sessions.personId, personId))
      .returning({ personId: sessions.personId });
    return ended.length;
  },

  async known(tx, { merchantIds, warehouseIds }) {
    const rows = await unwrap(tx).execute<{ id: string; kind: string }>(sql`
      select id, 'merchant' as kind from merchants where id = any(${uuidArray(merchantIds)})
      union all select id, 'warehouse' from warehouses where id = any(${uuidArray(warehouseIds)})`);
    const of = (kind: string) => new Set(rows.filter((row) => row.kind === kind).map((row) => row.id));
    return { merchantIds: of('merchant'), warehouseIds: of('warehouse') };
  },
};
