import { holdTitle } from '../order/hold-text.ts';
import type { HoldCode } from '../order/types.ts';
import type { RunCounts, RunItem } from '../ports/intake.ts';

export const noCounts: RunCounts = {
  fetched: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  held: 0,
  failed: 0,
  recovered: 0,
};

interface Group {
  readonly result: RunItem['result'];
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly numbers: string[];
  readonly orderIds: string[];
}

/** Collects what became of the orders of a page, grouped by result and reason. */
export class PageTally {
  readonly #groups = new Map<string, Group>();

  add(result: RunItem['result'], number: string, orderId: string | null, code?: string, reason?: string): void {
    const key = `${result}\n${code ?? ''}\n${reason ?? ''}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { result, reasonCode: code ?? null, reason: reason ?? null, numbers: [], orderIds: [] };
      this.#groups.set(key, group);
    }
    group.numbers.push(number);
    if (orderId !== null) group.orderIds.push(orderId);
  }

  addHeld(number: string, orderId: string, codes: Iterable<HoldCode>): void {
    for (const code of new Set(codes)) this.add('held', number, orderId, code, holdTitle(code));
  }

  items(): RunItem[] {
    return [...this.#groups.values()];
  }
}
