import { settleAlerts } from '../alert/settle-job.ts';
import { heldGrantMinutes } from '../connect/held-grant.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { systemActor } from '../people/actor.ts';
import { authorizationQueue } from '../ports/jobs.ts';
import { resumeParkedWritebacks } from './resume-parked-writebacks.ts';

/** Alerts begin two weeks ahead of an end that no refresh can mend. */
const expiringDays = 14;
/** Refreshes queued in one minute: each takes a second; the rest is found a minute later. */
const refreshesPerMinute = 200;
/** Authorizations whose stray parked work is resumed in one minute. */
const resumedPerMinute = 50;
/** Housekeeping looks every minute; what ends within the margin plus two of them is refreshed now, not by a caller. */
const aheadMs = 120_000;

/**
 * Each minute: queues the refresh of tokens about to end, says `expiring` or `expired` where no refresh helps, and
 * forgets grants that waited too long for a choice, resumes work that was parked beside a sound authorization. Safe to
 * run twice.
 */
export async function refreshExpiring(
  ports: AccessCommandPorts,
): Promise<{ readonly queued: number; readonly changed: number }> {
  const now = ports.clock.now();
  const profiles = ports.connectors.list().map((connector) => connector.profile);
  const refreshing = profiles.filter(
    (profile) => profile.capabilities.refresh && profile.refreshMarginSeconds !== null,
  );
  return ports.database.transaction(async (tx) => {
    await ports.access.authorizations.removeHeldBefore(tx, new Date(now.getTime() - heldGrantMinutes * 60_000));
    for (const { authorizationId } of await ports.access.authorizations.findSoundWithParkedWork(tx, resumedPerMinute)) {
      await resumeParkedWritebacks(ports, tx, authorizationId);
    }
    const changed = await ports.access.authorizations.settleExpiry(tx, {
      refreshing: refreshing.map((profile) => profile.platform),
      now,
      expiringFrom: new Date(now.getTime() + expiringDays * 86_400_000),
    });
    await ports.audit.append(
      tx,
      changed.map(({ merchantId, authorizationId, status }) => ({
        merchantId,
        actor: systemActor,
        at: now,
        event: `authorization.${status}`,
        subjectType: 'authorization' as const,
        subjectId: authorizationId,
        after: { status },
      })),
    );
    const due = await ports.access.authorizations.findDueForRefresh(tx, {
      platforms: refreshing.map((profile) => ({
        platform: profile.platform,
        endsBefore: new Date(now.getTime() + (profile.refreshMarginSeconds ?? 0) * 1000 + aheadMs),
      })),
      now,
      limit: refreshesPerMinute,
    });
    await ports.jobs.enqueue(tx, [
      ...[...new Set(changed.map((item) => item.merchantId))].map(settleAlerts),
      ...due.map((ref) => ({
        task: 'authorization.refresh' as const,
        payload: { merchantId: ref.merchantId, authorizationId: ref.authorizationId },
        queue: authorizationQueue(ref.authorizationId),
        key: `authorization.refresh:${ref.authorizationId}`,
        // Tried again by the next minute's look, not by the job engine.
        maxAttempts: 1,
      })),
    ]);
    return { queued: due.length, changed: changed.length };
  });
}
