import { setTimeout as sleep } from 'node:timers/promises';
import { claimDue, deliverClaim } from './deliver-alert.ts';
import { type AlertDeskPorts, outboxJob } from './settle-alerts.ts';

/** Waits up to this long are slept through, because the job engine looks only once a second for jobs of later. */
const lingerMs = 3_000;
/** Then the job ends and a new one goes on: a worker that is asked to stop must not have to wait for a long storm. */
const longestMs = 30_000;

export interface AlertOutbox {
  /** Shows what is due. Ends when nothing is, having asked for the next time. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Posts and edits messages at Slack's pace, in order of urgency, until all alerts say the present. Any number of
 * processes may run it; within one process one run waits for the next turn and others wake it.
 */
export function createAlertOutbox(ports: AlertDeskPorts): AlertOutbox {
  let waiting: AbortController | null = null;

  async function run(signal: AbortSignal): Promise<void> {
    if (ports.notifier === null) return;
    const endsAt = performance.now() + longestMs;
    for (;;) {
      const { claims, nextAt } = await claimDue(ports);
      if (claims.length > 0) {
        const done = await Promise.allSettled(claims.map((claim) => deliverClaim(ports, claim)));
        const fault = done.find((one) => one.status === 'rejected');
        // What was claimed is free again when its lease ends; the job engine repeats.
        if (fault !== undefined) throw fault.reason;
        if (!signal.aborted) continue;
      }
      if (nextAt === null && claims.length === 0) return;
      if (waiting !== null) return waiting.abort();
      const pauseMs = (nextAt?.getTime() ?? 0) - ports.clock.now().getTime();
      if (nextAt === null || pauseMs > lingerMs || signal.aborted || performance.now() > endsAt) {
        return ports.database.transaction((tx) => ports.jobs.enqueue(tx, [outboxJob(nextAt ?? undefined)]));
      }
      await pause(pauseMs, signal);
    }
  }

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    waiting = new AbortController();
    try {
      await sleep(Math.max(0, ms), undefined, { signal: AbortSignal.any([signal, waiting.signal]) });
    } catch {
      // Woken, or asked to stop: the next round knows.
    } finally {
      waiting = null;
    }
  }

  return { run };
}
