import { newId } from '../ids.ts';
import type { Ports } from '../ports/ports.ts';

export interface FirstStart {
  /** True when this call made owner and merchant; false when they were there. */
  readonly isFirst: boolean;
}

/** Makes the local owner and one merchant when the database is new. Of several processes that start at once, one does. */
export async function prepareFirstStart(
  ports: Pick<Ports, 'access' | 'database' | 'clock'>,
  names: { readonly owner?: string | undefined; readonly merchant?: string | undefined } = {},
): Promise<FirstStart> {
  return ports.database.transaction(async (tx) => {
    const { people } = ports.access;
    if (!(await people.claimFirstStart(tx, ports.clock.now()))) return { isFirst: false };
    await people.insertMerchant(tx, { id: newId(), name: names.merchant ?? 'My company', code: 'main' });
    await people.insertOwner(tx, { id: newId(), name: names.owner ?? 'Owner', email: null, grantId: newId() });
    return { isFirst: true };
  });
}
