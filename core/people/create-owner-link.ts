import { Fault } from '../describe-error.ts';
import type { Ports } from '../ports/ports.ts';
import { hashToken, newToken } from './token.ts';

/** How long a sign-in link serves. */
export const linkMinutes = 15;

export interface OwnerLink {
  /** Goes into the link; the database keeps its hash only. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** A one-time sign-in link for the local owner; an earlier open one ends. Throws before the first start. */
export async function createOwnerLink(ports: Pick<Ports, 'access' | 'database' | 'clock'>): Promise<OwnerLink> {
  const token = newToken();
  const tokenHash = await hashToken(token);
  return ports.database.transaction(async (tx) => {
    const { people } = ports.access;
    const owner = await people.findOwner(tx);
    if (owner === null) throw new Fault('There is no owner yet: start the desk once.');
    const createdAt = ports.clock.now();
    const expiresAt = new Date(createdAt.getTime() + linkMinutes * 60_000);
    await people.closeLoginLinks(tx, owner.id, createdAt);
    await people.insertLoginLink(tx, { tokenHash, personId: owner.id, createdAt, expiresAt });
    return { token, expiresAt };
  });
}
