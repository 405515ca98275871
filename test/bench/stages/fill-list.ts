import type { Sql } from '../../../db/client.ts';

/** One id a row, in the order of the rows, as a desk makes them: `kind` keeps those of different tables apart. */
const idOf = (kind: number, number: string): string =>
  `('01936f00-0000-7000-8${String(kind).padStart(3, '0')}-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

export const listMerchantId = '01936f00-0000-7000-9000-000000000001';
export const listStoreId = (no: number): string => `01936f00-0000-7000-9001-${String(no).padStart(12, '0')}`;

/** Per cent of all orders, by store: one sells much, some little. */
export const storeShares = [40, 25, 15, 8, 6, 3, 2, 1] as const;
export const rareChannel = 'fair';
export const rareSku = 'SKU-0001';
export const commonSku = 'SKU-0900';
export const unmappedSku = 'SKU-0950';

const filled = ['recipients', 'orders', 'order_lines', 'holds', 'order_exceptions', 'outbound_orders', 'shipments'];

/**
 * A merchant with `count` orders of two years in eight stores: nearly all completed, those of the last days in every
 * other status, some held, a few with an exception; two lines each, outbound orders and shipments where they belong.
 * Written by PostgreSQL itself, without the keys and triggers that a desk's writing goes through.
 */
export async function fillList(sql: Sql, count: number): Promise<void> {
  await sql.unsafe(setUp());
  // Of the session: foreign keys and the counting trigger rest, indexes are built afterwards, which is faster.
  await sql.begin(async (tx) => {
    await tx.unsafe('set local session_replication_role = replica; set local synchronous_commit = off');
    await tx.unsafe(`set local work_mem = '256MB'; set local maintenance_work_mem = '512MB'`);
    const indexes = await tx.unsafe<{ name: string; definition: string }[]>(`
      select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid = any('{${filled.join(',')}}'::regclass[])
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`);
    for (const { name } of indexes) await tx.unsafe(`drop index ${name}`);
    for (const statement of rows(count)) await tx.unsafe(statement);
    for (const { definition } of indexes) await tx.unsafe(definition);
  });
  await sql.unsafe(`insert into order_counts (merchant_id, store_id, kind, status, held, excepted, count)
    select merchant_id, store_id, kind, status, open_hold_count > 0, open_exception_count > 0, count(*)
    from orders group by 1, 2, 3, 4, 5, 6`);
  await sql.unsafe('vacuum analyze');
}

function setUp(): string {
  const stores = storeShares.map(
    (_, no) => `('${listMerchantId}', '${listStoreId(no)}', '${idText(3)}', '${idText(2)}',
    'sandbox', 'Store ${no + 1}', 'enabled', 15, 48, 120, now())`,
  );
  return `
    insert into merchants (id, name, code) values ('${listMerchantId}', 'Northwind', 'northwind');
    insert into sales_channels (merchant_id, id, name) values ('${listMerchantId}', '${idText(2)}', 'Web');
    insert into authorizations (merchant_id, id, platform, status, account_id)
      values ('${listMerchantId}', '${idText(3)}', 'sandbox', 'authorized', 'shop');
    insert into stores (merchant_id, id, authorization_id, sales_channel_id, platform, name, status, sync_every_minutes,
      look_back_hours, first_look_back_hours, synced_until) values ${stores.join(',\n')};
    insert into warehouses (id, code, name) values ('${idText(4)}', 'RNO', 'Reno');
    insert into carriers (id, code, name) values ('${idText(5)}', 'ups', 'UPS');
    insert into shipping_channels (id, warehouse_id, code, name, carrier_id, service_level)
      values ('${idText(6)}', '${idText(4)}', 'UPS-GROUND', 'UPS Ground', '${idText(5)}', 'Ground')`;
}

const idText = (kind: number): string => `01936f00-0000-7000-900${kind}-000000000001`;

/** Deterministic and well mixed: the same number always gives the same value below `below`. */
const mixed = (salt: number, below: number): string => `(abs(hashint8(n::bigint * 31 + ${salt})) % ${below})`;

function rows(count: number): readonly string[] {
  // The newest 2 % are the last fortnight's.
  const age = `(${count} - n)`;
  const recent = Math.floor(count * 0.02);
  const shareSteps = storeShares.map((_, no) => storeShares.slice(0, no + 1).reduce((sum, share) => sum + share, 0));
  const storeCase = shareSteps
    .map((upTo, no) => `when ${mixed(1, 100)} < ${upTo} then '${listStoreId(no)}'::uuid`)
    .join(' ');
  return [
    `create temp table made on commit drop as
      select n, case ${storeCase} end as store_id,
        case when ${mixed(2, 100)} = 0 then 'b2b' else 'b2c' end as kind,
        case when ${age} > ${recent} then (case when ${mixed(3, 100)} < 5 then 'cancelled'
            when ${mixed(3, 100)} < 8 then 'manual_completed' else 'completed' end)
          else (array['pending', 'pending', 'pending', 'processing', 'processing', 'partially_shipped', 'shipped', 'completed', 'cancelled'])[1 + ${mixed(3, 9)}]
        end as status,
        now() - make_interval(secs => ${age}::float8 * 63072000 / ${count} + ${mixed(4, 60)}) as ordered_at
      from generate_series(1, ${count}) as n`,
    `insert into recipients (merchant_id, id, name, phone, country, city, district, address1, zip)
      select '${listMerchantId}', ${idOf(1, 'n')},
        (array['王','林','陳','張','黃','李','吳','蔡'])[1 + ${mixed(5, 8)}] || (array['小明','雅婷','志豪','美玲','建宏','怡君','家瑋','淑芬'])[1 + ${mixed(6, 8)}],
        '09' || lpad(n::text, 8, '0'), 'TW', '台北市', '中山區', '測試路 ' || n, '10491' from made`,
    `insert into orders (merchant_id, id, store_id, kind, platform_order_id, platform_order_number, source_channel,
        platform_status, platform_state, platform_updated_at, content_hash, ordered_at, paid_at, ship_by, currency,
        total_amount, payment_method, payment_record, recipient_id, status, open_hold_count, open_exception_count,
        line_count, warehouse_id, shipped_at, seen_at, created_at, updated_at)
      select '${listMerchantId}', ${idOf(0, 'n')}, store_id, kind, n::text, 'NW-' || (1000000 + n),
        case when ${mixed(7, 2000)} = 0 then '${rareChannel}' else (array['web', 'app', 'live', null])[1 + ${mixed(8, 4)}] end,
        'open', 'open', ordered_at, md5(n::text), ordered_at, ordered_at,
        case when ${mixed(9, 20)} > 0 then ordered_at + interval '3 days' end, 'TWD', (90 + ${mixed(10, 9000)})::numeric,
        'credit_card', 'online', ${idOf(1, 'n')}, status,
        case when status = 'pending' and ${mixed(11, 12)} = 0 then 1 else 0 end,
        case when status in ('processing', 'shipped') and ${mixed(12, 50)} = 0 then 1 else 0 end, 2,
        case when status not in ('pending', 'cancelled') then '${idText(4)}'::uuid end,
        case when status in ('shipped', 'completed') then ordered_at + interval '1 day' end, ordered_at, ordered_at, ordered_at
      from made`,
    `insert into order_lines (merchant_id, id, order_id, position, platform_line_id, sku, platform_product_id, name, quantity, unit_price)
      select '${listMerchantId}', ${idOf(2, 'n * 2 + p')}, ${idOf(0, 'n')}, p, n || '-' || p,
        -- Squared: some SKUs are in many orders, some in few.
        'SKU-' || lpad(floor(1 + 999 * sqrt(${mixed(13, 10_000)}::float8 / 10000))::text, 4, '0'), 'P-1', 'Tea', 1, 100
      from made cross join generate_series(0, 1) as p`,
    `insert into holds (merchant_id, id, store_id, order_id, code, origin, subject, opened_at, opened_by)
      select merchant_id, ${idOf(3, 'n')}, o.store_id, o.id, 'sku_unmapped', 'derived',
        (array['${unmappedSku}', 'SKU-0951', 'SKU-0952'])[1 + ${mixed(14, 3)}], o.ordered_at, 'Holdfast'
      from orders o join made on o.platform_order_id = n::text where o.open_hold_count > 0`,
    `insert into order_exceptions (merchant_id, id, store_id, order_id, code, message, opened_at)
      select merchant_id, ${idOf(4, 'n')}, o.store_id, o.id, 'writeback_failed', 'The platform refused it.', o.ordered_at
      from orders o join made on o.platform_order_id = n::text where o.open_exception_count > 0`,
    `insert into outbound_orders (merchant_id, id, order_id, store_id, warehouse_id, shipping_channel_id, status, currency, created_by, created_at)
      select '${listMerchantId}', ${idOf(5, 'n')}, ${idOf(0, 'n')}, store_id, '${idText(4)}', '${idText(6)}',
        case status when 'processing' then 'picking' when 'partially_shipped' then 'partially_shipped' else 'shipped' end,
        'TWD', 'Mei', ordered_at from made where status not in ('pending', 'cancelled')`,
    `insert into shipments (merchant_id, id, order_id, outbound_order_id, carrier_id, carrier_name, tracking_number, shipped_at, created_by)
      select '${listMerchantId}', ${idOf(6, 'n')}, ${idOf(0, 'n')}, ${idOf(5, 'n')}, '${idText(5)}', 'UPS',
        '1Z' || lpad(n::text, 10, '0'), ordered_at + interval '1 day', 'Mei'
      from made where status in ('partially_shipped', 'shipped', 'completed')`,
  ];
}
