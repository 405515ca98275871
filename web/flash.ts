import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { WebContext } from './env.ts';

/** A confirmation that the next page shows once. Errors that need an action are never said this way. */
export interface Flash {
  readonly message: string;
  /** Where a post takes the deed back, for as long as `undoSeconds`. */
  readonly undoPath?: string | undefined;
  /** A page about what was just done. */
  readonly link?: { readonly href: string; readonly label: string } | undefined;
}

const flashCookie = 'flash';
/** A flash that no page showed within this time is old news. */
const flashSeconds = 60;
/** A cookie holds 4 KB; messages are sentences. */
const longestMessage = 600;

const localPath = z.string().regex(/^\/(?![/\\])\P{Cc}*$/u);
const flashSchema = z.object({
  message: z.string().max(longestMessage),
  undoPath: localPath.optional(),
  link: z.object({ href: localPath, label: z.string().max(60) }).optional(),
});

export function setFlash(c: WebContext, flash: Flash): void {
  const text = JSON.stringify({ ...flash, message: flash.message.slice(0, longestMessage) });
  setCookie(c, flashCookie, Buffer.from(text).toString('base64url'), {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: flashSeconds,
  });
}

/** The waiting confirmation, which is then gone. */
export function takeFlash(c: WebContext): Flash | null {
  const cookie = getCookie(c, flashCookie);
  // A fragment has no place for it: the next whole page shows it.
  if (cookie === undefined || isFragment(c)) return null;
  deleteCookie(c, flashCookie, { path: '/' });
  try {
    return flashSchema.parse(JSON.parse(Buffer.from(cookie, 'base64url').toString('utf8')));
  } catch {
    // Not ours, or torn: nothing to confirm.
    return null;
  }
}

/** True when htmx asks for a part of a page. */
export const isFragment = (c: WebContext): boolean => c.req.header('hx-request-type') === 'partial';
