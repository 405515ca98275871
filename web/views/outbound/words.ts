import type { OutboundRow, OutboundStatus } from '../../../core/queries/list-outbound.ts';
import type { OutboundDetail } from '../../../core/queries/show-outbound.ts';
import type { Tone } from '../parts.tsx';

export const outboundWords: Readonly<Record<OutboundStatus, string>> = {
  created: 'To pick',
  picking: 'Picking',
  packed: 'Packed',
  partially_shipped: 'Partially shipped',
  shipped: 'Shipped',
  cancelled: 'Cancelled',
};

export const outboundTones: Readonly<Record<OutboundStatus, Tone>> = {
  created: 'info',
  picking: 'flow',
  packed: 'flow',
  partially_shipped: 'flow',
  shipped: 'ok',
  cancelled: 'off',
};

export const outboundName = (row: Pick<OutboundRow, 'number'>): string => `OB-${row.number}`;

export const isOpenOutbound = (status: OutboundStatus): boolean => status !== 'shipped' && status !== 'cancelled';

/** The sales order has a hold that the warehouse must heed. */
export const isHeldBack = (row: Pick<OutboundRow, 'status' | 'holds'>): boolean =>
  isOpenOutbound(row.status) && row.holds.length > 0;

/** What is still to be packed of a line, in the platform's units. */
export const leftOf = (line: OutboundDetail['lines'][number]): number => line.quantity - line.quantityShipped;

/** Concrete wording helps whoever has to mend it; these are the usual ones. */
export const quickReasons = [
  'Stock short',
  'SKU damaged',
  'Item missing',
  'Barcode unreadable',
  'Wrong label',
] as const;

const eventWords: Readonly<Record<string, string>> = {
  'outbound.picking': 'Picking started',
  'outbound.packed': 'Packed',
  'outbound.exception_marked': 'Exception marked',
  'outbound.exception_cleared': 'Exception cleared',
};

/** `order.dispatched` → `Order dispatched`, unless there is a better word. */
export function eventText(event: string): string {
  const known = eventWords[event];
  if (known !== undefined) return known;
  const words = event.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const writebackWords: Readonly<Record<string, { tone: Tone; words: string }>> = {
  pending: { tone: 'flow', words: 'Telling the platform' },
  sending: { tone: 'flow', words: 'Telling the platform' },
  accepted: { tone: 'ok', words: 'Accepted by the platform' },
  confirmed: { tone: 'ok', words: 'Confirmed by the platform' },
  retry: { tone: 'wait', words: 'Will be tried again' },
  failed: { tone: 'wait', words: 'Not accepted' },
  parked: { tone: 'wait', words: 'Waits for the authorization' },
  closed: { tone: 'off', words: 'Closed by hand' },
};

export const writebackText = (state: string): { tone: Tone; words: string } =>
  writebackWords[state] ?? { tone: 'off', words: state };
