import { sql } from 'drizzle-orm';
import type { PaymentClass } from '../../core/order/holds.ts';
import { type KeyKind, keyText } from '../../core/order/line-key.ts';
import type { CurrentMapping, MappingComponent, RuleRepository } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { integers, texts, uuids } from './column-arrays.ts';

type Row = Record<string, unknown>;

/** Mappings, payment classifications and shipping methods of stores. */
export const ruleRepository: RuleRepository = {
  async load(tx, merchantId, storeId, asked) {
    // One answer for the three tables: a page asks once.
    const rows = await unwrap(tx).execute<Row & { what: string; kind: string; key: string }>(sql`
      select 'mapping' as what, m.key_kind as kind, m.key from sku_mappings m
      join unnest(${texts(asked.keys, (key) => key.kind)}, ${texts(asked.keys, (key) => key.key)}) as k (kind, key)
        on k.kind = m.key_kind and k.key = m.key
      where m.merchant_id = ${merchantId}::uuid and m.store_id = ${storeId}::uuid and m.superseded_at is null
      union all
      select 'class', c.class, c.payment_method from payment_classifications c
      where c.merchant_id = ${merchantId}::uuid and c.store_id = ${storeId}::uuid
        and c.payment_method = any(${texts(asked.paymentMethods, (method) => method)})
      union all
      select 'method', t.code, mm.method from method_mappings mm
      join shipping_types t on t.merchant_id = mm.merchant_id and t.id = mm.shipping_type_id
      where mm.merchant_id = ${merchantId}::uuid and mm.store_id = ${storeId}::uuid
        and mm.method = any(${texts(asked.shippingMethods, (method) => method)})`);
    const of = (what: string) => rows.filter((row) => row.what === what);
    return {
      mappedKeys: new Set(of('mapping').map((row) => keyText({ kind: row.kind as KeyKind, key: row.key }))),
      classOf: new Map(of('class').map((row) => [row.key, row.kind as PaymentClass])),
      typeOf: new Map(of('method').map((row) => [row.key, row.kind])),
    };
  },

  async currentMapping(tx, merchantId, storeId, key) {
    const [row] = await unwrap(tx).execute<MappingRow>(sql`
      ${selectMapping} where m.merchant_id = ${merchantId}::uuid and m.store_id = ${storeId}::uuid
        and m.key_kind = ${key.kind} and m.key = ${key.key} and m.superseded_at is null`);
    return row === undefined ? null : toMapping(row);
  },

  async findMapping(tx, merchantId, mappingId) {
    const [row] = await unwrap(tx).execute<MappingRow>(sql`
      ${selectMapping} where m.merchant_id = ${merchantId}::uuid and m.id = ${mappingId}::uuid
        and m.superseded_at is null`);
    return row === undefined ? null : toMapping(row);
  },

  async addMapping(tx, merchantId, mapping, by, at) {
    const db = unwrap(tx);
    const now = at.toISOString();
    await db.execute(sql`
      update sku_mappings set superseded_at = ${now}::timestamptz
      where merchant_id = ${merchantId}::uuid and store_id = ${mapping.storeId}::uuid
        and key_kind = ${mapping.key.kind} and key = ${mapping.key.key} and superseded_at is null`);
    const [row] = await db.execute<Row & { version: number }>(sql`
      insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by, created_at)
      select ${mapping.id}::uuid, ${merchantId}::uuid, ${mapping.storeId}::uuid, ${mapping.key.kind}, ${mapping.key.key},
        coalesce(max(version), 0) + 1, ${by}, ${now}::timestamptz
      from sku_mappings where merchant_id = ${merchantId}::uuid and store_id = ${mapping.storeId}::uuid
        and key_kind = ${mapping.key.kind} and key = ${mapping.key.key}
      returning version`);
    await db.execute(sql`
      insert into mapping_components (merchant_id, mapping_id, product_id, quantity)
      select ${merchantId}::uuid, ${mapping.id}::uuid, t.product_id, t.quantity
      from unnest(${uuids(mapping.components, (part) => part.productId)},
        ${integers(mapping.components, (part) => part.quantity)}) as t (product_id, quantity)`);
    return row?.version ?? 1;
  },

  async endMapping(tx, merchantId, mappingId, at) {
    await unwrap(tx).execute(sql`
      update sku_mappings set superseded_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${mappingId}::uuid and superseded_at is null`);
  },

  async products(tx, merchantId, productIds) {
    return unwrap(tx).execute<Row & { id: string; sku: string; enabled: boolean }>(sql`
      select id, sku, enabled from products
      where merchant_id = ${merchantId}::uuid and id = any(${uuids(productIds, (id) => id)}) order by id for key share`);
  },

  async classification(tx, merchantId, storeId, paymentMethod) {
    const [row] = await unwrap(tx).execute<Row & { id: string; class: PaymentClass }>(sql`
      select id, class from payment_classifications
      where merchant_id = ${merchantId}::uuid and store_id = ${storeId}::uuid and payment_method = ${paymentMethod}`);
    return row ?? null;
  },

  async saveClassification(tx, merchantId, row, by, at) {
    const now = at.toISOString();
    await unwrap(tx).execute(sql`
      insert into payment_classifications (id, merchant_id, store_id, payment_method, class, created_by, created_at, updated_at)
      values (${row.id}::uuid, ${merchantId}::uuid, ${row.storeId}::uuid, ${row.paymentMethod}, ${row.class}, ${by},
        ${now}::timestamptz, ${now}::timestamptz)
      on conflict (store_id, payment_method) do update set class = excluded.class, updated_at = excluded.updated_at,
        created_by = case when payment_classifications.class = excluded.class then payment_classifications.created_by
          else excluded.created_by end`);
  },

  async shippingType(tx, merchantId, shippingTypeId) {
    const [row] = await unwrap(tx).execute<Row & { id: string; code: string; name: string }>(sql`
      select id, code, name from shipping_types
      where merchant_id = ${merchantId}::uuid and id = ${shippingTypeId}::uuid`);
    return row ?? null;
  },

  async methodMapping(tx, merchantId, storeId, method) {
    const [row] = await unwrap(tx).execute<Row & { id: string; shippingTypeId: string; typeCode: string }>(sql`
      select mm.id, mm.shipping_type_id as "shippingTypeId", t.code as "typeCode" from method_mappings mm
      join shipping_types t on t.merchant_id = mm.merchant_id and t.id = mm.shipping_type_id
      where mm.merchant_id = ${merchantId}::uuid and mm.store_id = ${storeId}::uuid and mm.method = ${method}`);
    return row ?? null;
  },

  async saveMethodMapping(tx, merchantId, row, by, at) {
    await unwrap(tx).execute(sql`
      insert into method_mappings (id, merchant_id, store_id, method, shipping_type_id, created_by, created_at)
      values (${row.id}::uuid, ${merchantId}::uuid, ${row.storeId}::uuid, ${row.method}, ${row.shippingTypeId}::uuid,
        ${by}, ${at.toISOString()}::timestamptz)
      on conflict (store_id, method) do update set shipping_type_id = excluded.shipping_type_id,
        created_by = case when method_mappings.shipping_type_id = excluded.shipping_type_id
          then method_mappings.created_by else excluded.created_by end`);
  },
};

type MappingRow = Row & {
  id: string;
  store_id: string;
  key_kind: KeyKind;
  key: string;
  version: number;
  components: MappingComponent[];
};

const selectMapping = sql`
  select m.id, m.store_id, m.key_kind, m.key, m.version,
    (select coalesce(json_agg(json_build_object('productId', c.product_id, 'quantity', c.quantity) order by c.product_id), '[]')
      from mapping_components c where c.merchant_id = m.merchant_id and c.mapping_id = m.id) as components
  from sku_mappings m`;

const toMapping = (row: MappingRow): CurrentMapping => ({
  id: row.id,
  storeId: row.store_id,
  keyKind: row.key_kind,
  key: row.key,
  version: row.version,
  components: row.components,
});
