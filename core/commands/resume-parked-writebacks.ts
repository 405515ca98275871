import type { Tx } from '../ports/database.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

/** In the transaction that mends an authorization: what waited for it is sent. Gives back how many. */
export async function resumeParkedWritebacks(
  ports: Pick<BasePorts, 'clock' | 'jobs'> & Pick<OutgoingPorts, 'writebacks'>,
  tx: Tx,
  authorizationId: string,
): Promise<number> {
  const rows = await ports.writebacks.resume(tx, authorizationId, ports.clock.now());
  await ports.jobs.enqueue(
    tx,
    rows.map((row) => writebackJob(row, row.nextAttemptAt ?? undefined)),
  );
  return rows.length;
}
