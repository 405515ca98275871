/** Through what a deed came. */
export type Door = 'slack' | 'web' | 'api' | 'system';

export const roles = ['viewer', 'operator', 'warehouse', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** One role over a set of merchants; `warehouseIds` narrows warehouse people. */
export interface Grant {
  readonly role: Role;
  readonly merchantIds: 'all' | readonly string[];
  readonly warehouseIds: 'all' | readonly string[];
}

/** Who does something, and through what. Every audit event keeps both. */
export interface Actor {
  /** Null for the desk itself. */
  readonly personId: string | null;
  readonly name: string;
  readonly via: Door;
  readonly grants: readonly Grant[];
}

export const systemActor: Actor = { personId: null, name: 'Holdfast', via: 'system', grants: [] };
