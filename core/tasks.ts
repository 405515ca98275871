import { createSettlePace } from './alert/settle-pace.ts';
import { alertRound } from './commands/alert-round.ts';
import { confirmWriteback } from './commands/confirm-writeback.ts';
import { deliverAlert } from './commands/deliver-alert.ts';
import { createAlertOutbox } from './commands/deliver-alerts.ts';
import { deliverDigest } from './commands/deliver-digest.ts';
import { digestRound } from './commands/digest-round.ts';
import { housekeepDaily, housekeepMinute } from './commands/housekeeping.ts';
import { processWebhook } from './commands/process-webhook.ts';
import { reconcileStore } from './commands/reconcile-store.ts';
import { refreshAuthorization } from './commands/refresh-authorization.ts';
import { refreshExpiring } from './commands/refresh-expiring.ts';
import { registerWebhooks } from './commands/register-webhooks.ts';
import { renewWebhooks } from './commands/renew-webhooks.ts';
import { requeueWritebacks } from './commands/requeue-writebacks.ts';
import { runSync } from './commands/run-sync.ts';
import { sendWriteback } from './commands/send-writeback.ts';
import { settleInTurn } from './commands/settle-in-turn.ts';
import { tellChannelBroken } from './commands/tell-channel-broken.ts';
import { tickSyncs } from './commands/tick-syncs.ts';
import { systemActor } from './people/actor.ts';
import type { TaskHandlers } from './ports/jobs.ts';
import type { Ports } from './ports/ports.ts';
import type { SlackSurfaces } from './ports/slack-surfaces.ts';

/**
 * What a worker runs for each task. `replay` finishes a Slack interaction that a dead process left; `surfaces` keeps
 * what people look at in Slack true.
 */
export function createTasks(
  ports: Ports,
  replay: ((interactionId: string) => Promise<void>) | null,
  surfaces: SlackSurfaces | null = null,
): TaskHandlers {
  const pace = createSettlePace();
  const outbox = createAlertOutbox(ports);
  return {
    'sync.run': async (payload, { signal, attempt, maxAttempts }) => {
      await runSync(ports, { ...payload, signal, isLastAttempt: attempt >= maxAttempts });
    },
    'sync.tick': async (payload) => {
      await tickSyncs(ports, payload);
    },
    'sync.reconcile': async (payload, { signal, attempt, maxAttempts }) => {
      await reconcileStore(ports, { ...payload, signal, isLastAttempt: attempt >= maxAttempts });
    },
    'webhook.process': async (payload, { signal, attempt, maxAttempts }) => {
      await processWebhook(ports, { ...payload, signal, isLastAttempt: attempt >= maxAttempts });
    },
    'writeback.send': (payload, { signal }) => sendWriteback(ports, { ...payload, signal }),
    'writeback.confirm': (payload, { signal }) => confirmWriteback(ports, { ...payload, signal }),
    'alert.settle': async (payload) => {
      await settleInTurn(ports, pace, payload);
      await surfaces?.homesMayChange();
    },
    'alert.deliver': async (payload) => {
      await deliverAlert(ports, payload);
      await surfaces?.homesMayChange();
    },
    'alert.outbox': (_payload, { signal }) => outbox.run(signal),
    'slack.notice': (payload) => tellChannelBroken(ports, payload),
    'slack.digest': (payload) => deliverDigest(ports, payload),
    'slack.homes': async () => surfaces?.drawHomes(),
    'slack.follow': async ({ followId }) => surfaces?.follow(followId),
    'slack.interaction': async ({ interactionId }) => replay?.(interactionId),
    'authorization.refresh': async (payload) => {
      await refreshAuthorization(ports, { ...payload, actor: systemActor });
    },
    'webhooks.register': (payload) => registerWebhooks(ports, payload),
    'housekeeping.minute': async () => {
      await alertRound(ports);
      await digestRound(ports);
      await refreshExpiring(ports);
      await housekeepMinute(ports);
      await requeueWritebacks(ports);
      await surfaces?.homesMayChange();
    },
    'housekeeping.daily': async (_payload, { signal }) => {
      await renewWebhooks(ports);
      await housekeepDaily(ports, signal);
    },
  };
}
