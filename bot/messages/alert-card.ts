import type { AlertKind, AlertView, StormSummary } from '../../core/alert/types.ts';
import { fieldWords } from '../../core/order/hold-text.ts';
import { afterDispatch, isWaitedFor } from './after-dispatch.ts';
import type { SlackBlock } from './blocks.ts';
import { canUndo, isWithWarehouse, openButtons, ruleUrlOf, settledButtons } from './card-buttons.ts';
import { context as contextBlock } from './sections.ts';
import { isUnmended, resolutionWords, settledMark, unmendedMark } from './settled-words.ts';
import { type StormWords, stormCard } from './storm-card.ts';
import { amounts, count, foreign, link, moment, plain, timeOf } from './text.ts';

/** A message as `chat.postMessage` and `chat.update` take it: `text` is what a notification shows. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export interface CardContext {
  /** Without trailing slash. */
  readonly publicUrl: string;
  readonly now: Date;
}

/** The card of one cause: open, or what became of it. Pure. */
export function alertCard(alert: AlertView, context: CardContext): SlackMessage {
  if (alert.storm !== undefined) return stormCard(alert, alert.storm, stormWords(alert, alert.storm, context));
  return alert.state === 'open' ? openCard(alert, context) : resolvedCard(alert, context);
}

export { fixOf } from './card-buttons.ts';

/** The card's own sentences about its cause: mrkdwn. */
export function causeExplained(alert: AlertView): string {
  const { title, body, consequence } = wordsFor(alert);
  return [`*${foreign(title, 200)}*`, body, consequence].filter((line) => line !== '').join('\n');
}

/** What is wrong, in plain text: `SKU not mapped · TSHIRT-XL`. */
export const causeTitle = (alert: AlertView): string => wordsFor(alert).title;

/** While a card keeps quiet its numbers stand still, and everybody must know: mrkdwn; null when it does not. */
export function snoozeWords({ snoozedUntil, snoozedByName }: AlertView, now: Date): string | null {
  if (snoozedUntil === null || snoozedUntil <= now) return null;
  return `Snoozed by ${foreign(snoozedByName ?? 'somebody', 40)} until ${moment(snoozedUntil)}: the numbers stand still until then`;
}

function stormWords(alert: AlertView, storm: StormSummary, context: CardContext): StormWords {
  return {
    title: alert.kind === 'ship_by_near' ? shipByWords.both : causeTitle({ ...alert, detail: {}, sample: [] }),
    causes: storm.largest.map(({ detail, sample, orderCount }) => causeTitle({ ...alert, detail, sample, orderCount })),
    url: targetUrl(alert, context),
    resolvedBy: resolvedFacts(alert),
    unmended: isUnmended(alert) ? resolutionWords(alert, foreign) : undefined,
    isToldAnew: alert.resolution === 'told_anew',
    snoozed: snoozeWords(alert, context.now),
  };
}

function openCard(alert: AlertView, context: CardContext): SlackMessage {
  const words = wordsFor(alert);
  const title = `${words.title} · ${whereOf(alert)}`;
  const waits = isWaitedFor(alert);
  const isCancelled = alert.kind === 'exception:cancellation_failed';
  const wait = isCancelled ? 'cancelled here' : alert.orderCount === 1 ? 'waits' : 'wait';
  const facts = [
    alert.kind === 'authorization_unusable' ? `noticed ${moment(alert.openedAt)}` : null,
    alert.orderCount > 0 && waits ? `${count(alert.orderCount, 'order')} ${wait}` : null,
    Object.keys(alert.amounts).length > 0 && waits ? amounts(alert.amounts) : null,
    // Moments, no spans: the card may stand for hours without being drawn anew.
    alert.oldestAt === null || !waits ? null : `${oldestWord(alert.kind)} ${moment(alert.oldestAt)}`,
    alert.nearestShipBy === null || !waits || isCancelled ? null : `first ship-by ${moment(alert.nearestShipBy)}`,
  ].filter((fact) => fact !== null);

  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: plain(title, 150), emoji: false } },
  ];
  if (facts.length > 0) blocks.push(contextBlock(facts.join(' · ')));
  const body = [words.body, ...numbers(alert, context)].filter((line) => line !== '');
  if (body.length > 0) blocks.push({ type: 'section', text: { type: 'mrkdwn', text: body.join('\n') } });
  blocks.push(openButtons(alert, targetUrl(alert, context), context.now));
  const owner = alert.assignedToName === null ? null : `${foreign(alert.assignedToName, 40)} has it`;
  const notes = [owner, snoozeWords(alert, context.now), words.consequence].filter((part) => part !== null);
  blocks.push(contextBlock(notes.join(' · ')));
  const waiting = alert.orderCount > 0 && waits ? `: ${count(alert.orderCount, 'order')}` : '';
  return { text: `${foreign(title, 200)}${waiting}`, blocks };
}

/** The store, or the stores of one login, or the merchant: plain text. */
function whereOf({ storeName, merchantName, detail }: AlertView): string {
  const others = Number(detail.storeCount ?? 1) - 1;
  const name = plain(storeName ?? merchantName, 40);
  return others > 0 ? `${name} and ${others === 1 ? 'one more store' : `${others} more stores`}` : name;
}

/** Names the stores where one login carries several: mrkdwn. */
function storesWords({ detail }: AlertView): string {
  return detail.stores === undefined ? '' : `Stores: ${foreign(detail.stores, 250)}`;
}

/** What `oldestAt` is of a cause of this kind. */
function oldestWord(kind: AlertKind): string {
  switch (kind) {
    case 'authorization_unusable':
    case 'sync_failing':
      return 'last synced';
    case 'orders_malformed':
      return 'first seen';
    default:
      return 'oldest from';
  }
}

function resolvedCard(alert: AlertView, context: CardContext): SlackMessage {
  const words = wordsFor(alert);
  const outcome = resolutionWords(alert, foreign);
  // `MUG → 1 × CUP-2` reads on; words stand apart.
  const joint = outcome.startsWith('→') ? ' ' : ' · ';
  const where = whereOf(alert);
  const sign = isUnmended(alert) ? unmendedMark : settledMark;
  const headline = `${sign} ${words.title} · ${where}${joint}${resolutionWords(alert, plain)}`;
  const undo = canUndo(alert, context.now) ? ['Undo within 5 minutes'] : [];
  const facts = [
    ...resolvedFacts(alert),
    ...changedFacts(alert),
    ...undo,
    link(targetUrl(alert, context), 'Open in dashboard'),
  ];
  const buttons = settledButtons(alert, context.now);
  return {
    text: foreign(headline, 250),
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `${sign} *${foreign(words.title, 150)}* · ${foreign(where, 80)}${joint}${outcome}`,
        },
      },
      ...(buttons === null ? [] : [buttons]),
      contextBlock(facts.join(' · ')),
    ],
  };
}

/** Who settled it, through what, when: mrkdwn. */
function resolvedFacts(alert: AlertView): string[] {
  const via =
    alert.resolvedVia === null || alert.resolvedVia === 'system'
      ? null
      : `from ${viaWords[alert.resolvedVia] ?? alert.resolvedVia}`;
  return [
    alert.resolvedBy === null ? null : foreign(alert.resolvedBy, 40),
    via,
    alert.resolvedAt === null ? null : timeOf(alert.resolvedAt),
  ].filter((fact) => fact !== null);
}

/** Who made another choice since of what settled it, through what, when: mrkdwn. */
function changedFacts({ detail }: AlertView): string[] {
  const { changedTo, changedBy, changedVia, changedAt } = detail;
  if (changedTo === undefined || changedBy === undefined) return [];
  const at = momentIn(changedAt);
  const via = viaWords[changedVia ?? ''];
  const parts = [
    `then changed by ${foreign(changedBy, 40)}`,
    via === undefined ? null : `from ${via}`,
    at === null ? null : moment(at),
  ];
  return [parts.filter((part) => part !== null).join(', ')];
}

const viaWords: Readonly<Record<string, string>> = { slack: 'Slack', web: 'the dashboard', api: 'the API' };

interface Words {
  /** Plain text without markup; foreign parts are cut but not escaped. */
  readonly title: string;
  /** mrkdwn. */
  readonly body: string;
  readonly consequence: string;
}

function wordsFor(alert: AlertView): Words {
  const detail = alert.detail;
  const subject = detail.subject ?? '';
  const shown = subject === '' ? '' : ` · ${plain(subject, 60)}`;
  const product = detail.name === undefined ? '' : `Product: ${foreign(detail.name, 120)}`;
  const number = alert.sample[0]?.number ?? '';
  const order = number === '' ? '' : ` · ${plain(number, 40)}`;
  const [ends, ended] = [momentIn(detail.endsAt), momentIn(detail.endedAt)];
  const behind = momentIn(detail.behindSince);
  const retrying = momentIn(detail.retryingSince);
  const kind: AlertKind = alert.kind;
  switch (kind) {
    case 'held:sku_unmapped':
      return {
        title: `SKU not mapped${shown}`,
        body: product,
        consequence: 'Nothing with this SKU ships until it is mapped.',
      };
    case 'held:sku_missing':
      return {
        title: `Platform SKU is empty${shown}`,
        body: [product, 'Give the listing a SKU on the platform, or bind this product here.']
          .filter(Boolean)
          .join('\n'),
        consequence: 'These orders wait until the line has a SKU or is bound.',
      };
    case 'held:payment_unknown':
      return {
        title: `Payment type not classified${shown}`,
        body: 'Say whether this payment type is prepaid, cash on delivery or blocked.',
        consequence: 'Held so that nothing ships without its money.',
      };
    case 'held:payment_blocked':
      return {
        title: `Payment blocked${order}`,
        body: 'Check the payment, then release the hold with a note, or cancel.',
        consequence: 'Held on purpose.',
      };
    case 'held:shipping_method_unmapped':
      return {
        title: `Shipping method not mapped${shown}`,
        body: 'Map it to a shipping type.',
        consequence: 'These orders wait for the mapping.',
      };
    case 'held:shipping_method_missing':
      return {
        title: 'No shipping method on the platform',
        body: 'Choose a shipping channel when dispatching.',
        consequence: 'These orders wait for a channel.',
      };
    case 'held:address_incomplete':
      return {
        title: `Missing required recipient address fields${order}`,
        body: [
          subject === '' ? '' : `Missing: ${foreign(fieldWords(subject), 150)}`,
          'Correct the address here, or on the platform.',
        ]
          .filter(Boolean)
          .join('\n'),
        consequence: 'It cannot be delivered as it is.',
      };
    case 'held:no_shippable_items':
      return {
        title: `No shippable items${order}`,
        body: 'Cancel it here if the platform agrees.',
        consequence: 'Nothing is left to ship.',
      };
    case 'held:cancellation_requested':
      return {
        title: `The buyer asks to cancel${order}`,
        body: 'Decide: cancel, or release the hold.',
        consequence: 'Held until somebody decides.',
      };
    case 'held:stock_short':
      return {
        title: `Not enough stock${shown}`,
        body: 'Receive stock, or dispatch from another warehouse.',
        consequence: 'Nothing ships short.',
      };
    case 'held:platform_hold':
      return {
        title: `The platform holds it${order}`,
        body: detail.reason === undefined ? '' : foreign(detail.reason, 300),
        consequence: 'It ships when the platform says so.',
      };
    case 'held:scheduled':
    case 'held:operator_hold':
      return { title: `Held${order}`, body: '', consequence: 'Held on purpose.' };
    case 'exception:writeback_failed':
      if (retrying !== null) {
        return {
          title: 'The platform does not answer, tracking waits',
          body: withTries(retriedWords(alert, retrying), detail),
          consequence: 'The buyer does not see the tracking number yet.',
        };
      }
      return {
        title: 'Tracking not accepted',
        body: withTries(platformWords(alert), detail),
        consequence: 'The buyer does not see the tracking number yet.',
      };
    case 'exception:cancellation_failed':
      return {
        title: retrying === null ? 'Cancellation not accepted' : 'The platform does not answer, the cancellation waits',
        body: withTries(retrying === null ? platformWords(alert) : retriedWords(alert, retrying), detail),
        consequence: 'Cancelled here; there it may still be shipped and charged.',
      };
    case 'exception:carrier_unpaired':
      return {
        title: `Carrier not paired${shown}`,
        body: platformWords(alert),
        consequence: 'The tracking number waits for the pairing.',
      };
    case 'exception:writeback_unconfirmed':
      return {
        title: `The platform still shows it open${order}`,
        body: platformWords(alert),
        consequence: 'Accepted, but not seen there.',
      };
    case 'exception:platform_cancelled_after_dispatch':
      return {
        title: `Cancelled on the platform after dispatch${order}`,
        body: foreign(detail.message ?? '', 300),
        consequence: afterDispatch(alert)?.consequence ?? '',
      };
    case 'exception:platform_shipped_elsewhere':
      return {
        title: `${detail.cancelledHere === undefined ? 'Shipped elsewhere, says the platform' : 'Shipped there, cancelled here'}${order}`,
        body: foreign(detail.message ?? '', 300),
        consequence: afterDispatch(alert)?.consequence ?? '',
      };
    case 'exception:platform_changed_after_dispatch':
      return {
        title: `Changed on the platform after dispatch${order}`,
        body: foreign(detail.message ?? '', 300),
        consequence: afterDispatch(alert)?.consequence ?? '',
      };
    case 'exception:warehouse_exception':
      return {
        title: `The warehouse marked an exception${order}`,
        body: foreign(detail.message ?? '', 300),
        consequence: 'It waits in the warehouse.',
      };
    case 'exception:dispatch_failed':
      return {
        title: `Dispatch failed${order}`,
        body: platformWords(alert),
        consequence: 'Nothing goes to the warehouse until somebody dispatches it again.',
      };
    case 'exception:label_failed':
      return {
        title: `Label failed${order}`,
        body: platformWords(alert),
        consequence: 'The parcel waits for its label.',
      };
    case 'exception:acceptance_failed':
      return {
        title: `The platform did not accept the order${order}`,
        body: withTries(platformWords(alert), detail),
        consequence: 'It must be accepted there before it can ship.',
      };
    case 'authorization_unusable':
      return {
        title: unusableTitle(detail.status),
        body: [
          storesWords(alert),
          ended === null ? '' : `It ended ${moment(ended)}.`,
          foreign(detail.reason ?? 'Please update authorization', 300),
          parkedWords(detail),
        ]
          .filter(Boolean)
          .join('\n'),
        consequence:
          detail.status === 'abnormal'
            ? 'It is still tried: orders and tracking go through again with the first call that the platform accepts.'
            : detail.status === 'unverified'
              ? 'Until a test succeeds no orders come in and no tracking goes out.'
              : 'No orders come in and no tracking goes out.',
      };
    case 'authorization_expiring':
      return {
        title: endsTitle(detail.days),
        body: [
          storesWords(alert),
          ends === null ? '' : `It ends ${moment(ends)}.`,
          'Update the authorization before it ends.',
        ]
          .filter(Boolean)
          .join('\n'),
        consequence: 'After that no orders come in and no tracking goes out.',
      };
    case 'authorization_scopes':
      return {
        title: 'Authorization lacks permissions',
        body: [storesWords(alert), `Missing: ${foreign(detail.missing ?? '', 300)}`].filter(Boolean).join('\n'),
        consequence: 'What needs them does not work.',
      };
    case 'sync_failing':
      if (behind !== null) {
        return {
          title: 'Sync is behind',
          body: `The sync that was due ${moment(behind)} has not ended. ${
            detail.reason === undefined
              ? 'Another store of the same account, or the platform’s rate limit, may keep it waiting'
              : `The platform’s last answer to it: “${foreign(detail.reason, 300)}”`
          }; the store’s page shows its runs.`,
          consequence: 'New orders arrive late.',
        };
      }
      return {
        title: 'Sync fails',
        body: `${foreign(detail.runs ?? '', 5)} runs in a row. ${foreign(detail.reason ?? '', 300)}`,
        consequence: 'New orders do not arrive.',
      };
    case 'orders_malformed':
      return {
        title: 'Orders that cannot be read',
        body: malformedWords(alert),
        consequence: 'Kept, and tried again at every sync.',
      };
    case 'ship_by_near':
      return {
        title: shipByTitle(alert),
        body: shipByCounts(alert),
        consequence: 'Late orders cost the store its standing.',
      };
    case 'purchase_order_waiting':
      return {
        title: alert.orderCount === 1 ? 'Purchase order awaits acknowledgment' : 'Purchase orders await acknowledgment',
        body: 'Accept or reject by line.',
        consequence: 'Nothing is allocated or shipped before that.',
      };
  }
}

/** Reasons on one card: made of signs that Slack wants escaped, they still fit its section. */
const shownReasons = 3;

/** Which orders, what is wrong with how many of them, and what to do. */
function malformedWords({ detail, orderCount }: AlertView): string {
  const numbers = (detail.numbers ?? '').split(', ').filter((number) => number !== '');
  const more = orderCount - numbers.length;
  const reasons = (detail.reasons ?? detail.reason ?? '').split('\n').filter((reason) => reason !== '');
  const shown = reasons.slice(0, shownReasons);
  const others = Number(detail.reasonCount ?? reasons.length) - shown.length;
  return [
    `${foreign(numbers.join(', '), 120)}${more > 0 && numbers.length > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`,
    ...shown.map((reason) => `• ${foreign(reason, 140)}`),
    others > 0 ? `• and ${count(others, 'other reason')}` : '',
    'Mend it on the platform: it is read again by itself.',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function momentIn(text: string | undefined): Date | null {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? null : at;
}

function unusableTitle(status: string | undefined): string {
  if (status === 'abnormal') return 'Authorization is abnormal';
  if (status === 'unverified') return 'Authorization is not tested yet';
  // A summary of several names none.
  return status === undefined ? 'Authorization needs attention' : 'Authorization does not work';
}

function endsTitle(days: string | undefined): string {
  if (days === undefined) return 'Authorization ends soon';
  return `Authorization ends in ${days === '1' ? 'one day' : `${plain(days, 3)} days`} or less`;
}

/** Orders of a ship-by card: those that are late, and those that will be. */
function dueOf({ orderCount, detail }: AlertView): { readonly passed: number; readonly near: number } {
  const passed = Math.min(Math.max(Number(detail.passed ?? 0) || 0, 0), orderCount);
  return { passed, near: orderCount - passed };
}

const shipByWords = {
  near: 'Ship-by is near, nothing shipped',
  passed: 'Ship-by has passed, nothing shipped',
  both: 'Ship-by has passed or is near, nothing shipped',
} as const;

function shipByTitle(alert: AlertView): string {
  const { passed, near } = dueOf(alert);
  if (passed === 0) return shipByWords.near;
  return near === 0 ? shipByWords.passed : shipByWords.both;
}

function shipByCounts(alert: AlertView): string {
  if (isWithWarehouse(alert)) return 'It is dispatched and with the warehouse, which has not shipped it yet.';
  const { passed, near } = dueOf(alert);
  const dispatched = Number(alert.detail.dispatched ?? 0) || 0;
  const have = dispatched === 1 ? '1 is' : `${dispatched.toLocaleString('en-US')} are`;
  return [
    passed === 0 || near === 0 ? '' : `${count(passed, 'order')} late already, ${count(near, 'order')} due soon`,
    dispatched === 0
      ? ''
      : `${have} dispatched and with the warehouse, which has not shipped ${dispatched === 1 ? 'it' : 'them'} yet.`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function platformWords(alert: AlertView): string {
  const said = [alert.detail.platformCode, alert.detail.platformMessage]
    .filter((part) => part !== undefined)
    .join(': ');
  const ours = foreign(alert.detail.message ?? '', 300);
  return said === '' ? ours : `The platform says: “${foreign(said, 300)}”\n${ours}`;
}

/** What the desk repeats by itself, and what the platform said to it last: mrkdwn. */
function retriedWords({ detail }: AlertView, since: Date): string {
  const said = [detail.platformCode, detail.platformMessage].filter((part) => part !== undefined).join(': ');
  const last = said === '' ? '' : `Its last words: “${foreign(said, 300)}”\n`;
  return `${last}No try since ${moment(since)} got through. The desk goes on trying by itself; the button tries at once.`;
}

/** With the last try that a person asked for, and what came of it: mrkdwn. */
function withTries(said: string, { askedAt, askedBy, askedOpen, tries, retryingSince }: AlertView['detail']): string {
  const at = momentIn(askedAt);
  if (at === null) return said;
  const by = foreign(askedBy ?? 'Somebody', 40);
  const line =
    askedOpen !== undefined
      ? `${by} tries again since ${moment(at)}: the platform has not answered yet.`
      : retryingSince !== undefined
        ? `Tried again by ${by} ${moment(at)}: no answer either.`
        : `Tried again by ${by} ${moment(at)}${tries === undefined ? '' : ` (try ${foreign(tries, 5)})`}, and refused.`;
  return [said, line].filter(Boolean).join('\n');
}

/** What goes out when the login works again. */
function parkedWords({ parked, parkedCancellations }: AlertView['detail']): string {
  const tracking = Number(parked ?? 0) || 0;
  const cancellations = Number(parkedCancellations ?? 0) || 0;
  const waiting = [
    ...(tracking > 0 ? [count(tracking, 'tracking number')] : []),
    ...(cancellations > 0 ? [count(cancellations, 'cancellation')] : []),
  ];
  if (waiting.length === 0) return '';
  return `${waiting.join(' and ')} ${tracking + cancellations === 1 ? 'waits' : 'wait'} for it.`;
}

function numbers(alert: AlertView, context: CardContext): string[] {
  if (alert.sample.length === 0) return [];
  const links = alert.sample.map((order) => link(`${context.publicUrl}/orders/${order.id}`, order.number, 40));
  const more = alert.orderCount - alert.sample.length;
  return [more > 0 ? `${links.join(', ')} and ${more.toLocaleString('en-US')} more` : links.join(', ')];
}

export function targetUrl(alert: AlertView, context: CardContext): string {
  const rule = alert.state === 'resolved' ? ruleUrlOf(alert) : null;
  if (rule !== null) return `${context.publicUrl}${rule}`;
  if (alert.kind.startsWith('authorization') || alert.kind === 'sync_failing') {
    return alert.storeId === null ? `${context.publicUrl}/stores` : `${context.publicUrl}/stores/${alert.storeId}`;
  }
  if (alert.kind === 'exception:carrier_unpaired' && alert.storeId !== null) {
    return `${context.publicUrl}/stores/${alert.storeId}/carriers`;
  }
  if (alert.kind === 'purchase_order_waiting' && alert.storeId !== null) {
    return `${context.publicUrl}/orders?kind=b2b&status=pending&store=${alert.storeId}`;
  }
  const only = alert.sample.length === 1 && alert.orderCount === 1 ? alert.sample[0] : undefined;
  if (only !== undefined) return `${context.publicUrl}/orders/${only.id}`;
  // Each where its orders are listed: the held page knows holds only.
  if (alert.kind.startsWith('held:')) return `${context.publicUrl}/held`;
  if (alert.kind.startsWith('exception:')) return `${context.publicUrl}/orders?needs=excepted`;
  return `${context.publicUrl}/`;
}
