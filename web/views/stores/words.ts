import type { AuthorizationStatus, StoreStatus } from '../../../core/ports/access.ts';
import type { Tone } from '../parts.tsx';

export const authorizationWords: Readonly<
  Record<AuthorizationStatus, { readonly words: string; readonly tone: Tone }>
> = {
  pending: { words: 'Not authorized yet', tone: 'wait' },
  unverified: { words: 'Not tested yet', tone: 'wait' },
  authorized: { words: 'Authorized', tone: 'ok' },
  expiring: { words: 'Expiring', tone: 'wait' },
  expired: { words: 'Expired', tone: 'hold' },
  abnormal: { words: 'Abnormal', tone: 'hold' },
  revoked: { words: 'Revoked', tone: 'off' },
};

export const storeStatusWords: Readonly<Record<StoreStatus, { readonly words: string; readonly tone: Tone }>> = {
  enabled: { words: 'Enabled', tone: 'ok' },
  disabled: { words: 'Disabled', tone: 'off' },
};

const outcomes: Readonly<Record<string, string>> = {
  orders: 'orders taken',
  no_new_orders: 'no new orders',
  skipped_only: 'nothing for the desk',
  partial: 'some orders could not be read',
  failed: 'failed',
};

export const outcomeWords = (outcome: string): string => outcomes[outcome] ?? outcome.replaceAll('_', ' ');

/** `1.2 KB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
