import type { PlatformChange } from '../../core/order/platform-change.ts';
import type { PlatformOrder } from '../../core/order/types.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { FetchedOrder } from '../../core/ports/connector.ts';
import type { Database } from '../../core/ports/database.ts';
import type { IntakePorts } from '../../core/ports/intake.ts';
import type { BasePorts } from '../../core/ports/ports.ts';
import type { RetentionPorts } from '../../core/ports/retention.ts';
import { createJobs } from '../../db/jobs.ts';
import { createAuditRepository } from '../../db/repositories/audit.ts';
import { createIntakeRepositories } from '../../db/repositories/intake.ts';
import { silentLog } from './log.ts';

/** A clock that a test sets. */
export interface SetClock extends Clock {
  set(moment: Date | string): void;
}

export function setClock(start: Date | string): SetClock {
  let moment = new Date(start);
  return {
    now: () => moment,
    set(next) {
      moment = new Date(next);
    },
  };
}

export type IntakeTestPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log' | 'audit'> &
  IntakePorts &
  RetentionPorts & {
    readonly clock: SetClock;
    /** What the lifecycle was told. */
    readonly followed: PlatformChange[];
  };

/** Real repositories over a test database; the lifecycle is told of changes by a list. */
export function intakePorts(database: Database, at: Date | string = '2026-11-21T08:00:00Z'): IntakeTestPorts {
  const followed: PlatformChange[] = [];
  return {
    database,
    clock: setClock(at),
    jobs: createJobs(),
    log: silentLog,
    audit: createAuditRepository(),
    intake: createIntakeRepositories(),
    limits: { callLogDays: 14, rawPayloadDays: 30 },
    followed,
    followPlatformChanges: async (_tx, changes) => {
      followed.push(...changes);
    },
  };
}

/** A page as a connector gives it: mapped orders with a raw text of their own. */
export const fetched = (...orders: readonly PlatformOrder[]): { orders: FetchedOrder[] } => ({
  orders: orders.map((order) => ({ ok: true, order, raw: JSON.stringify({ id: order.platformOrderId }) })),
});
