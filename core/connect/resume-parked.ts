import type { Tx } from '../ports/database.ts';
import { writebackJob } from '../writeback/writeback-job.ts';
import type { ConnectPorts } from './ports.ts';

/** Work that waited for the authorization goes on: parked writebacks are sent, in the transaction that mends it. */
export async function resumeParked(
  ports: Pick<ConnectPorts, 'writebacks' | 'jobs' | 'clock'>,
  tx: Tx,
  authorizationId: string,
): Promise<void> {
  const resumed = await ports.writebacks.resume(tx, authorizationId, ports.clock.now());
  await ports.jobs.enqueue(
    tx,
    resumed.map((writeback) => writebackJob(writeback)),
  );
}
