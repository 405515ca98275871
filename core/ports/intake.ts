import type { PlatformChange } from '../order/platform-change.ts';
import type { Tx } from './database.ts';
import type { HoldRepository, RuleRepository } from './intake-holds.ts';
import type { IntakeStoreRepository, OrderIngestRepository } from './intake-orders.ts';
import type { DeliveryRepository, HousekeepingRepository, MalformedRepository, RunRepository } from './intake-runs.ts';

export type * from './intake-holds.ts';
export type * from './intake-orders.ts';
export type * from './intake-runs.ts';

/** The rules of an order's life, told what the platform changed; in the page's transaction. */
export type FollowPlatformChanges = (tx: Tx, changes: readonly PlatformChange[]) => Promise<void>;

/** Everything between a platform's answer and an order with its holds. */
export interface IntakeRepositories {
  readonly stores: IntakeStoreRepository;
  readonly orders: OrderIngestRepository;
  readonly holds: HoldRepository;
  readonly rules: RuleRepository;
  readonly malformed: MalformedRepository;
  readonly runs: RunRepository;
  readonly deliveries: DeliveryRepository;
  readonly housekeeping: HousekeepingRepository;
}

export interface IntakePorts {
  readonly intake: IntakeRepositories;
  readonly followPlatformChanges: FollowPlatformChanges;
}
