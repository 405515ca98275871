import type { SyncMode } from '../ports/intake.ts';

const hourMs = 3_600_000;

export interface SyncWindow {
  /** Inclusive. */
  readonly since: Date;
  /** Exclusive. */
  readonly until: Date;
}

/**
 * What a sync without a range of its own looks at: back to the end of the last complete window, at least the look-back,
 * because platforms show changes late; before the first sync the first look-back. Pure.
 */
export function windowFor(
  mode: SyncMode,
  store: {
    readonly syncedUntil: Date | null;
    readonly lookBackHours: number;
    readonly firstLookBackHours: number;
  },
  now: Date,
): SyncWindow {
  const isFirst = mode === 'first' || store.syncedUntil === null;
  const back = now.getTime() - (isFirst ? store.firstLookBackHours : store.lookBackHours) * hourMs;
  const since = isFirst ? back : Math.min(back, store.syncedUntil?.getTime() ?? back);
  return { since: new Date(since), until: now };
}

/** Cut into parts that the platform accepts, oldest first; one part where it sets no limit. */
export function splitWindow(window: SyncWindow, maxHours: number | null): SyncWindow[] {
  if (maxHours === null) return [window];
  const parts: SyncWindow[] = [];
  let since = window.since.getTime();
  const end = window.until.getTime();
  while (since < end) {
    const until = Math.min(since + maxHours * hourMs, end);
    parts.push({ since: new Date(since), until: new Date(until) });
    since = until;
  }
  return parts;
}

/** Moments at which a store's period begins: spread over the period by the store's id, so that not all begin at once. */
export function slotOf(storeId: string, everyMinutes: number, at: Date): Date {
  const periodMs = Math.max(1, everyMinutes) * 60_000;
  // Whole minutes: ticks come once a minute.
  const offsetMs = (Number.parseInt(storeId.slice(-8), 16) % Math.max(1, everyMinutes)) * 60_000;
  return new Date(Math.floor((at.getTime() - offsetMs) / periodMs) * periodMs + offsetMs);
}
