import type { StormEnd } from '../../core/alert/types.ts';

/** Ends that a card names; the rest is counted. */
const shownEnds = 3;

/** `2 mapped by Omar, 43 cancelled on the platform`, most first; `shown` makes a name fit for where the words go. */
export function endsWords(ends: readonly StormEnd[], shown: (text: string, max: number) => string): string {
  const number = (count: number) => count.toLocaleString('en-US');
  const told = ends.slice(0, shownEnds).map(({ resolution, by, count }) => {
    const words = endWords[resolution ?? ''] ?? 'over';
    return `${number(count)} ${words}${by === null ? '' : ` by ${shown(by, 40)}`}`;
  });
  const others = ends.slice(shownEnds).reduce((sum, { count }) => sum + count, 0);
  return `${told.join(', ')}${others === 0 ? '' : ` and ${number(others)} otherwise`}`;
}

/** How each end reads after a number of causes, and before who did it. */
const endWords: Readonly<Record<string, string>> = {
  mapped: 'mapped',
  classified: 'classified',
  corrected: 'corrected',
  setting: 'no longer asked for by the store’s settings',
  released: 'released by hand',
  time: 'due by now',
  stock_arrived: 'with stock again',
  platform: 'put right on the platform',
  acknowledged: 'acknowledged',
  acknowledge: 'acknowledged',
  cleared: 'cleared',
  dispatched: 'dispatched',
  dispatch: 'dispatched',
  shipped: 'shipped',
  shipped_by_hand: 'shipped by hand',
  manual_ship: 'shipped by hand',
  complete_by_hand: 'shipped by hand',
  closed_by_hand: 'closed by hand',
  close_by_hand: 'closed by hand',
  rejected: 'rejected',
  reject: 'rejected',
  cancelled: 'cancelled',
  cancel: 'cancelled',
  rest_cancelled: 'cancelled as to what had not shipped',
  platform_cancelled: 'cancelled on the platform',
  platform_shipped: 'shipped elsewhere, says the platform',
  accepted: 'taken by the platform',
  complete: 'taken by the platform',
  confirmed: 'shown by the platform',
  works: 'working again',
  store_deleted: 'not mended, their store deleted',
  store_disabled: 'not mended, their store disabled',
  superseded: 'not mended, told by another card',
  told_anew: 'told by a newer card',
  moved: 'not mended, told by another card',
  parked: 'waiting for the authorization',
  sent_anew: 'being sent again',
  partly_moved: 'settled in part',
  partly_parked: 'settled in part',
  partly_sent_anew: 'settled in part',
  not_tested: 'not tested yet',
};
