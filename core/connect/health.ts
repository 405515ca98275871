import { settleAlerts } from '../alert/settle-job.ts';
import { resumeParkedWritebacks } from '../commands/resume-parked-writebacks.ts';
import type { ConnectorError } from '../errors.ts';
import { type Actor, systemActor } from '../people/actor.ts';
import type { Authorization, AuthorizationRef, AuthorizationStatus } from '../ports/access.ts';
import type { Tx } from '../ports/database.ts';
import type { ConnectPorts } from './ports.ts';
import { wordsOf } from './refusals.ts';

/** The answer when no refresh helps any more. */
export const pleaseUpdate = 'Please update authorization';

/** Statuses that calls may be made in; the others wait for a person. */
export const callableStatuses: ReadonlySet<AuthorizationStatus> = new Set(['authorized', 'expiring', 'abnormal']);

/**
 * Writes what the platform's answers say of an authorization, with audit event and alerts, in the caller's
 * transaction; parked work goes on when it is `authorized` again. Does nothing when status and reason are what they were.
 */
export async function setStatus(
  ports: Pick<ConnectPorts, 'access' | 'audit' | 'jobs' | 'clock' | 'writebacks'>,
  tx: Tx,
  authorization: Pick<Authorization, 'id' | 'merchantId' | 'status' | 'reason'>,
  next: { readonly status: AuthorizationStatus; readonly reason: string | null },
  actor: Actor = systemActor,
): Promise<void> {
  if (authorization.status === next.status && authorization.reason === next.reason) return;
  const ref = { merchantId: authorization.merchantId, authorizationId: authorization.id };
  await ports.access.authorizations.update(tx, ref, next);
  if (authorization.status === next.status) return;
  await ports.audit.append(tx, [
    {
      merchantId: authorization.merchantId,
      actor,
      at: ports.clock.now(),
      event: `authorization.${next.status}`,
      subjectType: 'authorization',
      subjectId: authorization.id,
      before: { status: authorization.status },
      after: { status: next.status, reason: next.reason },
    },
  ]);
  await ports.jobs.enqueue(tx, [settleAlerts(authorization.merchantId)]);
  if (next.status === 'authorized') await resumeParkedWritebacks(ports, tx, authorization.id);
}

/**
 * A call failed for good as the platform sees our credentials: `expired` where a login is over, else `abnormal`. False,
 * and nothing said, when the credentials used were replaced meanwhile: the new ones may well be good.
 */
export async function markRefused(
  ports: ConnectPorts,
  ref: AuthorizationRef,
  usedSealed: string,
  error: ConnectorError,
): Promise<boolean> {
  return ports.database.transaction(async (tx) => {
    const authorization = await ports.access.authorizations.lock(tx, ref);
    const kept = await ports.access.credentials.find(tx, ref);
    if (kept !== null && kept.sealed !== usedSealed) return false;
    if (authorization === null || !callableStatuses.has(authorization.status)) return true;
    const { profile } = ports.connectors.get(authorization.platform);
    await setStatus(ports, tx, authorization, {
      status: profile.connection === 'oauth' ? 'expired' : 'abnormal',
      reason: `${pleaseUpdate}: ${profile.name} refused our credentials (${wordsOf(error)}).`,
    });
    return true;
  });
}

/** A call went well: an `abnormal` authorization is sound again. */
export async function markSound(ports: ConnectPorts, ref: AuthorizationRef, actor?: Actor): Promise<void> {
  await ports.database.transaction(async (tx) => {
    const authorization = await ports.access.authorizations.lock(tx, ref);
    if (authorization?.status !== 'abnormal') return;
    await setStatus(ports, tx, authorization, { status: 'authorized', reason: null }, actor);
  });
}
