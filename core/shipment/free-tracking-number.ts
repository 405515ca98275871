import { z } from 'zod';
import { timeText } from '../order/stale.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OutgoingPorts, SameNumber } from '../ports/outgoing.ts';
import { ok, type Result, refuse } from '../result.ts';
import { typedText } from '../typed-text.ts';

/** Where a person says why two orders travel with one number. */
export const sharedNumberField = z
  .object({ note: typedText().min(1, 'Say why both travel with one number.').max(500, 'Use at most 500 characters.') })
  .optional();

/**
 * A tracking number names one parcel of a carrier. On another parcel of the same order it is a slip of the scanner, and
 * refused (`tracking_repeated`). On another order it may be one box for two orders: refused (`tracking_in_use`) until a
 * person says so in a note. Waits for whoever takes the same number right now. Gives what the history keeps of it.
 */
export async function freeTrackingNumber(
  { shipments }: Pick<OutgoingPorts, 'shipments'>,
  tx: Tx,
  order: LockedOrder,
  parcel: {
    readonly carrierId: string | null;
    readonly carrierName: string;
    readonly trackingNumber: string;
    /** Shipments that this one takes the place of. */
    readonly replaces?: readonly string[] | undefined;
  },
  override: { readonly note: string } | undefined,
): Promise<Result<{ readonly sharedNumberNote?: string; readonly sharedWithOrderIds?: readonly string[] }>> {
  const replaced = new Set(parcel.replaces);
  const found = await shipments.withNumber(tx, order.merchantId, parcel);
  const same = found.filter((shipment) => !replaced.has(shipment.shipmentId));
  const own = same.find((shipment) => shipment.orderId === order.id);
  if (own !== undefined) {
    return refuse(
      'tracking_repeated',
      `${where(own, order)} has this number already, on another parcel. Scan the label of this one.`,
      'trackingNumber',
    );
  }
  const [other] = same;
  if (other === undefined) return ok({});
  if (override === undefined) {
    return refuse(
      'tracking_in_use',
      `${where(other, order)} has this number already. Scan again; if both travel in one box, say so in the note.`,
      'trackingNumber',
    );
  }
  const sharedWithOrderIds = [...new Set(same.map((shipment) => shipment.orderId))];
  return ok({ sharedNumberNote: override.note, sharedWithOrderIds });
}

const where = (shipment: SameNumber, { timezone }: LockedOrder): string =>
  `Order ${shipment.orderNumber} (${shipment.carrierName}, shipped ${timeText(shipment.shippedAt, timezone)})`;
