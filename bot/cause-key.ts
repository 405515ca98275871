import type { AlertView } from '../core/alert/types.ts';
import { keyOfHold } from '../core/order/holds.ts';
import type { LineKey } from '../core/order/line-key.ts';

/** By what a line of this cause is bound; null when it has nothing to bind by. */
export function keyOfAlert(alert: AlertView): LineKey | null {
  const code = alert.kind === 'held:sku_missing' ? 'sku_missing' : 'sku_unmapped';
  return keyOfHold({ code, subject: alert.detail.subject ?? '', detail: alert.detail });
}
