import type { MerchantName, Person } from '../ports/access.ts';
import type { Ports } from '../ports/ports.ts';
import type { Actor } from './actor.ts';
import { sessionEnd, touchAfterMs } from './session-life.ts';
import { hashToken } from './token.ts';

export interface SignedInPerson {
  readonly actor: Actor;
  readonly person: Person;
  /** The merchant looked at: the chosen one, else the first permitted; null when the person may see none. */
  readonly merchantId: string | null;
  /** All that the person may see, by name. */
  readonly merchants: readonly MerchantName[];
  /** SHA-256 of the session's token: what an OAuth state is bound to. */
  readonly sessionHash: string;
}

/** Who holds this session token; null when nobody (any more). Moves the session's end on, at most once a minute. */
export async function whoIs(
  ports: Pick<Ports, 'access' | 'clock'>,
  sessionToken: string | undefined,
): Promise<SignedInPerson | null> {
  if (sessionToken === undefined || sessionToken === '') return null;
  const sessionHash = await hashToken(sessionToken);
  const now = ports.clock.now();
  const session = await ports.access.sessions.find(sessionHash, now);
  if (session === null) return null;
  if (now.getTime() - session.lastSeenAt.getTime() > touchAfterMs) {
    await ports.access.sessions.touch(sessionHash, now, sessionEnd(session.createdAt, now).expiresAt);
  }
  const { person, merchants } = session;
  const chosen = merchants.find((merchant) => merchant.id === session.merchantId) ?? merchants[0];
  const grants = session.grants.map((grant) => ({
    role: grant.role,
    merchantIds: grant.merchantIds ?? ('all' as const),
    warehouseIds: grant.warehouseIds ?? ('all' as const),
  }));
  return {
    actor: { personId: person.id, name: person.name, via: 'web', grants },
    person,
    merchantId: chosen?.id ?? null,
    merchants,
    sessionHash,
  };
}
