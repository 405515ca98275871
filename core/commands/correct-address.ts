import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { statusWord } from '../order/needs.ts';
import type { Recipient, recipientFields } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { addressDoubt, changedFields } from '../sync/order-change.ts';
import { reevaluateOrders } from '../sync/reevaluate.ts';
import { typedLine } from '../typed-text.ts';

export interface CorrectAddressInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderId: string;
  /** The version of the order that the person saw. */
  readonly expectedVersion: number;
  /** Fields that are left out stay; null or an empty text empties one. */
  readonly recipient: Partial<Recipient>;
}

export interface AddressCorrected {
  readonly version: number;
  readonly holdsClosed: number;
  /** Required fields that are empty: the order is held for them. */
  readonly stillMissing: readonly string[];
}

/** Longer than any address line of any country. */
const longestField = 300;

const field = typedLine()
  .max(longestField, `At most ${longestField} characters.`)
  .transform((text) => (text === '' ? null : text))
  .nullable()
  .optional();

const schema = z.object({
  orderId: idField('There is no such order.'),
  expectedVersion: z.int('Reload the page and try again.'),
  recipient: z.object({
    name: field,
    phone: field,
    email: field,
    country: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^([A-Z]{2})?$/, 'Write the country as two letters, like NL or US.')
      .transform((code) => (code === '' ? null : code))
      .nullable()
      .optional(),
    state: field,
    city: field,
    district: field,
    address1: field,
    address2: field,
    zip: field,
    pickupPointCode: field,
  }),
});

/**
 * Corrects the recipient of an order that has not left; what the platform gave is kept beside it, and later pages do
 * not overwrite the correction. The history keeps the names of the fields only.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`, `not_in_status`, `stale_version`, `nothing_changed`.
 */
export async function correctAddress(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts,
  input: CorrectAddressInput,
): Promise<Result<AddressCorrected>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { orderId, expectedVersion } = parsed.value;
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const [found] = await intake.orders.platformIds(tx, merchantId, [orderId]);
    const store = found === undefined ? null : await intake.stores.lock(tx, merchantId, found.storeId);
    const [order] = store === null ? [] : await intake.orders.lock(tx, merchantId, [orderId]);
    if (store === null || order === undefined) return refuse('not_found', 'There is no such order.');
    if (order.status !== 'pending' && order.status !== 'acknowledged') {
      return refuse(
        'not_in_status',
        `The order is ${statusWord(order.status)}: tell the warehouse, or cancel it and correct it then.`,
      );
    }
    if (order.version !== expectedVersion) {
      return refuse('stale_version', 'The order has changed meanwhile. Look at it again.');
    }
    const current = order.correctedRecipient ?? order.recipient;
    const given = parsed.value.recipient;
    const corrected = merge(current, given);
    const fields = changedFields(current, corrected);
    if (fields.length === 0) return refuse('nothing_changed', 'The address is the same as before.');
    const now = ports.clock.now();
    const recipientId = order.correctedRecipientId ?? newId();
    await intake.orders.saveCorrection(tx, merchantId, orderId, { ...corrected, id: recipientId }, now);
    const closing = { by: actor.name, via: actor.via, resolution: 'corrected' };
    const doubts = order.openHolds.filter((hold) => hold.origin === 'person' && hold.subject === addressDoubt);
    const doubtIds = doubts.map((hold) => hold.id);
    const ended = await intake.holds.closeByIds(tx, merchantId, doubtIds, closing, now);
    const judged = await reevaluateOrders(ports, tx, store, [orderId], closing, now);
    const touched = ended.touched + judged.touched;
    const [after] = await intake.orders.lock(tx, merchantId, [orderId]);
    const left = after?.openHolds ?? [];
    const before = new Set(order.openHolds.map((hold) => hold.id));
    // A hold for other fields takes the place of the one before: the order waits for its address as it did.
    const holdsClosed = order.openHolds.filter(
      (hold) => !left.some((one) => one.id === hold.id || (one.code === hold.code && !before.has(one.id))),
    ).length;
    const stillMissing = left
      .filter((hold) => hold.code === 'address_incomplete')
      .flatMap((hold) => (hold.detail.fields ?? hold.subject).split(','));
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'order.address_corrected',
        subjectType: 'order',
        subjectId: orderId,
        orderId,
        before: null,
        after: { fields, holdsClosed },
      },
    ]);
    if (touched > 0) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
    return ok({ version: after?.version ?? expectedVersion + 1, holdsClosed, stillMissing });
  });
}

/** Every field, the given ones over the current ones. */
function merge(current: Recipient | null, given: z.infer<typeof schema>['recipient']): Recipient {
  const of = (name: (typeof recipientFields)[number]): string | null => {
    const value = given[name];
    return value === undefined ? (current?.[name] ?? null) : value;
  };
  return {
    name: of('name'),
    phone: of('phone'),
    email: of('email'),
    country: of('country'),
    state: of('state'),
    city: of('city'),
    district: of('district'),
    address1: of('address1'),
    address2: of('address2'),
    zip: of('zip'),
    pickupPointCode: of('pickupPointCode'),
  };
}
