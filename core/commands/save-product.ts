import { z } from 'zod';
import { idField, nameField, skuField, urlField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { ProductRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';

/** One main barcode and twenty others, as warehouse people know it. */
export const maxBarcodes = 21;

export interface SaveProductInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /** Null: a new one. */
  readonly productId: string | null;
  /** Case-sensitive; unique for the merchant, also among barcodes. */
  readonly sku: string;
  readonly name: string;
  /** The first is the main one; may be empty. */
  readonly barcodes: readonly string[];
  readonly pictureUrl?: string | null | undefined;
  /** A disabled one is no longer offered for binding; its mappings go on. */
  readonly enabled?: boolean | undefined;
}

const schema = z.object({
  productId: idField('There is no such product.').nullable(),
  sku: skuField(),
  name: nameField(),
  barcodes: z
    .array(skuField('A barcode'))
    .max(maxBarcodes, `A product has at most ${maxBarcodes} barcodes.`)
    .transform((barcodes) => [...new Set(barcodes)]),
  pictureUrl: urlField('The picture link').default(null),
  enabled: z.boolean().default(true),
});

/** Adds a warehouse SKU or changes one. Refusals: `not_permitted`, `invalid_input`, `not_found`, `taken`. */
export async function saveProduct(ports: SetUpPorts, input: SaveProductInput): Promise<Result<{ productId: string }>> {
  const permitted = requirePermission(input.actor, 'work_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { productId, ...facts } = parsed.value;
  return await ports.database.transaction(async (tx): Promise<Result<{ productId: string }>> => {
    const before =
      productId === null ? null : ((await ports.products.findProducts(tx, input.merchantId, [productId]))[0] ?? null);
    if (productId !== null && before === null) return refuse('not_found', 'There is no such product.');
    const after: ProductRecord = { ...facts, id: productId ?? newId(), merchantId: input.merchantId };
    const codes = await ports.products.findCodes(tx, input.merchantId, [after.sku, ...after.barcodes]);
    const taken = codes.find((code) => code.productId !== after.id);
    if (taken !== undefined) {
      return refuse(
        'taken',
        `${taken.code} belongs to the product ${taken.sku} already.`,
        taken.code === after.sku ? 'sku' : 'barcodes',
      );
    }
    if ((await ports.products.saveProducts(tx, input.merchantId, [after])) === 'taken') {
      return refuse('taken', 'The SKU or one of the barcodes was taken a moment ago. Look again.', 'sku');
    }
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: before === null ? 'product.added' : 'product.changed',
        subjectType: 'product',
        subjectId: after.id,
        before: before === null ? null : { ...before },
        after: { ...after },
      },
    ]);
    return ok({ productId: after.id });
  });
}
