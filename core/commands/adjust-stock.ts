import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField, noteField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface AdjustStockInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly warehouseId: string;
  readonly productId: string;
  /** What a count found, in warehouse units. Either this or `delta`. */
  readonly onHand?: number | undefined;
  /** What came (positive) or went (negative), in warehouse units. */
  readonly delta?: number | undefined;
  readonly note: string;
}

export interface AdjustedStock {
  readonly onHand: number;
  readonly allocated: number;
  /** Negative: more is promised than is there. */
  readonly available: number;
}

/** PostgreSQL's integer ends at 2,147,483,647; sums of two must still fit. */
const maxUnits = 1_000_000_000;
const units = (label: string) => z.int(`${label} is a whole number.`).max(maxUnits, `${label} is too large.`);

const schema = z
  .object({
    warehouseId: idField('There is no such warehouse.'),
    productId: idField('There is no such product.'),
    onHand: units('On hand').min(0, 'On hand cannot be less than 0.').optional(),
    delta: units('The change').min(-maxUnits, 'The change is too large.').optional(),
    note: noteField('A note for the ledger'),
  })
  .refine((value) => (value.onHand === undefined) !== (value.delta === undefined), {
    message: 'Say either what is on hand, or by how much it changed.',
    path: ['onHand'],
  });

/**
 * Corrects stock by a count or a difference, with a line in the ledger. Less than is allocated may be counted: the shelf
 * is right, and the missing units show as negative availability. More of it releases orders that waited for stock.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`.
 */
export async function adjustStock(
  ports: SetUpPorts & Pick<BasePorts, 'jobs'> & Pick<OutgoingPorts, 'inventory' | 'dispatchHolds'>,
  input: AdjustStockInput,
): Promise<Result<AdjustedStock>> {
  const permitted = requirePermission(input.actor, 'work_outbound', input.merchantId, input.warehouseId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { warehouseId, productId, note, onHand, delta } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<AdjustedStock>> => {
    const served = await ports.catalog.merchantsOfWarehouse(tx, warehouseId);
    if (!served.includes(input.merchantId)) {
      return refuse(
        'not_found',
        'This warehouse does not serve the merchant. Add a service in Settings.',
        'warehouseId',
      );
    }
    const [product] = await ports.products.findProducts(tx, input.merchantId, [productId]);
    if (product === undefined) return refuse('not_found', 'There is no such product.', 'productId');
    const place = { warehouseId, productId };
    const [level] = await ports.inventory.lockLevels(tx, input.merchantId, [place]);
    if (level === undefined) throw new Error('lockLevels gave no row for a place that it creates.');
    const next = onHand ?? level.onHand + (delta ?? 0);
    if (next < 0) {
      return refuse('invalid_input', `Only ${level.onHand} are on hand: that many cannot go.`, 'delta');
    }
    if (next > maxUnits) return refuse('invalid_input', 'On hand is too large.', 'delta');
    const after = { onHand: next, allocated: level.allocated, available: next - level.allocated };
    if (next === level.onHand) return ok(after);
    const at = ports.clock.now();
    const onHandDelta = next - level.onHand;
    await ports.inventory.move(
      tx,
      input.merchantId,
      [{ ...place, kind: 'adjust', onHandDelta, allocatedDelta: 0, outboundOrderId: null, note }],
      input.actor,
      at,
    );
    if (onHandDelta > 0 && (await ports.dispatchHolds.closeShortages(tx, input.merchantId, [place], at)) > 0) {
      await ports.jobs.enqueue(tx, [settleAlerts(input.merchantId)]);
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at,
        event: 'inventory.adjusted',
        subjectType: 'inventory',
        subjectId: productId,
        before: { warehouseId, onHand: level.onHand },
        after: { warehouseId, onHand: next },
        note,
      },
    ]);
    return ok(after);
  });
}
