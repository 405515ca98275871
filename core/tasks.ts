import { confirmWriteback } from './commands/confirm-writeback.ts';
import { deliverAlert } from './commands/deliver-alert.ts';
import { housekeepDaily, housekeepMinute } from './commands/housekeeping.ts';
import { processWebhook } from './commands/process-webhook.ts';
import { reconcileStore } from './commands/reconcile-store.ts';
import { refreshAuthorization } from './commands/refresh-authorization.ts';
import { registerWebhooks } from './commands/register-webhooks.ts';
import { runSync } from './commands/run-sync.ts';
import { sendWriteback } from './commands/send-writeback.ts';
import { settleMerchantAlerts } from './commands/settle-alerts.ts';
import { tickSyncs } from './commands/tick-syncs.ts';
import { systemActor } from './people/actor.ts';
import type { TaskHandlers } from './ports/jobs.ts';
import type { Ports } from './ports/ports.ts';

/** What a worker runs for each task. `replay` finishes a Slack interaction that a dead process left. */
export function createTasks(ports: Ports, replay: ((interactionId: string) => Promise<void>) | null): TaskHandlers {
  return {
    'sync.run': (payload, { signal, attempt, maxAttempts }) =>
      runSync(ports, { ...payload, signal, attempt, maxAttempts }),
    'sync.tick': (payload) => tickSyncs(ports, payload),
    'sync.reconcile': (payload, { signal }) => reconcileStore(ports, { ...payload, signal }),
    'webhook.process': (payload, { signal }) => processWebhook(ports, { ...payload, signal }),
    'writeback.send': (payload, { signal }) => sendWriteback(ports, { ...payload, signal }),
    'writeback.confirm': (payload, { signal }) => confirmWriteback(ports, { ...payload, signal }),
    'alert.settle': async (payload) => void (await settleMerchantAlerts(ports, payload)),
    'alert.deliver': async (payload) => void (await deliverAlert(ports, payload)),
    'slack.interaction': async ({ interactionId }) => replay?.(interactionId),
    'authorization.refresh': async (payload) =>
      void (await refreshAuthorization(ports, { ...payload, actor: systemActor })),
    'webhooks.register': (payload) => registerWebhooks(ports, payload),
    'housekeeping.minute': () => housekeepMinute(ports),
    'housekeeping.daily': () => housekeepDaily(ports),
  };
}
