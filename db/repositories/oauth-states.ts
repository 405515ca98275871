import { and, eq, isNull } from 'drizzle-orm';
import type { OauthStateRepository } from '../../core/ports/access.ts';
import { unwrap } from '../database.ts';
import { oauthStates } from '../schema/index.ts';

export function createOauthStateRepository(): OauthStateRepository {
  return {
    async insert(tx, state) {
      await unwrap(tx).insert(oauthStates).values(state);
    },
    async closeOpen(tx, { merchantId, authorizationId }, at) {
      await unwrap(tx)
        .update(oauthStates)
        .set({ usedAt: at })
        .where(
          and(
            eq(oauthStates.merchantId, merchantId),
            eq(oauthStates.authorizationId, authorizationId),
            isNull(oauthStates.usedAt),
          ),
        );
    },
    async lock(tx, stateHash) {
      const [row] = await unwrap(tx)
        .select()
        .from(oauthStates)
        .where(eq(oauthStates.stateHash, stateHash))
        .for('update');
      return row ?? null;
    },
    async markUsed(tx, stateHash, at) {
      await unwrap(tx).update(oauthStates).set({ usedAt: at }).where(eq(oauthStates.stateHash, stateHash));
    },
  };
}
