import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

/** Longer than a live worker ever leaves a due writeback without a job of its own. */
const lostAfterMs = 5 * 60_000;
/** A minute's worth of one worker; the next minute takes the rest. */
const atOnce = 500;

/**
 * Every minute: gives writebacks a job whose own one is gone (used up while the database was away, deleted by hand), so
 * that nothing shipped stays untold in silence. Gives back how many.
 */
export async function requeueWritebacks(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log'> & Pick<OutgoingPorts, 'writebacks'>,
): Promise<number> {
  return ports.database.transaction(async (tx) => {
    const before = new Date(ports.clock.now().getTime() - lostAfterMs);
    const rows = await ports.writebacks.lost(tx, before, atOnce);
    if (rows.length === 0) return 0;
    await ports.jobs.enqueue(
      tx,
      rows.map((row) => writebackJob(row)),
    );
    ports.log.warn({ count: rows.length }, 'writebacks had lost their jobs');
    return rows.length;
  });
}
