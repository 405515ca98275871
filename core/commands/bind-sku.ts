import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { idField } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { keyField, keyKindField } from '../mapping/fields.ts';
import type { KeyKind, LineKey } from '../order/line-key.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts, MappingComponent } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';

/** A conversion factor: more of one SKU in one platform unit is a slip of the keyboard. */
const maxQuantity = 9_999;
/** Warehouse SKUs of one bundle. */
const maxComponents = 50;

export interface BindSkuInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
  readonly keyKind: KeyKind;
  /** The platform's SKU, product id or barcode. */
  readonly key: string;
  /** What one platform unit is in warehouse units; never empty. */
  readonly components: readonly MappingComponent[];
  /** Of the mapping that the person saw, 0 when they saw none; not given: whatever is there is replaced. */
  readonly seenVersion?: number | undefined;
}

export interface BoundSku {
  readonly mappingId: string;
  readonly version: number;
  /** Not held any more. */
  readonly releasedOrders: number;
  /** Waited for this key; some may wait for more. */
  readonly touchedOrders: number;
}

export type BindPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> & IntakePorts;

const boundMeanwhile = 'Somebody bound it to something else meanwhile. Look at it again first.';

const schema = z.object({
  storeId: idField('Choose a store.'),
  keyKind: keyKindField,
  key: keyField,
  components: z
    .array(
      z.object({
        productId: idField('Choose a warehouse SKU.'),
        quantity: z
          .int('A quantity is a whole number.')
          .min(1, 'A quantity is at least 1.')
          .max(maxQuantity, `A quantity is at most ${maxQuantity.toLocaleString('en')}.`),
      }),
    )
    .min(1, 'Choose a warehouse SKU.')
    .max(maxComponents, `A bundle has at most ${maxComponents} warehouse SKUs.`)
    .refine(
      (parts) => new Set(parts.map((part) => part.productId)).size === parts.length,
      'A warehouse SKU is named twice. Name it once, with its quantity.',
    ),
});

/**
 * Binds a platform SKU to warehouse SKUs, once for every order of the store: a new version of its mapping, and all
 * orders that waited for it are released at once. Binding the same recipe again changes nothing but releases what still
 * waits. Refusals: `not_permitted`, `invalid_input`, `not_found`, `product_disabled`, `bound_meanwhile`.
 */
export async function bindSku(ports: BindPorts, input: BindSkuInput): Promise<Result<BoundSku>> {
  const permitted = requirePermission(input.actor, 'work_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId, components } = parsed.value;
  const key: LineKey = { kind: parsed.value.keyKind, key: parsed.value.key };
  return ports.database.transaction(async (tx) => {
    const store = await ports.intake.stores.lock(tx, input.merchantId, storeId);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).', 'storeId');
    const usable = await checkProducts(ports, tx, input.merchantId, components);
    if (!usable.ok) return usable;
    if (input.seenVersion !== undefined) {
      const there = await ports.intake.rules.currentMapping(tx, input.merchantId, storeId, key);
      const isOther = there !== null && recipeText(there.components) !== recipeText(components);
      if (isOther && there.version !== input.seenVersion) return refuse('bound_meanwhile', boundMeanwhile);
    }
    return ok(await bindKey(ports, tx, { actor: input.actor, merchantId: input.merchantId, storeId, key, components }));
  });
}

/** The mapping itself, in the caller's transaction: the store's row is locked, the products are checked. */
export async function bindKey(
  ports: BindPorts,
  tx: Tx,
  binding: {
    readonly actor: Actor;
    readonly merchantId: string;
    readonly storeId: string;
    readonly key: LineKey;
    readonly components: readonly MappingComponent[];
    readonly note?: string | undefined;
  },
): Promise<BoundSku> {
  const { actor, merchantId, storeId, key, components } = binding;
  const { intake } = ports;
  const now = ports.clock.now();
  const before = await intake.rules.currentMapping(tx, merchantId, storeId, key);
  const isSame = before !== null && recipeText(before.components) === recipeText(components);
  const mappingId = isSame ? before.id : newId();
  const version = isSame
    ? before.version
    : await intake.rules.addMapping(tx, merchantId, { id: mappingId, storeId, key, components }, actor.name, now);
  const closing = { by: actor.name, via: actor.via, resolution: 'mapped' };
  const { touched, released } = await intake.holds.closeForKey(tx, merchantId, storeId, key, closing, now);
  if (!isSame) {
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'mapping.bound',
        subjectType: 'mapping',
        subjectId: mappingId,
        before: before === null ? null : { version: before.version, components: before.components },
        after: { storeId, keyKind: key.kind, key: key.key, version, components, releasedOrders: released },
        note: binding.note ?? null,
      },
    ]);
  }
  if (touched > 0) await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
  return { mappingId, version, releasedOrders: released, touchedOrders: touched };
}

async function checkProducts(
  ports: IntakePorts,
  tx: Tx,
  merchantId: string,
  components: readonly MappingComponent[],
): Promise<Result<true>> {
  const ids = components.map((part) => part.productId);
  const found = new Map((await ports.intake.rules.products(tx, merchantId, ids)).map((row) => [row.id, row]));
  for (const id of ids) {
    const product = found.get(id);
    if (product === undefined)
      return refuse('not_found', 'There is no such warehouse SKU. Search again.', 'components');
    if (!product.enabled) {
      return refuse('product_disabled', `${product.sku} is disabled. Enable it, or choose another.`, 'components');
    }
  }
  return ok(true);
}

const recipeText = (components: readonly MappingComponent[]): string =>
  components
    .map((part) => `${part.productId}*${part.quantity}`)
    .sort()
    .join();
