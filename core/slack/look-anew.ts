import { outboxJob } from '../commands/settle-alerts.ts';
import type { Tx } from '../ports/database.ts';
import type { SlackPorts } from './ports.ts';

/** Routes, quiet hours or channels changed: alerts that wait because of them are looked at again, at once. */
export async function lookAnew(ports: Pick<SlackPorts, 'slackChannels' | 'jobs' | 'messenger'>, tx: Tx): Promise<void> {
  await ports.slackChannels.reconsider(tx);
  if (ports.messenger !== null) await ports.jobs.enqueue(tx, [outboxJob()]);
}
