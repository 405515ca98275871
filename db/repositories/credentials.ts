import { and, eq } from 'drizzle-orm';
import type { AuthorizationRef, CredentialRepository } from '../../core/ports/access.ts';
import { unwrap } from '../database.ts';
import { credentials } from '../schema/index.ts';

const matches = ({ merchantId, authorizationId }: AuthorizationRef) =>
  and(eq(credentials.merchantId, merchantId), eq(credentials.authorizationId, authorizationId));

export function createCredentialRepository(): CredentialRepository {
  return {
    async find(tx, ref) {
      const [row] = await unwrap(tx)
        .select({ id: credentials.id, sealed: credentials.sealed })
        .from(credentials)
        .where(matches(ref));
      return row ?? null;
    },
    async save(tx, { merchantId, authorizationId }, { id, sealed }, at) {
      await unwrap(tx)
        .insert(credentials)
        .values({ id, merchantId, authorizationId, sealed, updatedAt: at })
        .onConflictDoUpdate({
          target: [credentials.merchantId, credentials.authorizationId],
          // Sealed for this id: a row that somebody else made meanwhile takes it over.
          set: { id, sealed, updatedAt: at },
        });
    },
    async remove(tx, ref) {
      await unwrap(tx).delete(credentials).where(matches(ref));
    },
  };
}
