import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { callableStatuses } from '../connect/health.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { refetchRun } from '../sync/refetch-run.ts';
import { syncJob } from '../sync/sync-job.ts';
import { maxOrdersPerAction } from './hold-orders.ts';

export interface RefetchOrdersInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly orderIds: readonly string[];
}

const schema = z.object({
  orderIds: z
    .array(idField('There is no such order.'))
    .min(1, 'Choose an order.')
    .max(maxOrdersPerAction, `Choose at most ${maxOrdersPerAction} orders.`)
    .transform((ids) => [...new Set(ids)]),
});

/**
 * Pulls orders again from their platforms, in the background: one run a store, the first of them as `runId`.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`, `not_authorized`.
 */
export async function refetchOrders(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'connectors'> & IntakePorts,
  input: RefetchOrdersInput,
): Promise<
  Result<{
    readonly runId: string;
    readonly runs: readonly { readonly runId: string; readonly storeId: string; readonly orders: number }[];
  }>
> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { intake } = ports;
  return ports.database.transaction(async (tx) => {
    const orders = await intake.orders.platformIds(tx, merchantId, parsed.value.orderIds);
    if (orders.length === 0) return refuse('not_found', 'There is no such order.', 'orderIds');
    const byStore = Map.groupBy(orders, (order) => order.storeId);
    const platforms = new Set(ports.connectors.list().map(({ profile }) => profile.platform));
    const stores = await intake.stores.find(tx, merchantId, [...byStore.keys()]);
    const callable = stores.filter(
      (store) => platforms.has(store.platform) && callableStatuses.has(store.authorizationStatus),
    );
    const runs = callable.map((store) => {
      const ids = (byStore.get(store.id) ?? []).map((order) => order.platformOrderId);
      return refetchRun(store, ids, actor);
    });
    const [first] = runs;
    if (first === undefined) {
      return refuse('not_authorized', 'The platform of these orders cannot be asked. Update its authorization first.');
    }
    await intake.runs.insertMany(tx, runs, ports.clock.now());
    await ports.jobs.enqueue(
      tx,
      runs.map((run) => syncJob({ ...run, runId: run.id }, true)),
    );
    return ok({
      runId: first.id,
      runs: runs.map((run) => ({ runId: run.id, storeId: run.storeId, orders: run.numbers.length })),
    });
  });
}
