import { snoozeUntilMorning as morningAfter } from '../alert/snooze.ts';
import { isId } from '../ids.ts';
import { ok, type Result } from '../result.ts';
import type { SlackPorts } from '../slack/ports.ts';
import type { AlertDeskPorts } from './settle-alerts.ts';
import { snoozeAlert, type TendAlertInput } from './tend-alert.ts';

/**
 * Snoozes an alert until 9:00 tomorrow on the clock of its channel; where the channel has no time zone, of its merchant.
 * Refusals: as `snoozeAlert`.
 */
export async function snoozeUntilMorning(
  ports: AlertDeskPorts & Pick<SlackPorts, 'slackChannels'>,
  input: TendAlertInput,
): Promise<Result<{ readonly until: Date }>> {
  const timeZone = await ports.database.transaction(async (tx) => {
    const alert = isId(input.alertId) ? await ports.alerts.show(tx, input.merchantId, input.alertId) : null;
    return ports.slackChannels.zoneOf(tx, alert?.channelId ?? null, input.merchantId);
  });
  const until = morningAfter(ports.clock.now(), timeZone);
  const snoozed = await snoozeAlert(ports, { ...input, until });
  return snoozed.ok ? ok({ until }) : snoozed;
}
