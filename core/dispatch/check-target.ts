import type { OrderKind } from '../order/types.ts';
import type { DispatchTarget } from '../ports/outgoing.ts';
import { ok, type Result, refuse } from '../result.ts';

/** Whether orders of this kind may go from this warehouse by this channel at all. Null target: no such pair. */
export function checkTarget(target: DispatchTarget | null, kind: OrderKind): Result<DispatchTarget> {
  if (target === null || target.channel.warehouseId !== target.warehouse.id) {
    return refuse('not_found', 'Choose a shipping channel of this warehouse.', 'shippingChannelId');
  }
  const { warehouse, channel } = target;
  if (!warehouse.enabled) {
    return refuse('warehouse_disabled', `${warehouse.name} is disabled. Choose another warehouse.`, 'warehouseId');
  }
  const service = kind === 'b2b' ? 'b2b' : 'dropship';
  if (!warehouse.services.includes(service)) {
    const name = service === 'b2b' ? 'B2B' : 'dropshipping';
    return refuse(
      'no_service',
      `${warehouse.name} has no ${name} service for this merchant. Choose another warehouse, or add the service in Settings.`,
      'warehouseId',
    );
  }
  if (!channel.enabled) {
    return refuse('channel_disabled', `${channel.name} is disabled. Choose another channel.`, 'shippingChannelId');
  }
  return ok(target);
}
