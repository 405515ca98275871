import { newId } from '../ids.ts';
import { compareDecimals } from '../money.ts';
import { fieldWords } from '../order/hold-text.ts';
import {
  derivedHolds,
  type HoldContext,
  type HoldFacts,
  type HoldLine,
  holdKey,
  overrules,
  platformHolds,
} from '../order/holds.ts';
import { trimmed } from '../order/line-key.ts';
import type { PlatformChange } from '../order/platform-change.ts';
import {
  type HoldReason,
  type OrderStatus,
  type PlatformLine,
  type Recipient,
  recipientFields,
} from '../order/types.ts';
import type { ChangedOrder, IntakeOrder, NewHold, OpenHold, StoredLine } from '../ports/intake.ts';
import type { ReadableOrder } from './sort-page.ts';

/** What a new copy of an order changes at the desk. */
export interface OrderChange {
  readonly row: ChangedOrder;
  readonly holds: HoldChange;
  /** For the rules of its life; null when nothing of theirs changed. */
  readonly platformChange: PlatformChange | null;
  /** Held afterwards. */
  readonly isHeld: boolean;
}

/** How the open holds of an order become those that there should be. */
export interface HoldChange {
  readonly open: readonly NewHold[];
  readonly closeIds: readonly string[];
  /** The same hold with other words. */
  readonly redescribe: readonly { readonly id: string; readonly detail: Readonly<Record<string, string>> }[];
  /** A person overruled what the platform does not say any more. */
  readonly forget: readonly { readonly orderId: string; readonly code: OpenHold['code']; readonly subject: string }[];
}

/** Rules decide about these; later a warehouse has the order, with its recipe. */
const rulesApply: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['pending', 'acknowledged']);
/** The platform's own words count as long as something may still leave. */
const platformCounts: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'pending',
  'acknowledged',
  'processing',
  'partially_shipped',
]);

/** Compares the platform's new copy with what is stored, and evaluates its holds anew. Pure but for new ids. */
export function orderChange(
  stored: IntakeOrder,
  incoming: ReadableOrder,
  context: HoldContext,
  store: { readonly merchantId: string; readonly storeId: string },
): OrderChange {
  const { order } = incoming;
  const keepsRecipient = stored.isRecipientPurged || (order.recipient === null && order.buyerNote === null);
  const addressFields =
    stored.isRecipientPurged || order.recipient === null ? [] : changedFields(stored.recipient, order.recipient);
  const holds = withAddressDoubt(stored, addressFields, holdsAfter(stored, incoming, context));
  const openHoldCount = stored.openHolds.length - holds.closeIds.length + holds.open.length;
  const lines = lineChanges(stored.lines, order.lines);
  const others = otherChanges(stored, order);
  const isFollowed =
    stored.platformState !== order.platformState || addressFields.length > 0 || lines.isOtherwise || others.length > 0;
  return {
    row: {
      id: stored.id,
      order,
      raw: incoming.raw,
      contentHash: incoming.contentHash,
      recipient: keepsRecipient
        ? { id: stored.recipientId, action: 'keep' }
        : { id: stored.recipientId ?? newId(), action: 'write' },
      lines: lines.written,
      removedLineIds: lines.removedIds,
      platformHolds: platformHolds(order),
      openHoldCount,
    },
    holds,
    platformChange: isFollowed
      ? {
          merchantId: store.merchantId,
          storeId: store.storeId,
          orderId: stored.id,
          status: stored.status,
          stateBefore: stored.platformState,
          stateAfter: order.platformState,
          addressFields,
          previousRecipient: addressFields.length === 0 ? null : stored.recipient,
          linesChanged: lines.isOtherwise,
          others,
          touched: stored.isTouched,
        }
      : null,
    isHeld: openHoldCount > 0,
  };
}

function holdsAfter(stored: IntakeOrder, { order }: ReadableOrder, context: HoldContext): HoldChange {
  const released = new Set(stored.released.map(holdKey));
  const isOver = order.platformState === 'cancelled' || order.platformState === 'shipped';
  const wanted: HoldReason[] = [];
  // An order that the platform has closed leaves the desk by the rules of its life, and its holds with it.
  const evaluates = rulesApply.has(stored.status) && !isOver;
  if (evaluates) {
    const accepted = new Map(stored.lines.map((line) => [line.platformLineId, line.quantityAccepted ?? null]));
    const facts: HoldFacts = {
      ...order,
      lines: order.lines.map((line) => ({ ...line, quantityAccepted: accepted.get(line.platformLineId) ?? null })),
      recipient: effectiveRecipient(stored, order.recipient),
    };
    wanted.push(...derivedHolds(facts, context, released));
  }
  const said = platformCounts.has(stored.status) && !isOver ? platformHolds(order) : [];
  wanted.push(...notOverruled(stored, said));
  const origins: OpenHold['origin'][] = evaluates ? ['derived', 'platform'] : ['platform'];
  const saidKeys = new Set(said.map(holdKey));
  return {
    ...compareHolds(stored, wanted, origins),
    forget: stored.released
      .filter((release) => platformCodes.has(release.code) && !saidKeys.has(holdKey(release)))
      // The same code can be derived: blocked payment types stay overruled for this order.
      .filter(
        (release) => release.code !== 'payment_blocked' || release.subject !== (trimmed(order.paymentMethod) ?? ''),
      )
      .map((release) => ({ orderId: stored.id, code: release.code, subject: release.subject })),
  };
}

/** What holds an order as it is stored now: by the rules as they are, and by what the platform said last. */
export function holdsAsStored(stored: IntakeOrder, context: HoldContext): Omit<HoldChange, 'forget'> {
  const evaluates = isOpenForRules(stored);
  const isOver = stored.platformState === 'cancelled' || stored.platformState === 'shipped';
  const released = new Set(stored.released.map(holdKey));
  const wanted = [
    ...(evaluates ? derivedHolds(factsOf(stored), context, released) : []),
    ...(platformCounts.has(stored.status) && !isOver ? notOverruled(stored, stored.platformHolds) : []),
  ];
  return compareHolds(stored, wanted, evaluates ? ['derived', 'platform'] : ['platform']);
}

const notOverruled = ({ released }: Pick<IntakeOrder, 'released'>, said: readonly HoldReason[]): HoldReason[] =>
  said.filter((hold) => !released.some((release) => overrules(release, hold)));

const platformCodes: ReadonlySet<string> = new Set([
  'platform_hold',
  'scheduled',
  'cancellation_requested',
  'payment_blocked',
]);

/** Opens what is wanted and not open, closes what is open and not wanted; only holds of these origins are touched. */
export function compareHolds(
  stored: Pick<IntakeOrder, 'id' | 'openHolds'>,
  wanted: readonly HoldReason[],
  origins: readonly OpenHold['origin'][],
): Omit<HoldChange, 'forget'> {
  const openByKey = new Map(stored.openHolds.map((hold) => [holdKey(hold), hold]));
  const wantedKeys = new Set(wanted.map(holdKey));
  const open: NewHold[] = [];
  const redescribe: { id: string; detail: Readonly<Record<string, string>> }[] = [];
  for (const hold of wanted) {
    const found = openByKey.get(holdKey(hold));
    if (found === undefined) open.push({ ...hold, id: newId(), orderId: stored.id });
    else if (found.origin === hold.origin && !sameDetail(found.detail, hold.detail)) {
      redescribe.push({ id: found.id, detail: hold.detail });
    }
  }
  const closeIds = stored.openHolds
    .filter((hold) => origins.includes(hold.origin) && !wantedKeys.has(holdKey(hold)))
    .map((hold) => hold.id);
  return { open, closeIds, redescribe };
}

/** What the rules of a stored order's derived holds look at. */
export const factsOf = (stored: IntakeOrder): HoldFacts => ({
  kind: stored.kind,
  paymentMethod: stored.paymentMethod,
  paymentRecord: stored.paymentRecord,
  shippingMethod: stored.shippingMethod,
  recipient: effectiveRecipient(stored, null),
  lines: stored.lines.filter((line) => !line.isRemoved),
});

/** Whether rules still decide about an order. */
export const isOpenForRules = (stored: Pick<IntakeOrder, 'status' | 'platformState'>): boolean =>
  rulesApply.has(stored.status) && stored.platformState !== 'cancelled' && stored.platformState !== 'shipped';

/** The operator's correction, else what the platform says now, else what it said before. */
const effectiveRecipient = (stored: IntakeOrder, incoming: Recipient | null): Recipient | null =>
  stored.correctedRecipient ?? incoming ?? stored.recipient;

/** Names of the fields that differ; an empty text is the same as none. */
export function changedFields(before: Recipient | null, after: Recipient): string[] {
  return recipientFields.filter((field) => trimmed(before?.[field] ?? null) !== trimmed(after[field]));
}

/** What a parcel that is under way depends on besides its lines and its address. */
function otherChanges(stored: IntakeOrder, order: ReadableOrder['order']): string[] {
  const isPaidOtherwise =
    stored.paymentRecord !== order.paymentRecord || !sameAmount(stored.codAmount, order.codAmount);
  const hasOtherNote = !stored.isRecipientPurged && trimmed(stored.buyerNote) !== trimmed(order.buyerNote);
  return [
    ...(isPaidOtherwise ? ['what is to be collected'] : []),
    ...(trimmed(stored.shippingMethod) === trimmed(order.shippingMethod) ? [] : ['the shipping method']),
    ...(hasOtherNote ? ['the buyer’s note'] : []),
  ];
}

/** The subject of the hold for an address that was corrected here and changed by the platform since. */
export const addressDoubt = 'address';

/** An operator's correction stays; which of the two is right is for a person to say before the order leaves. */
function withAddressDoubt(stored: IntakeOrder, addressFields: readonly string[], change: HoldChange): HoldChange {
  if (stored.correctedRecipient === null || addressFields.length === 0 || !rulesApply.has(stored.status)) return change;
  const reason = `The platform changed the address (${fieldWords(addressFields.join(','))}) after it was corrected here. Correct it again, or release the hold if the correction is right`;
  const hold = { code: 'platform_hold', origin: 'person', subject: addressDoubt, detail: { reason } } as const;
  const isOpen = stored.openHolds.some((open) => holdKey(open) === holdKey(hold));
  return isOpen ? change : { ...change, open: [...change.open, { ...hold, id: newId(), orderId: stored.id }] };
}

interface LineChanges {
  readonly written: ChangedOrder['lines'];
  readonly removedIds: readonly string[];
  readonly isOtherwise: boolean;
}

function lineChanges(stored: readonly StoredLine[], incoming: readonly PlatformLine[]): LineChanges {
  const byId = new Map(stored.map((line) => [line.platformLineId, line]));
  const written: { id: string; position: number; line: PlatformLine }[] = [];
  let isOtherwise = false;
  for (const [position, line] of incoming.entries()) {
    const before = byId.get(line.platformLineId);
    byId.delete(line.platformLineId);
    if (before !== undefined && !before.isRemoved && before.position === position && sameLine(before, line)) continue;
    written.push({ id: before?.id ?? newId(), position, line });
    isOtherwise ||=
      before === undefined || before.isRemoved || wanted(before) !== wanted(line) || !sameGoods(before, line);
  }
  const removedIds = [...byId.values()].filter((line) => !line.isRemoved).map((line) => line.id);
  return { written, removedIds, isOtherwise: isOtherwise || removedIds.length > 0 };
}

/** Shipments are told through the order's state; what counts as a change of lines is what the buyer is to get. */
const wanted = (line: HoldLine): number => line.quantity - line.quantityCancelled;

const sameGoods = (a: StoredLine, b: PlatformLine): boolean =>
  a.sku === b.sku && a.platformProductId === b.platformProductId && a.barcode === b.barcode;

const sameLine = (a: StoredLine, b: PlatformLine): boolean =>
  sameGoods(a, b) &&
  a.name === b.name &&
  a.pictureUrl === b.pictureUrl &&
  a.quantity === b.quantity &&
  a.quantityCancelled === b.quantityCancelled &&
  a.quantityShipped === b.quantityShipped &&
  a.requiresShipping === b.requiresShipping &&
  sameAmount(a.unitPrice, b.unitPrice) &&
  sameAmount(a.discountedUnitPrice, b.discountedUnitPrice);

const sameAmount = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : compareDecimals(a, b) === 0;

function sameDetail(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
