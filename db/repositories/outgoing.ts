import type { OutgoingPorts } from '../../core/ports/outgoing.ts';
import type { Drizzle } from '../client.ts';
import { carrierRepository } from './carriers.ts';
import { dispatchHoldRepository } from './dispatch-holds.ts';
import { exceptionRepository } from './exceptions.ts';
import { inventoryRepository } from './inventory.ts';
import { orderLockRepository } from './order-lock.ts';
import { outboundRepository } from './outbound.ts';
import { shipmentRepository } from './shipments.ts';
import { taskRunRepository } from './task-runs.ts';
import { writebackRepository } from './writebacks.ts';

/** Repositories of what leaves. All work inside the caller's transaction; the client is taken for symmetry with others. */
export function createOutgoingRepositories(_db: Drizzle): OutgoingPorts {
  return {
    orderLocks: orderLockRepository,
    outbound: outboundRepository,
    inventory: inventoryRepository,
    shipments: shipmentRepository,
    writebacks: writebackRepository,
    exceptions: exceptionRepository,
    carriers: carrierRepository,
    dispatchHolds: dispatchHoldRepository,
    taskRuns: taskRunRepository,
  };
}
