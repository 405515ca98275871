import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { TaskRun, TaskRunRepository } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';
import { runItems, runs } from '../schema/index.ts';

export const taskRunRepository: TaskRunRepository = {
  async record(tx, merchantId, run, actor, startedAt, finishedAt) {
    const db = unwrap(tx);
    const done = run.results.filter((item) => item.result !== 'refused').reduce((sum, i) => sum + i.orderIds.length, 0);
    const failed = run.orderIds.length - done;
    await db.insert(runs).values({
      id: run.id,
      merchantId,
      storeId: run.storeId,
      kind: run.kind,
      mode: 'batch',
      numbers: [...run.orderIds],
      status: 'done',
      outcome: failed === 0 ? 'done' : done === 0 ? 'refused' : 'partly_done',
      fetched: run.orderIds.length,
      updated: done,
      failed,
      total: run.orderIds.length,
      personId: actor.personId,
      actorName: actor.name,
      via: actor.via,
      parameters: run.parameters,
      createdAt: startedAt,
      startedAt,
      pulseAt: finishedAt,
      finishedAt,
    });
    if (run.results.length === 0) return;
    await db.insert(runItems).values(
      run.results.map((item, page) => ({
        id: newId(),
        merchantId,
        runId: run.id,
        page,
        result: item.result,
        reasonCode: item.code,
        reason: item.reason,
        numbers: [...item.numbers],
        orderIds: [...item.orderIds],
      })),
    );
  },

  async findTwin(tx, merchantId, kind, parameters, since) {
    const db = unwrap(tx);
    await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${merchantId}/${parameters}`}, 0))`);
    const [row] = await db.execute<{ id: string }>(sql`
      select id from runs where merchant_id = ${merchantId} and kind = ${kind} and parameters = ${parameters}
        and created_at >= ${since.toISOString()}::timestamptz order by created_at desc limit 1`);
    if (row === undefined) return null;
    const items = await db.execute<TaskRun['results'][number] & { [column: string]: unknown }>(sql`
      select result, reason_code as code, reason, numbers, order_ids as "orderIds" from run_items
      where merchant_id = ${merchantId} and run_id = ${row.id} order by page, id`);
    return { id: row.id, results: [...items] };
  },
};
