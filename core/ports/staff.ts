import type { Role } from '../people/actor.ts';
import type { Tx } from './database.ts';

export interface StaffGrant {
  readonly role: Role;
  /** Null: all. */
  readonly merchantIds: readonly string[] | null;
  readonly warehouseIds: readonly string[] | null;
}

/** A person as those see them who hand out roles. */
export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly status: 'active' | 'disabled';
  readonly grants: readonly StaffGrant[];
}

/** People and what they may do; changed by owners. */
export interface StaffRepository {
  /**
   * The person, their row locked, and with it (in id order) those of all owners over all merchants: of two who take
   * each other's role away at the same instant, the second finds nobody left.
   */
  lock(tx: Tx, personId: string): Promise<StaffMember | null>;
  /** Active owners over all merchants. */
  countOwners(tx: Tx): Promise<number>;
  /** `taken`: another person has this e-mail address. */
  insert(
    tx: Tx,
    person: { readonly id: string; readonly name: string; readonly email: string | null },
  ): Promise<'saved' | 'taken'>;
  update(
    tx: Tx,
    personId: string,
    facts: { readonly name: string; readonly email: string | null },
  ): Promise<'saved' | 'taken'>;
  /** In the place of all that they held. */
  replaceGrants(tx: Tx, personId: string, grant: StaffGrant): Promise<void>;
  setStatus(tx: Tx, personId: string, status: StaffMember['status']): Promise<void>;
  /** Ends every browser session; gives back how many. */
  endSessions(tx: Tx, personId: string): Promise<number>;
  /** Those of these ids that exist. */
  known(
    tx: Tx,
    ids: { readonly merchantIds: readonly string[]; readonly warehouseIds: readonly string[] },
  ): Promise<{ readonly merchantIds: ReadonlySet<string>; readonly warehouseIds: ReadonlySet<string> }>;
}
