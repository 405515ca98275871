import { sql } from 'drizzle-orm';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';

/**
 * Keeps on settled alerts what was decided, as `detail.outcome`: the recipe of a SKU (`1 × TS-XL-BLK`), the class of a
 * payment type, the shipping type of a method. A card whose cause returns loses it with the rest of its detail.
 */
export async function keepOutcomes(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    with settled as materialized (
      select a.id, a.store_id, a.kind, a.resolution, a.detail->>'subject' as subject, a.detail->>'keyKind' as key_kind
      from alerts a
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param([...alertIds])}::uuid[]))
        and a.state = 'resolved' and a.resolution in ('mapped', 'classified') and a.store_id is not null
    ), outcomes as (
      select s.id, string_agg(c.quantity || ' × ' || p.sku, ' + ' order by p.sku) as outcome
      from settled s
      join sku_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.key_kind = s.key_kind
        and m.key = s.subject and m.superseded_at is null
      join mapping_components c on c.merchant_id = m.merchant_id and c.mapping_id = m.id
      join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
      where s.kind in ('held:sku_unmapped', 'held:sku_missing') and s.resolution = 'mapped'
      group by s.id
      union all
      select s.id, t.name from settled s
      join method_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.method = s.subject
      join shipping_types t on t.merchant_id = m.merchant_id and t.id = m.shipping_type_id
      where s.kind = 'held:shipping_method_unmapped' and s.resolution = 'mapped'
      union all
      select s.id, replace(c.class, '_', ' ') from settled s
      join payment_classifications c on c.merchant_id = ${merchantId} and c.store_id = s.store_id
        and c.payment_method = s.subject
      where s.kind = 'held:payment_unknown' and s.resolution = 'classified'
    )
    update alerts a set detail = a.detail || jsonb_build_object('outcome', o.outcome)
    from outcomes o where a.merchant_id = ${merchantId} and a.id = o.id`);
}
