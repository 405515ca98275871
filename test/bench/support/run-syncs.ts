import { setTimeout as sleep } from 'node:timers/promises';
import { requestSync } from '../../../core/commands/request-sync.ts';
import { type BenchDesk, owner } from './desk-ports.ts';
import type { Progress } from './progress.ts';

const lookMs = 200;
/** No progress for so long: the desk is stuck, and the bench says so instead of waiting. */
const stuckMs = 120_000;

export interface SyncRequest {
  readonly merchantId: string;
  readonly storeIds: readonly string[];
  readonly since: Date;
  readonly until: Date;
  /** Called at every look, before the count. */
  readonly onLook?: (() => Promise<void>) | undefined;
}

/**
 * Asks a running desk to sync a time range of the stores, as a person would, and watches until all is done: how many
 * orders it had fetched when. Throws when a run fails.
 */
export async function runSyncs({ ports, client }: BenchDesk, request: SyncRequest): Promise<readonly Progress[]> {
  const { merchantId, storeIds, since, until } = request;
  const asked = await requestSync(ports, {
    actor: owner,
    merchantId,
    storeIds,
    mode: { kind: 'time_range', since, until },
    orderKind: 'b2c',
  });
  if (!asked.ok) throw new Error(`The sync was refused: ${asked.error.message}`);
  const ids = asked.value.runs.map((run) => run.runId);
  const samples: Progress[] = [{ atMs: performance.now(), orders: 0, running: ids.length }];
  let movedAt = performance.now();
  for (;;) {
    await sleep(lookMs);
    await request.onLook?.();
    const rows = await client.sql<{ status: string; fetched: number; error: string | null }[]>`
      select status, fetched, error from runs where merchant_id = ${merchantId} and id = any(${ids})`;
    const failed = rows.find((row) => row.status === 'failed' || row.error !== null);
    if (failed !== undefined) throw new Error(`A sync failed: ${failed.error}`);
    const orders = rows.reduce((sum, row) => sum + row.fetched, 0);
    const now = performance.now();
    const running = rows.filter((row) => row.status !== 'done').length;
    if (orders > (samples.at(-1)?.orders ?? 0)) {
      samples.push({ atMs: now, orders, running });
      movedAt = now;
    }
    if (running === 0) return samples;
    if (now - movedAt > stuckMs) throw new Error(`The sync has not moved for ${stuckMs / 1_000} s.`);
  }
}
