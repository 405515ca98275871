import type { AlertKind, AlertView } from '../../core/alert/types.ts';
import { blockedWords, releasedOf, releasedWords } from './released.ts';

/** Ends of a cause that mend nothing: what was wrong is still so, only that nobody is asked about it here any more. */
const unmended: ReadonlySet<string> = new Set([
  'store_deleted',
  'store_disabled',
  'superseded',
  'not_tested',
  'told_anew',
  'moved',
  'parked',
  'sent_anew',
  'partly_moved',
  'partly_parked',
  'partly_sent_anew',
]);

/** What a settled card begins with: the check mark only where something was put right or decided. */
export const settledMark = '✔';
export const unmendedMark = '■';

export const isUnmended = ({ resolution }: Pick<AlertView, 'resolution'>): boolean =>
  resolution !== null && unmended.has(resolution);

/** `shown` makes a foreign name fit for where the words go: `foreign` for mrkdwn, `plain` for what is escaped later. */
export function resolutionWords(
  { kind, resolution, detail, orderCount }: Pick<AlertView, 'kind' | 'resolution' | 'detail' | 'orderCount'>,
  shown: (text: string, max: number) => string,
): string {
  const decided = detail.outcome === undefined ? null : shown(detail.outcome, 120);
  const since = detail.changedTo === undefined ? '' : `, since changed to ${shown(detail.changedTo, 120)}`;
  const isBlocked = resolution === 'classified' && detail.outcome === 'blocked';
  const touched = releasedOf(detail);
  const freed = isBlocked ? blockedWords(touched, detail.changedTo !== undefined) : releasedWords(touched);
  const released = freed === null ? '' : ` · ${freed}`;
  const orders = orderCount === 1 ? 'the order' : 'the orders';
  const were = orderCount === 1 ? 'the order was' : 'the orders were';
  switch (resolution) {
    case 'mapped':
      return `${decided === null ? 'mapped' : `→ ${decided}`}${since}${released}`;
    case 'classified':
      return `${decided === null ? 'classified' : `classified as ${decided}`}${since}${released}`;
    case 'corrected':
      return `corrected${released}`;
    case 'setting':
      return `no longer asked for by the store’s settings${released}`;
    case 'released':
      return `released by hand${released}`;
    case 'time':
      return `its time has come${released}`;
    case 'stock_arrived':
      return `stock has arrived${released}`;
    case 'platform':
      return `the platform put it right${released}`;
    case 'acknowledged':
    case 'acknowledge':
      return 'acknowledged';
    case 'cleared':
      return 'the mark was cleared';
    case 'dispatched':
    case 'dispatch':
      return 'dispatched';
    case 'shipped':
      return 'shipped';
    case 'shipped_by_hand':
    case 'manual_ship':
    case 'complete_by_hand':
      return 'shipped by hand';
    case 'closed_by_hand':
    case 'close_by_hand':
      return 'closed by hand';
    case 'rejected':
    case 'reject':
      return 'rejected';
    case 'cancelled':
    case 'cancel':
      return `${were} cancelled`;
    case 'rest_cancelled':
      return 'what had not shipped was cancelled';
    case 'platform_cancelled':
      if (kind === 'purchase_order_waiting') return `the platform took ${orderCount === 1 ? 'it' : 'them'} back`;
      return `the platform cancelled ${orders}`;
    case 'platform_shipped':
      return `the platform says that ${orders} shipped elsewhere`;
    case 'accepted':
    case 'complete':
      return 'the platform took it';
    case 'confirmed':
      return 'the platform shows it';
    case 'store_deleted':
      return 'not mended: the store was deleted';
    case 'store_disabled':
      return 'not mended: the store was disabled';
    case 'superseded':
      return supersededWords(kind);
    case 'told_anew':
      return 'it has come further: a newer card says how it stands';
    case 'moved':
      return 'not mended: the platform says something else now, and another card tells it';
    case 'parked':
      return 'not told yet: it waits for the authorization, and its card says so';
    case 'sent_anew':
      return 'being sent again since the authorization was updated: a card tells it if that fails';
    case 'partly_moved':
      return 'settled in part: another card tells the rest';
    case 'partly_parked':
      return 'settled in part: the rest waits for the authorization, and its card says so';
    case 'partly_sent_anew':
      return 'settled in part: the rest is being sent again, and a card tells it if that fails';
    case 'not_tested':
      return 'the login is being renewed, and no call has shown yet that it works';
    case 'works':
      return worksWords(kind);
    default:
      return endedWords(kind);
  }
}

const supersededWords = (kind: AlertKind): string =>
  kind === 'authorization_expiring'
    ? 'not renewed: it does not work any more, and a card of its own says so'
    : 'not mended: the authorization does not work at all now, and a card of its own says so';

function worksWords(kind: AlertKind): string {
  switch (kind) {
    case 'authorization_unusable':
      return 'it works';
    case 'authorization_expiring':
      return 'renewed';
    case 'authorization_scopes':
      return 'nothing is missing any more';
    case 'sync_failing':
      return 'it syncs again';
    case 'orders_malformed':
      return 'nothing unreadable is left';
    default:
      return endedWords(kind);
  }
}

/** All that is known is that the cause is gone; nothing is said of why. */
function endedWords(kind: AlertKind): string {
  if (kind === 'purchase_order_waiting') return 'none waits for an answer any more';
  if (kind === 'ship_by_near') return 'no order waits with a ship-by that is near or past';
  if (kind.startsWith('held:')) return 'no order is held for it any more';
  if (kind.startsWith('exception:')) return 'no order has it any more';
  return 'it is over';
}
