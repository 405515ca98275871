import type { Ports } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { SignedInPerson } from './who-is.ts';

/** Chooses the merchant that the session looks at; only one that the person may see. */
export async function switchMerchant(
  ports: Pick<Ports, 'access' | 'database'>,
  input: { readonly who: SignedInPerson; readonly merchantId: string },
): Promise<Result<{ readonly merchantId: string }>> {
  const { merchantId, who } = input;
  if (!who.merchants.some((merchant) => merchant.id === merchantId)) {
    return refuse('not_found', 'There is no such merchant, or you may not see it.');
  }
  await ports.database.transaction((tx) => ports.access.sessions.setMerchant(tx, who.sessionHash, merchantId));
  return ok({ merchantId });
}
