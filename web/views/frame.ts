import { getCookie } from 'hono/cookie';
import type { Permission } from '../../core/people/permissions.ts';
import { may, requirePermission } from '../../core/people/permissions.ts';
import type { Pulse } from '../../core/queries/show-pulse.ts';
import type { SignedIn, WebDeps } from '../deps.ts';
import type { WebContext } from '../env.ts';
import { type Flash, takeFlash } from '../flash.ts';
import { HttpRefusal } from '../middleware/refusals.ts';

export type Theme = 'light' | 'dark' | 'system';

/** What the layout needs beside the page's own content. */
export interface PageFrame {
  readonly signedIn: SignedIn;
  readonly merchants: readonly { readonly id: string; readonly name: string }[];
  readonly merchant: { readonly id: string; readonly name: string };
  /** The merchant's: every time on the page is said in it. */
  readonly timeZone: string;
  readonly pulse: Pulse;
  readonly now: Date;
  readonly theme: Theme;
  readonly csrfToken: string;
  readonly isDemo: boolean;
  readonly hasSlackPreview: boolean;
  readonly flash: Flash | null;
}

export const themeCookie = 'theme';

export function themeOf(c: WebContext): Theme {
  const theme = getCookie(c, themeCookie);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Whoever asks; pages behind sign-in have somebody. */
export function signedInOf(c: WebContext): SignedIn {
  const signedIn = c.get('signedIn');
  if (signedIn === null) throw new HttpRefusal(401, { code: 'signed_out', message: 'Please sign in.' });
  return signedIn;
}

/** The merchant that the person looks at. */
export function merchantIdOf(c: WebContext): string {
  const { merchantId } = signedInOf(c);
  if (merchantId === null) {
    throw new HttpRefusal(403, {
      code: 'no_merchant',
      message: 'You hold no role over any merchant yet. Ask an owner to give you one.',
    });
  }
  return merchantId;
}

/** Ends the request with 403, naming the roles that would do, unless the person has the permission. */
export function needs(c: WebContext, permission: Permission): { actor: SignedIn['actor']; merchantId: string } {
  const merchantId = merchantIdOf(c);
  const { actor } = signedInOf(c);
  if (!may(actor, permission, merchantId)) throw HttpRefusal.notPermitted(permission);
  return { actor, merchantId };
}

/** As `needs`, for what belongs to the whole installation: the role must be held over all merchants. */
export function needsOverAll(c: WebContext, permission: Permission): ReturnType<typeof needs> {
  const { actor } = signedInOf(c);
  const permitted = requirePermission(actor, permission, null);
  if (!permitted.ok) throw new HttpRefusal(403, permitted.error);
  return { actor, merchantId: merchantIdOf(c) };
}

export const canOverAll = (c: WebContext, permission: Permission): boolean =>
  may(signedInOf(c).actor, permission, null);

/** True when the person may do it for the merchant looked at: decides whether a control is offered. */
export const can = (c: WebContext, permission: Permission): boolean => {
  const { actor, merchantId } = signedInOf(c);
  return may(actor, permission, merchantId);
};

/** Reads what the layout shows. Ask for it beside the page's own queries, not after them. */
export async function loadFrame(c: WebContext, deps: WebDeps): Promise<PageFrame> {
  const signedIn = signedInOf(c);
  const merchantId = merchantIdOf(c);
  const [pulse, merchants] = await Promise.all([
    deps.desk.queries.showPulse({ merchantIds: [merchantId] }),
    deps.desk.queries.listMerchants({ merchantIds: permittedMerchants(signedIn) }),
  ]);
  const merchant = merchants.find((one) => one.id === merchantId);
  if (merchant === undefined) throw HttpRefusal.notFound('This merchant is not there any more.');
  return {
    signedIn,
    merchants: merchants.filter((one) => one.archivedAt === null || one.id === merchantId),
    merchant,
    timeZone: merchant.timezone,
    pulse,
    now: deps.clock.now(),
    theme: themeOf(c),
    csrfToken: c.get('csrfToken'),
    isDemo: deps.config.isDemo,
    hasSlackPreview: (deps.slackPreview ?? null) !== null,
    flash: takeFlash(c),
  };
}

function permittedMerchants({ actor }: SignedIn): readonly string[] | 'all' {
  const sets = actor.grants.map((grant) => grant.merchantIds);
  if (sets.some((set) => set === 'all')) return 'all';
  return [...new Set(sets.flatMap((set) => (set === 'all' ? [] : set)))];
}
