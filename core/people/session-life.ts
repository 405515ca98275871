const dayMs = 86_400_000;
/** A session ends when it was not used for so long … */
const idleDays = 14;
/** … and at the latest after this. */
const absoluteDays = 90;
/** How old `lastSeenAt` may get before it is moved: a page a second must not write a row a second. */
export const touchAfterMs = 60_000;

/** When a session last used at `seenAt` ends, and the latest that it ever can. */
export function sessionEnd(createdAt: Date, seenAt: Date): { readonly expiresAt: Date; readonly latest: Date } {
  const latest = new Date(createdAt.getTime() + absoluteDays * dayMs);
  const idle = seenAt.getTime() + idleDays * dayMs;
  return { expiresAt: new Date(Math.min(idle, latest.getTime())), latest };
}
