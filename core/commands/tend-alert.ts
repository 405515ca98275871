import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type AlertDeskPorts, deliverJob, snoozeJobs } from './settle-alerts.ts';

export interface TendAlertInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly alertId: string;
}

const schema = z.object({ alertId: idField('There is no such alert.') });

/** The longest quiet that one press gives: nobody forgets a cause for ever. */
const longestSnoozeMs = 7 * 24 * 60 * 60 * 1000;

/** Says on the card who takes care of it, also in the place of somebody else. Refusals: `not_permitted`, `not_found`, `already_settled`. */
export async function assignAlert(ports: AlertDeskPorts, input: TendAlertInput): Promise<Result<true>> {
  const { personId } = input.actor;
  if (personId === null) return refuse('not_permitted', 'Only a person can take an alert.');
  return tend(ports, input, { assignedTo: personId, at: null });
}

/** Nobody has it any more; only who has it can say so. Refusals: `not_permitted`, `not_found`, `already_settled`, `not_yours`. */
export async function giveBackAlert(ports: AlertDeskPorts, input: TendAlertInput): Promise<Result<true>> {
  if (input.actor.personId === null) return refuse('not_permitted', 'Only a person can give an alert back.');
  return tend(ports, input, { assignedTo: null, at: null });
}

/**
 * Keeps the card as it is until then, whatever moves meanwhile, and says so on it; a settled cause is shown at once.
 * Refusals: `not_permitted`, `not_found`, `already_settled`, `bad_time`.
 */
export async function snoozeAlert(
  ports: AlertDeskPorts,
  input: TendAlertInput & { readonly until: Date },
): Promise<Result<true>> {
  const ms = input.until.getTime() - ports.clock.now().getTime();
  if (!(ms > 0 && ms <= longestSnoozeMs))
    return refuse('bad_time', 'Choose a time within the next seven days.', 'until');
  return tend(ports, input, { snoozedUntil: input.until, at: input.until });
}

/** Ends a snooze before its time, whoever began it. Refusals: `not_permitted`, `not_found`, `already_settled`, `not_snoozed`. */
export async function wakeAlert(ports: AlertDeskPorts, input: TendAlertInput): Promise<Result<true>> {
  return tend(ports, input, { isAwake: true, at: null });
}

/** A settled card offers what it released only as long as some of it waits. Refusals: `not_permitted`, `not_found`. */
export async function recountReleased(ports: AlertDeskPorts, input: TendAlertInput): Promise<Result<true>> {
  const permitted = requirePermission(input.actor, 'work_orders', input.merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { merchantId } = input;
  const { alertId } = parsed.value;
  return ports.database.transaction(async (tx): Promise<Result<true>> => {
    if ((await ports.alerts.lock(tx, merchantId, alertId)) === null)
      return refuse('not_found', 'There is no such alert.');
    if ((await ports.alerts.recountReleased(tx, merchantId, { alertId })).length > 0) {
      await ports.jobs.enqueue(tx, [deliverJob(merchantId, alertId)]);
    }
    return ok(true);
  });
}

type TendChange = Parameters<AlertDeskPorts['alerts']['tend']>[3];

async function tend(
  ports: AlertDeskPorts,
  input: TendAlertInput,
  change: TendChange & { readonly at: Date | null },
): Promise<Result<true>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  return ports.database.transaction(async (tx): Promise<Result<true>> => {
    const alert = await ports.alerts.lock(tx, merchantId, parsed.value.alertId);
    if (alert === null) return refuse('not_found', 'There is no such alert.', 'alertId');
    if (alert.state === 'resolved') return refuse('already_settled', 'It is settled already.');
    if (change.assignedTo === null && alert.assignedToId !== actor.personId) {
      const { assignedToName } = alert;
      return refuse('not_yours', assignedToName === null ? 'Nobody has it.' : `${assignedToName} has it, not you.`);
    }
    if (change.isAwake === true && (alert.snoozedUntil === null || alert.snoozedUntil <= ports.clock.now())) {
      return refuse('not_snoozed', 'It is not snoozed any more.');
    }
    await ports.alerts.tend(tx, merchantId, alert.id, change);
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: ports.clock.now(),
        event: eventOf(change),
        before: change.assignedTo === undefined ? null : { assignedTo: alert.assignedToName },
        subjectType: 'alert',
        subjectId: alert.id,
      },
    ]);
    await ports.jobs.enqueue(
      tx,
      change.at === null ? [deliverJob(merchantId, alert.id)] : snoozeJobs(merchantId, alert.id, change.at),
    );
    return ok(true);
  });
}

function eventOf({ assignedTo, isAwake }: TendChange): string {
  if (isAwake === true) return 'alert.woken';
  if (assignedTo === undefined) return 'alert.snoozed';
  return assignedTo === null ? 'alert.given_back' : 'alert.assigned';
}
