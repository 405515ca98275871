import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { nameField, skuField, urlField } from '../catalog/fields.ts';
import type { SetUpPorts } from '../catalog/ports.ts';
import { type CsvRow, readCsv } from '../csv.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { may, requirePermission } from '../people/permissions.ts';
import type { ProductRecord } from '../ports/catalog.ts';
import type { Tx } from '../ports/database.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { maxBarcodes } from './save-product.ts';

/** As many as the other systems of this trade take in one file. */
export const maxImportRows = 5_000;

export interface ImportProductsInput {
  readonly actor: Actor;
  readonly merchantId: string;
  /**
   * A table with the columns `sku` and `name` (may be left empty for a product that exists), and if wished `barcodes`
   * (separated by spaces or `|`), `picture_url`, `enabled` (yes or no), `warehouse` (code) with `on_hand` (what a count
   * found). Several rows of one SKU set its stock in several warehouses.
   */
  readonly csv: string;
}

export interface ImportedRow {
  /** Line of the file. */
  readonly line: number;
  readonly sku: string;
  readonly result: 'created' | 'updated' | 'unchanged' | 'failed';
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

type ImportPorts = SetUpPorts & Pick<BasePorts, 'jobs'> & Pick<OutgoingPorts, 'inventory' | 'dispatchHolds'>;

const maxUnits = 1_000_000_000;
const rowSchema = z.object({
  sku: skuField(),
  name: z.union([z.literal(''), nameField()]),
  barcodes: z
    .array(skuField('A barcode'))
    .max(maxBarcodes, `A product has at most ${maxBarcodes} barcodes.`)
    .nullable(),
  pictureUrl: urlField('The picture link').optional(),
  enabled: z.boolean().nullable(),
  warehouse: z.string().transform((code) => code.toUpperCase()),
  onHand: z
    .union([z.literal(''), z.string().regex(/^\d{1,10}$/, 'On hand is a whole number, 0 or more.')])
    .transform((text) => (text === '' ? null : Number(text)))
    .refine((units) => units === null || units <= maxUnits, 'On hand is too large.'),
});
type Row = z.infer<typeof rowSchema> & { readonly line: number };

/**
 * Adds and changes many products, and counts their stock. Every row has its own result: a wrong one never blocks the
 * others. Refusals of the whole: `not_permitted`, `invalid_file`, `too_many_rows`.
 */
export async function importProducts(
  ports: ImportPorts,
  input: ImportProductsInput,
): Promise<Result<{ rows: readonly ImportedRow[] }>> {
  const permitted = requirePermission(input.actor, 'work_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const table = readCsv(input.csv, { required: ['sku'], maxRows: maxImportRows });
  if (!table.ok) return table;
  if (table.value.length === 0) return refuse('invalid_file', 'The file has a header and no rows.', 'file');
  const results = new Map<number, ImportedRow>();
  const rows: Row[] = [];
  for (const raw of table.value) {
    const parsed = parseInput(rowSchema, cellsOf(raw));
    if (parsed.ok) rows.push({ ...parsed.value, line: raw.line });
    else results.set(raw.line, failed(raw.line, raw.cells.sku ?? '', parsed.error));
  }
  const saved = await allOrNothing(ports.database, async (tx): Promise<Result<ReadonlyMap<number, ImportedRow>>> => {
    // The work may run again after a deadlock: what it found is thrown away with it.
    const found = new Map<number, ImportedRow>();
    const known = await saveRows(ports, tx, input, rows, found);
    if (!known.ok) return known;
    await countStock(ports, tx, input, rows, known.value, found);
    return ok(found);
  });
  if (!saved.ok) return saved;
  for (const [line, result] of saved.value) results.set(line, result);
  return ok({ rows: [...results.values()].sort((a, b) => a.line - b.line) });
}

const failed = (line: number, sku: string, refusal: Pick<Refusal, 'message'>): ImportedRow => ({
  line,
  sku,
  result: 'failed',
  reason: refusal.message,
});

const truthWords: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  '1': true,
  no: false,
  false: false,
  '0': false,
};

function cellsOf({ cells }: CsvRow): unknown {
  const barcodes = (cells.barcodes ?? cells.barcode ?? '').split(/[\s|]+/).filter((code) => code !== '');
  return {
    sku: cells.sku ?? '',
    name: cells.name ?? '',
    barcodes: 'barcodes' in cells || 'barcode' in cells ? [...new Set(barcodes)] : null,
    pictureUrl: cells.picture_url === undefined || cells.picture_url === '' ? undefined : cells.picture_url,
    enabled: truthWords[(cells.enabled ?? '').toLowerCase()] ?? null,
    warehouse: cells.warehouse ?? '',
    onHand: cells.on_hand ?? '',
  };
}

/** Saves the products in one go; gives back their ids by SKU. */
async function saveRows(
  ports: ImportPorts,
  tx: Tx,
  { actor, merchantId }: ImportProductsInput,
  rows: readonly Row[],
  found: Map<number, ImportedRow>,
): Promise<Result<ReadonlyMap<string, string>>> {
  const skus = [...new Set(rows.map((row) => row.sku))];
  const before = new Map((await ports.products.findBySku(tx, merchantId, skus)).map((one) => [one.sku, one]));
  const codes = [...new Set(rows.flatMap((row) => [row.sku, ...(row.barcodes ?? [])]))];
  const owners = new Map((await ports.products.findCodes(tx, merchantId, codes)).map((one) => [one.code, one.sku]));
  const after = new Map<string, ProductRecord>();
  for (const row of rows) {
    const stands = after.get(row.sku) ?? before.get(row.sku);
    // Another product's code, in the desk or further up in this file.
    const taken = [row.sku, ...(row.barcodes ?? [])].find((code) => (owners.get(code) ?? row.sku) !== row.sku);
    if (taken !== undefined) {
      found.set(
        row.line,
        failed(row.line, row.sku, { message: `${taken} belongs to the product ${owners.get(taken)}.` }),
      );
      continue;
    }
    if (stands === undefined && row.name === '') {
      found.set(row.line, failed(row.line, row.sku, { message: 'A new product needs a name.' }));
      continue;
    }
    const next: ProductRecord = {
      id: stands?.id ?? newId(),
      merchantId,
      sku: row.sku,
      name: row.name === '' ? (stands?.name ?? row.sku) : row.name,
      pictureUrl: row.pictureUrl === undefined ? (stands?.pictureUrl ?? null) : row.pictureUrl,
      enabled: row.enabled ?? stands?.enabled ?? true,
      barcodes: row.barcodes ?? stands?.barcodes ?? [],
    };
    for (const code of [next.sku, ...next.barcodes]) owners.set(code, row.sku);
    const isSame = stands !== undefined && sameProduct(stands, next);
    if (!isSame) after.set(row.sku, next);
    const result = stands === undefined ? 'created' : isSame ? 'unchanged' : 'updated';
    found.set(row.line, { line: row.line, sku: row.sku, result, reason: null });
  }
  const changed = [...after.values()];
  if (changed.length > 0) {
    if ((await ports.products.saveProducts(tx, merchantId, changed)) === 'taken') {
      return refuse(
        'taken',
        'Somebody else changed products at the same moment. Nothing was imported: try again.',
        'file',
      );
    }
    await ports.audit.append(
      tx,
      changed.map((product) => ({
        merchantId,
        actor,
        at: ports.clock.now(),
        event: before.has(product.sku) ? 'product.changed' : 'product.added',
        subjectType: 'product' as const,
        subjectId: product.id,
        before: before.has(product.sku) ? { ...before.get(product.sku) } : null,
        after: { ...product },
        note: 'Imported from a file.',
      })),
    );
  }
  return ok(new Map([...before, ...after].map(([sku, product]) => [sku, product.id])));
}

const sameProduct = (a: ProductRecord, b: ProductRecord): boolean =>
  a.name === b.name &&
  a.pictureUrl === b.pictureUrl &&
  a.enabled === b.enabled &&
  a.barcodes.join('\n') === b.barcodes.join('\n');

/** Sets on hand where a row names a warehouse. */
async function countStock(
  ports: ImportPorts,
  tx: Tx,
  { actor, merchantId }: ImportProductsInput,
  rows: readonly Row[],
  productIds: ReadonlyMap<string, string>,
  found: Map<number, ImportedRow>,
): Promise<void> {
  const counted = rows.filter(
    (row) => row.warehouse !== '' && row.onHand !== null && found.get(row.line)?.result !== 'failed',
  );
  if (counted.length === 0) return;
  const warehouses = new Map(
    (await ports.products.findWarehousesByCode(tx, merchantId, [...new Set(counted.map((row) => row.warehouse))])).map(
      (warehouse) => [warehouse.code, warehouse],
    ),
  );
  const wanted = new Map<string, { warehouseId: string; productId: string; onHand: number; line: number }>();
  for (const row of counted) {
    const warehouse = warehouses.get(row.warehouse);
    const productId = productIds.get(row.sku);
    if (warehouse?.isServed !== true || productId === undefined) {
      found.set(row.line, failed(row.line, row.sku, { message: `No warehouse ${row.warehouse} serves you.` }));
    } else if (!may(actor, 'work_outbound', merchantId, warehouse.id)) {
      found.set(
        row.line,
        failed(row.line, row.sku, { message: 'To set stock you need the role warehouse, admin or owner.' }),
      );
    } else {
      const place = { warehouseId: warehouse.id, productId, onHand: row.onHand ?? 0, line: row.line };
      wanted.set(`${warehouse.id}/${productId}`, place);
    }
  }
  const places = [...wanted.values()];
  const levels = await ports.inventory.lockLevels(tx, merchantId, places);
  const movements = levels.flatMap((level) => {
    const place = wanted.get(`${level.warehouseId}/${level.productId}`);
    const onHandDelta = (place?.onHand ?? level.onHand) - level.onHand;
    if (place === undefined || onHandDelta === 0) return [];
    const row = found.get(place.line);
    if (row?.result === 'unchanged') found.set(place.line, { ...row, result: 'updated' });
    const { warehouseId, productId } = level;
    return [
      {
        warehouseId,
        productId,
        kind: 'adjust' as const,
        onHandDelta,
        allocatedDelta: 0,
        outboundOrderId: null,
        note: 'Imported count.',
      },
    ];
  });
  const at = ports.clock.now();
  await ports.inventory.move(tx, merchantId, movements, actor, at);
  if ((await ports.dispatchHolds.closeShortages(tx, merchantId, movements, at)) > 0) {
    await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
  }
}
