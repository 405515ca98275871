import type { AlertingPorts } from '../ports/alerting.ts';
import type { Tx } from '../ports/database.ts';
import type { AlertView } from './types.ts';

/** Where a new message goes, or why it does not go anywhere now. */
export type Place =
  | { readonly kind: 'channel'; readonly channelId: string }
  | { readonly kind: 'later'; readonly until: Date; readonly why: string }
  | { readonly kind: 'nowhere'; readonly why: string };

/**
 * Where each of these alerts, none of which has a message, is posted; by alert id. Asked for all that wait at once, so
 * it reads for all at once.
 */
export async function whereToShow(
  ports: Pick<AlertingPorts, 'alerts' | 'defaultChannelId'>,
  tx: Tx,
  alerts: readonly AlertView[],
  _now: Date,
): Promise<ReadonlyMap<string, Place>> {
  const routed = await ports.alerts.routes(tx, alerts);
  return new Map(
    alerts.map((alert): [string, Place] => {
      const channelId = routed.get(alert.id) ?? ports.defaultChannelId;
      return [alert.id, channelId === null ? { kind: 'nowhere', why: 'no_channel' } : { kind: 'channel', channelId }];
    }),
  );
}
