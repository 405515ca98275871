import type { OutboundScope } from '../queries/list-outbound.ts';
import type { Actor } from './actor.ts';
import { permissions } from './permissions.ts';

/**
 * In which warehouses `actor` may see the merchant's outbound orders; null: in none. Warehouse people see their own
 * warehouses, every other role all of them.
 */
export function outboundScope(actor: Actor, merchantId: string): OutboundScope | null {
  if (actor.via === 'system') return { merchantId, warehouseIds: 'all' };
  const grants = actor.grants.filter(
    (grant) =>
      permissions.see_outbound.includes(grant.role) &&
      (grant.merchantIds === 'all' || grant.merchantIds.includes(merchantId)),
  );
  if (grants.length === 0) return null;
  const sets = grants.map((grant) => (grant.role === 'warehouse' ? grant.warehouseIds : 'all'));
  if (sets.some((set) => set === 'all')) return { merchantId, warehouseIds: 'all' };
  return { merchantId, warehouseIds: [...new Set(sets.flatMap((set) => (set === 'all' ? [] : set)))] };
}
