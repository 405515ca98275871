import { newId } from '../ids.ts';
import type { Ports } from '../ports/ports.ts';

/** Makes the local owner account of a new installation. Of several processes that start at once, one does. */
export async function ensureOwner(
  ports: Pick<Ports, 'access' | 'database' | 'clock'>,
  name = 'Owner',
): Promise<{ readonly isNew: boolean }> {
  return ports.database.transaction(async (tx) => {
    const { people } = ports.access;
    if (!(await people.claimOwner(tx, ports.clock.now()))) return { isNew: false };
    // A database that was filled otherwise (restored, moved) has its owner.
    if ((await people.findOwner(tx)) !== null) return { isNew: false };
    await people.insertOwner(tx, { id: newId(), name, email: null, grantId: newId() });
    return { isNew: true };
  });
}
