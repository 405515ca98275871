import { type SQL, sql } from 'drizzle-orm';
import { keepsClaim } from '../../core/order/holds.ts';
import { holdCodes } from '../../core/order/types.ts';
import { lineKey, lineKeyKind } from './mapping-keys.ts';

const codesWithoutClaim = holdCodes.filter((code) => !keepsClaim(code));

/**
 * `(merchant_id, product_id, units)`: what open orders that are not yet allocated will need, by their current recipes.
 * Orders whose payment is blocked or whose cancellation was asked for do not count. `products` narrows it:
 * `(merchant_id, id)`.
 *
 * It goes from the open orders to their lines, never through all lines: the planner cannot know how few lines a key has,
 * hence `materialized` and `offset 0`.
 */
export const claims = (merchants: SQL, products: SQL | null): SQL => sql`
  with wanted as materialized (
    select m.merchant_id, m.store_id, m.key_kind, m.key, c.product_id, c.quantity
    from mapping_components c
    join sku_mappings m on m.merchant_id = c.merchant_id and m.id = c.mapping_id and m.superseded_at is null
    where c.merchant_id = any(${merchants})
      ${products === null ? sql`` : sql`and (c.merchant_id, c.product_id) in (${products})`}
  ), open_order as materialized (
    select o.merchant_id, o.store_id, o.id, sc.match_by
    from orders o
    join stores st on st.merchant_id = o.merchant_id and st.id = o.store_id
    join sales_channels sc on sc.merchant_id = st.merchant_id and sc.id = st.sales_channel_id
    where o.merchant_id = any(${merchants}) and o.status = 'pending' and exists (select 1 from wanted)
      and not exists (select 1 from holds h where h.merchant_id = o.merchant_id and h.order_id = o.id
        and h.closed_at is null and h.code = any(${sql.param(codesWithoutClaim)}::text[]))
  ), needed as (
    select sc.merchant_id, sc.store_id, ${lineKeyKind} as key_kind, ${lineKey} as key,
      greatest(l.quantity - l.quantity_cancelled - greatest(l.quantity_shipped, l.platform_quantity_shipped), 0) as units
    from open_order sc cross join lateral (
      select l.* from order_lines l where l.merchant_id = sc.merchant_id and l.order_id = sc.id
        and l.removed_at is null and l.requires_shipping offset 0
    ) as l
  )
  select wanted.merchant_id, wanted.product_id, sum(needed.units * wanted.quantity) as units
  from needed join wanted on needed.merchant_id = wanted.merchant_id and needed.store_id = wanted.store_id
    and needed.key_kind = wanted.key_kind and needed.key = wanted.key
  group by wanted.merchant_id, wanted.product_id`;
