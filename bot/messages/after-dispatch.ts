import type { AlertView } from '../../core/alert/types.ts';
import { foreign } from './text.ts';

/** How it stands with an order of which the platform said something new after it was dispatched. */
export interface AfterDispatch {
  /** What is left to do: mrkdwn. */
  readonly consequence: string;
  /** The order waits: its amount and its ship-by still matter. */
  readonly waits: boolean;
  /** Nobody has to decide anything; the card is there to be seen. */
  readonly isSettled: boolean;
}

const seenWords = 'Acknowledge when you have seen it.';

/** Which words each news has for goods that are with the warehouse, and for those that have left. */
const words = {
  'exception:platform_cancelled_after_dispatch': {
    begun: 'A person decides: intercept or ship.',
    untouched: 'A person decides: intercept or ship.',
    left: 'It has left already: ask for it back, or settle it with the buyer.',
  },
  'exception:platform_shipped_elsewhere': {
    begun: 'It must not be shipped twice. A person decides: intercept or ship.',
    untouched: 'It must not be shipped twice: cancel here what has left elsewhere.',
    left: 'It has left here too: one of the two parcels is too many.',
  },
  'exception:platform_changed_after_dispatch': {
    begun: 'A person decides: intercept or ship.',
    untouched: 'A person decides: tell the warehouse, or cancel the order.',
    left: 'It has left as it was: settle with the buyer what is wrong with it.',
  },
} as const;

const openStatuses: readonly (string | undefined)[] = ['created', 'picking', 'packed', 'partially_shipped'];

/** Follows what became of the recall and of the order since; null for a cause of another kind. Pure. */
export function afterDispatch({ kind, detail }: Pick<AlertView, 'kind' | 'detail'>): AfterDispatch | null {
  if (!isNews(kind)) return null;
  const said = words[kind];
  const { orderStatus, outboundStatus, recall, reopened, cancelledHere } = detail;
  const outbound = foreign(detail.outbound ?? 'The outbound order', 40);
  if (reopened !== undefined) {
    return { consequence: 'Nothing ships from here by itself: a person decides.', waits: false, isSettled: false };
  }
  if (openStatuses.includes(outboundStatus)) {
    if (recall === 'requested') {
      const consequence = `${outbound} is being recalled: the warehouse has not answered yet.`;
      return { consequence, waits: true, isSettled: false };
    }
    const isBegun = outboundStatus !== 'created' || recall === 'refused';
    return { consequence: isBegun ? said.begun : said.untouched, waits: true, isSettled: false };
  }
  switch (orderStatus) {
    case 'cancelled':
      return cancelledHere === undefined ? over : shippedAllTheSame;
    case 'completed':
      // Closed with the platform's word, or shipped by us.
      return outboundStatus === 'shipped' ? { consequence: said.left, waits: false, isSettled: false } : over;
    case 'partially_shipped':
    case 'shipped':
    case 'manual_completed':
      return { consequence: said.left, waits: false, isSettled: false };
    case 'pending':
    case 'acknowledged':
      return { consequence: `It waits for dispatch again. ${seenWords}`, waits: true, isSettled: true };
    default:
      return { consequence: said.begun, waits: true, isSettled: false };
  }
}

/** False of a cause whose order neither waits nor ships any more: its amount and its ship-by matter to nobody. */
export const isWaitedFor = (alert: Pick<AlertView, 'kind' | 'detail'>): boolean => afterDispatch(alert)?.waits ?? true;

const over: AfterDispatch = {
  consequence: `Nothing waits and nothing ships. ${seenWords}`,
  waits: false,
  isSettled: true,
};

/** Cancelled here, and shipped by a platform that had not taken the cancellation. */
const shippedAllTheSame: AfterDispatch = {
  consequence:
    'Nothing ships from here, but the buyer may get it there and pay for it. Acknowledge when it is settled there.',
  waits: false,
  isSettled: false,
};

const isNews = (kind: string): kind is keyof typeof words => kind in words;
