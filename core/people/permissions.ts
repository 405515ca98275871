import { ok, type Refusal, type Result, refuse } from '../result.ts';
import type { Actor, Role } from './actor.ts';

/** What a role may do; the rows of the contract's table of people. */
export const permissions = {
  see_orders: ['viewer', 'operator', 'admin', 'owner'],
  see_outbound: ['viewer', 'operator', 'warehouse', 'admin', 'owner'],
  /** Bind, classify, map, dispatch, ship, cancel, hold. */
  work_orders: ['operator', 'admin', 'owner'],
  /** Pick, pack, ship outbound orders, adjust stock. */
  work_outbound: ['warehouse', 'admin', 'owner'],
  /** Authorize stores, rules, routing, overrides. */
  administer: ['admin', 'owner'],
  /** People, keys, merchants. */
  own: ['owner'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/**
 * True when `actor` may do `permission` for this merchant (and, for warehouse work, in this warehouse). Null: for the
 * whole installation, which needs the role over all merchants.
 */
export function may(
  actor: Actor,
  permission: Permission,
  merchantId: string | null,
  warehouseId?: string | null,
): boolean {
  if (actor.via === 'system') return true;
  const allowed: readonly Role[] = permissions[permission];
  return actor.grants.some(
    (grant) =>
      allowed.includes(grant.role) &&
      (grant.merchantIds === 'all' || (merchantId !== null && grant.merchantIds.includes(merchantId))) &&
      (grant.role !== 'warehouse' ||
        warehouseId === undefined ||
        warehouseId === null ||
        grant.warehouseIds === 'all' ||
        grant.warehouseIds.includes(warehouseId)),
  );
}

/** The roles that would be enough, in words: `operator, admin or owner`. */
export function rolesFor(permission: Permission): string {
  const names: readonly Role[] = permissions[permission];
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

export function requirePermission(
  actor: Actor,
  permission: Permission,
  merchantId: string | null,
  warehouseId?: string | null,
): Result<true, Refusal> {
  return may(actor, permission, merchantId, warehouseId)
    ? ok(true)
    : refuse(
        'not_permitted',
        `This needs the role ${rolesFor(permission)}${merchantId === null ? ' over all merchants' : ''}. Ask an owner to give it to you.`,
      );
}
