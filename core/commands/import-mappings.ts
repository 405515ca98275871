import { readCsv } from '../csv.ts';
import { keyField } from '../mapping/fields.ts';
import { type KeyKind, keyKinds, keyText, type LineKey } from '../order/line-key.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { CatalogPorts, ProductRecord } from '../ports/catalog.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type BindPorts, bindKey } from './bind-sku.ts';

/** As many as the other systems of this trade take in one file. */
export const maxMappingRows = 5_000;
/** The store's orders wait while a batch is written. */
const batchSize = 100;
const maxQuantity = 9_999;

export interface ImportMappingsInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /**
   * A table with the columns `store` (its name), `platform_sku`, `warehouse_sku` and, if wished, `quantity` (1 when
   * empty), `key_kind` (sku, product or barcode) and `platform` (where two stores share a name). Rows with the same store
   * and platform SKU are one combination.
   */
  readonly csv: string;
}

export interface ImportedMapping {
  /** Line of the file. */
  readonly line: number;
  readonly store: string;
  readonly key: string;
  readonly result: 'bound' | 'unchanged' | 'failed';
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

export interface ImportedMappings {
  readonly rows: readonly ImportedMapping[];
  readonly boundKeys: number;
  readonly releasedOrders: number;
}

interface Row {
  readonly line: number;
  readonly store: string;
  readonly platform: string;
  readonly kind: string;
  readonly key: string;
  readonly sku: string;
  readonly quantity: string;
}

/** One key with its rows; bound whole or not at all. */
interface Recipe {
  readonly storeId: string;
  readonly key: LineKey;
  readonly rows: Row[];
  readonly components: Map<string, number>;
  reason: string | null;
}

/**
 * Binds many platform SKUs from a file. Every row has its own result; a wrong row leaves its whole combination as it
 * was and never blocks the others. Refusals of the whole: `not_permitted`, `invalid_file`, `too_many_rows`.
 */
export async function importMappings(
  ports: BindPorts & CatalogPorts,
  input: ImportMappingsInput,
): Promise<Result<ImportedMappings>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const table = readCsv(input.csv, { required: ['store', 'platform_sku', 'warehouse_sku'], maxRows: maxMappingRows });
  if (!table.ok) return table;
  const rows = table.value.map(
    ({ line, cells }): Row => ({
      line,
      store: cells.store ?? '',
      platform: cells.platform ?? '',
      kind: cells.key_kind ?? '',
      key: cells.platform_sku ?? '',
      sku: cells.warehouse_sku ?? '',
      quantity: cells.quantity ?? '',
    }),
  );
  if (rows.length === 0) return refuse('invalid_file', 'The file has a header and no rows.', 'file');
  const results: ImportedMapping[] = [];
  const fail = (row: Row, reason: string): void => {
    results.push({ line: row.line, store: row.store, key: row.key, result: 'failed', reason });
  };
  const { stores, products } = await ports.database.transaction(async (tx) => ({
    stores: await ports.mappingKeys.stores(tx, merchantId),
    products: await ports.products.findBySku(tx, merchantId, [...new Set(rows.map((row) => row.sku))]),
  }));
  const recipes = collect(rows, stores, new Map(products.map((product) => [product.sku, product])), fail);
  let boundKeys = 0;
  let releasedOrders = 0;
  for (const batch of batches(recipes)) {
    const done = await ports.database.transaction(async (tx) => {
      const results: { recipe: Recipe; isNew: boolean; released: number }[] = [];
      const storeId = batch[0]?.storeId ?? '';
      if ((await ports.intake.stores.lock(tx, merchantId, storeId)) === null) return null;
      for (const recipe of batch) {
        const before = await ports.intake.rules.currentMapping(tx, merchantId, storeId, recipe.key);
        const components = [...recipe.components].map(([productId, quantity]) => ({ productId, quantity }));
        const bound = await bindKey(ports, tx, {
          actor,
          merchantId,
          storeId,
          key: recipe.key,
          components,
          note: 'Imported from a file.',
        });
        results.push({ recipe, isNew: bound.mappingId !== before?.id, released: bound.releasedOrders });
      }
      return results;
    });
    for (const recipe of done === null ? batch : []) {
      for (const row of recipe.rows) fail(row, 'This store was deleted a moment ago.');
    }
    for (const { recipe, isNew, released } of done ?? []) {
      if (isNew) boundKeys += 1;
      releasedOrders += released;
      for (const { line, store, key } of recipe.rows) {
        results.push({ line, store, key, result: isNew ? 'bound' : 'unchanged', reason: null });
      }
    }
  }
  return ok({ rows: results.sort((a, b) => a.line - b.line), boundKeys, releasedOrders });
}

/** Rows to recipes; whatever is wrong with one row is said at it, and at the rest of its combination. */
function collect(
  rows: readonly Row[],
  stores: readonly { readonly id: string; readonly name: string; readonly platform: string }[],
  products: ReadonlyMap<string, ProductRecord>,
  fail: (row: Row, reason: string) => void,
): readonly Recipe[] {
  const recipes = new Map<string, Recipe>();
  const wrong = new Map<Row, string>();
  for (const row of rows) {
    const named = stores.filter((store) => isNamed(store, row));
    const kind = kindOf(row.kind);
    const key = parseInput(keyField, row.key);
    const [store] = named;
    if (store === undefined) fail(row, `No store is called ${row.store === '' ? '(empty)' : row.store}.`);
    else if (named.length > 1) fail(row, 'Several stores have this name: say which in a column platform.');
    else if (kind === null) fail(row, 'The key kind is sku, product or barcode.');
    else if (!key.ok) fail(row, key.error.message);
    else {
      const lineKey = { kind, key: key.value };
      const name = `${store.id}/${keyText(lineKey)}`;
      const recipe: Recipe = recipes.get(name) ?? {
        storeId: store.id,
        key: lineKey,
        rows: [],
        components: new Map(),
        reason: null,
      };
      recipes.set(name, recipe);
      recipe.rows.push(row);
      const reason = addPart(recipe, row, products);
      if (reason !== null) {
        wrong.set(row, reason);
        recipe.reason = `Line ${row.line} of the same combination is wrong.`;
      }
    }
  }
  for (const recipe of recipes.values()) {
    if (recipe.reason === null) continue;
    for (const row of recipe.rows) fail(row, wrong.get(row) ?? recipe.reason);
  }
  return [...recipes.values()].filter((recipe) => recipe.reason === null);
}

/** Null when the row fits into the recipe. */
function addPart(recipe: Recipe, row: Row, products: ReadonlyMap<string, ProductRecord>): string | null {
  const product = products.get(row.sku);
  if (product === undefined) return `There is no warehouse SKU ${row.sku === '' ? '(empty)' : row.sku}.`;
  if (!product.enabled) return `The warehouse SKU ${row.sku} is disabled.`;
  const quantity = row.quantity === '' ? 1 : /^\d{1,4}$/.test(row.quantity) ? Number(row.quantity) : 0;
  if (quantity < 1) return `The quantity is a whole number from 1 to ${maxQuantity.toLocaleString('en')}.`;
  if (recipe.components.has(product.id)) return `The warehouse SKU ${row.sku} is named twice for it.`;
  recipe.components.set(product.id, quantity);
  return null;
}

const isNamed = (store: { readonly name: string; readonly platform: string }, row: Row): boolean =>
  store.name.toLowerCase() === row.store.toLowerCase() && (row.platform === '' || row.platform === store.platform);

const kindOf = (text: string): KeyKind | null =>
  text === '' ? 'sku' : (keyKinds.find((kind) => kind === text.toLowerCase()) ?? null);

/** Of one store each, in the stores' order: locks of two imports never cross. */
function batches(recipes: readonly Recipe[]): readonly (readonly Recipe[])[] {
  const byStore = Map.groupBy(recipes, (recipe) => recipe.storeId);
  return [...byStore]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) =>
      Array.from({ length: Math.ceil(own.length / batchSize) }, (_, place) =>
        own.slice(place * batchSize, (place + 1) * batchSize),
      ),
    );
}
