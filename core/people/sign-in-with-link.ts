import type { Ports } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { sessionEnd } from './session-life.ts';
import { hashToken, newToken } from './token.ts';

export interface SignedIn {
  /** For the cookie; the database keeps its hash only. */
  readonly sessionToken: string;
  /** The longest that the session can live, for the cookie's age. */
  readonly expiresAt: Date;
}

/**
 * Uses a link up and opens a browser session with a token of its own; the session that the browser was in ends.
 * Refuses `link_refused`, and changes nothing then.
 */
export async function signInWithLink(
  ports: Pick<Ports, 'access' | 'database' | 'clock'>,
  input: { readonly token: string; readonly formerSessionToken?: string | undefined },
): Promise<Result<SignedIn>> {
  const linkHash = await hashToken(input.token);
  const former = input.formerSessionToken === undefined ? null : await hashToken(input.formerSessionToken);
  const sessionToken = newToken();
  const tokenHash = await hashToken(sessionToken);
  return ports.database.transaction(async (tx) => {
    const { people, sessions } = ports.access;
    const at = ports.clock.now();
    const person = await people.useLoginLink(tx, linkHash, at);
    if (person === null) {
      return refuse(
        'link_refused',
        'This sign-in link was used already, or its time is over. Ask an owner of the desk for a new one.',
      );
    }
    const [merchant] = await people.merchantsOf(tx, person.id);
    const life = sessionEnd(at, at);
    if (former !== null) await sessions.remove(tx, former);
    await sessions.insert(tx, {
      tokenHash,
      personId: person.id,
      merchantId: merchant?.id ?? null,
      at,
      expiresAt: life.expiresAt,
    });
    return ok({ sessionToken, expiresAt: life.latest });
  });
}
