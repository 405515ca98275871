import { bindKey } from '../commands/bind-sku.ts';
import { keyOfLine, keyText, type LineKey } from '../order/line-key.ts';
import type { Actor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts, MappingComponent } from '../ports/intake.ts';
import type { LockedOrder } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';

export interface LineBinding {
  readonly lineId: string;
  readonly components: readonly MappingComponent[];
}

/**
 * Makes mappings of what was bound in the dispatch dialog, and releases every order of the store that waited for them.
 * The store's row is locked before, the order's too. Refusals: `not_found`, `no_key`, `bound_twice`, `product_disabled`.
 */
export async function bindLines(
  ports: BasePorts & IntakePorts,
  tx: Tx,
  actor: Actor,
  order: LockedOrder,
  bindings: readonly LineBinding[],
): Promise<Result<true>> {
  const wanted = new Map<string, { key: LineKey; components: readonly MappingComponent[] }>();
  for (const binding of bindings) {
    const line = order.lines.find((candidate) => candidate.id === binding.lineId);
    if (line === undefined) return refuse('not_found', 'This line does not belong to the order.', 'bindings');
    const key = keyOfLine(line, order.matchBy);
    if (key === null) {
      return refuse('no_key', `${line.name} has neither SKU nor product id. Repair it on the platform.`, 'bindings');
    }
    const other = wanted.get(keyText(key));
    if (other !== undefined && !areSame(other.components, binding.components)) {
      return refuse('bound_twice', `${key.key} is bound to two different recipes. Choose one.`, 'bindings');
    }
    wanted.set(keyText(key), { key, components: binding.components });
  }
  const products = await checkProducts(ports, tx, order.merchantId, bindings);
  if (!products.ok) return products;
  // One or two lines as a rule, each a rule of the store: a statement each, in the same order for everybody.
  for (const text of [...wanted.keys()].sort()) {
    const binding = wanted.get(text);
    if (binding === undefined) continue;
    const { merchantId, storeId } = order;
    await bindKey(ports, tx, { actor, merchantId, storeId, ...binding, note: 'At dispatch' });
  }
  return ok(true);
}

async function checkProducts(
  ports: IntakePorts,
  tx: Tx,
  merchantId: string,
  bindings: readonly LineBinding[],
): Promise<Result<true>> {
  const ids = bindings.flatMap((binding) => binding.components.map((part) => part.productId));
  const found = await ports.intake.rules.products(tx, merchantId, [...new Set(ids)]);
  for (const { components } of bindings) {
    if (new Set(components.map((part) => part.productId)).size < components.length) {
      return refuse(
        'bound_twice',
        'A warehouse SKU is named twice in one recipe. Name it once, with its quantity.',
        'bindings',
      );
    }
    for (const { productId } of components) {
      const product = found.find((candidate) => candidate.id === productId);
      if (product === undefined) return refuse('not_found', 'There is no such warehouse SKU.', 'bindings');
      if (!product.enabled)
        return refuse('product_disabled', `${product.sku} is disabled. Choose another.`, 'bindings');
    }
  }
  return ok(true);
}

const textOf = (components: readonly MappingComponent[]): string =>
  components
    .map((part) => `${part.productId}*${part.quantity}`)
    .sort()
    .join();

const areSame = (a: readonly MappingComponent[], b: readonly MappingComponent[]): boolean => textOf(a) === textOf(b);
