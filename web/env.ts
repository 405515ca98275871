import type { Context } from 'hono';
import type { SignedIn } from './deps.ts';

/** What the middleware puts into every request's context. */
export interface WebEnv {
  Variables: {
    /** Shown on error pages, written in the log. */
    requestId: string;
    /** Null on the pages that need no sign-in. */
    signedIn: SignedIn | null;
    /** Belongs into every form as `_csrf`; '' when nobody is signed in. */
    csrfToken: string;
    /** The parsed body of an unsafe request that passed the origin check. */
    form: FormData | null;
  };
}

export type WebContext = Context<WebEnv>;
