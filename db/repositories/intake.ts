import type { IntakeRepositories } from '../../core/ports/intake.ts';
import { deliveryRepository } from './deliveries.ts';
import { ruleRepository } from './hold-rule-tables.ts';
import { holdRepository } from './holds.ts';
import { housekeepingRepository } from './housekeeping.ts';
import { intakeStoreRepository } from './intake-stores.ts';
import { malformedRepository } from './malformed.ts';
import { orderIngestRepository } from './orders-ingest.ts';
import { runRepository } from './runs.ts';

/** Everything of `IntakePorts` that is kept in PostgreSQL; each call works in the transaction that it is given. */
export const createIntakeRepositories = (): IntakeRepositories => ({
  stores: intakeStoreRepository,
  orders: orderIngestRepository,
  holds: holdRepository,
  rules: ruleRepository,
  malformed: malformedRepository,
  runs: runRepository,
  deliveries: deliveryRepository,
  housekeeping: housekeepingRepository,
});
