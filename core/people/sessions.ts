import type { Ports } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type SignedIn, signInWithLink } from './sign-in-with-link.ts';
import { signOut } from './sign-out.ts';
import { switchMerchant } from './switch-merchant.ts';
import { hashToken } from './token.ts';
import { type SignedInPerson, whoIs } from './who-is.ts';

type SessionPorts = Pick<Ports, 'access' | 'database' | 'clock'>;

/** Sign-in as a browser needs it: everything by the token that its cookie carries. */
export interface BrowserSessions {
  /** `formerSessionToken`: of the session that the browser holds now; it ends. */
  signInWithLink(input: {
    readonly token: string;
    readonly formerSessionToken?: string | undefined;
  }): Promise<Result<SignedIn>>;
  whoIs(sessionToken: string): Promise<(SignedInPerson & { readonly token: string }) | null>;
  signOut(sessionToken: string): Promise<void>;
  switchMerchant(sessionToken: string, merchantId: string): Promise<Result<true>>;
}

export function createSessions(ports: SessionPorts): BrowserSessions {
  return {
    signInWithLink: (input) => signInWithLink(ports, input),
    async whoIs(sessionToken) {
      const who = await whoIs(ports, sessionToken);
      return who === null ? null : { ...who, token: sessionToken };
    },
    signOut: async (sessionToken) => signOut(ports, { sessionHash: await hashToken(sessionToken) }),
    async switchMerchant(sessionToken, merchantId) {
      const who = await whoIs(ports, sessionToken);
      if (who === null) return refuse('signed_out', 'Your session has ended. Sign in again.');
      const switched = await switchMerchant(ports, { who, merchantId });
      return switched.ok ? ok(true) : switched;
    },
  };
}
