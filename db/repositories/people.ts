import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { PeopleRepository } from '../../core/ports/access.ts';
import { unwrap } from '../database.ts';
import { grants, installation, loginLinks, people } from '../schema/index.ts';
import { staffRepository } from './staff.ts';

const person = { id: people.id, name: people.name, email: people.email };

export function createPeopleRepository(): PeopleRepository {
  return {
    ...staffRepository,
    async claimOwner(tx, at) {
      const rows = await unwrap(tx)
        .insert(installation)
        .values({ key: 'owner', value: at.toISOString(), updatedAt: at })
        .onConflictDoNothing()
        .returning({ key: installation.key });
      return rows.length > 0;
    },
    async insertOwner(tx, { grantId, ...owner }) {
      await unwrap(tx).insert(people).values(owner);
      await unwrap(tx).insert(grants).values({ id: grantId, personId: owner.id, role: 'owner' });
    },
    async findOwner(tx) {
      const [row] = await unwrap(tx)
        .select(person)
        .from(people)
        .innerJoin(grants, eq(grants.personId, people.id))
        .where(and(eq(people.status, 'active'), eq(grants.role, 'owner'), isNull(grants.merchantIds)))
        .orderBy(people.createdAt, people.id)
        .limit(1);
      return row ?? null;
    },
    async insertLoginLink(tx, link) {
      await unwrap(tx).insert(loginLinks).values(link);
    },
    async closeLoginLinks(tx, personId, at) {
      await unwrap(tx)
        .update(loginLinks)
        .set({ usedAt: at })
        .where(and(eq(loginLinks.personId, personId), isNull(loginLinks.usedAt)));
    },
    async useLoginLink(tx, tokenHash, at) {
      // One statement decides: of two clicks on one link the second finds it used.
      const [link] = await unwrap(tx)
        .update(loginLinks)
        .set({ usedAt: at })
        .where(and(eq(loginLinks.tokenHash, tokenHash), isNull(loginLinks.usedAt), gt(loginLinks.expiresAt, at)))
        .returning({ personId: loginLinks.personId });
      if (link === undefined) return null;
      const [row] = await unwrap(tx)
        .select(person)
        .from(people)
        .where(and(eq(people.id, link.personId), eq(people.status, 'active')));
      return row ?? null;
    },
    async merchantsOf(tx, personId) {
      const rows = await unwrap(tx).execute<{ id: string; name: string }>(sql`
        select m.id, m.name from merchants m
        where m.archived_at is null and exists (
          select 1 from grants g where g.person_id = ${personId}::uuid
            and (g.merchant_ids is null or m.id = any(g.merchant_ids)))
        order by lower(m.name), m.id`);
      return rows.map(({ id, name }) => ({ id, name }));
    },
  };
}
