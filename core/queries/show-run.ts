import type { RunRow } from './list-runs.ts';

/** The orders of a run with one result and one reason. */
export interface RunGroup {
  /** created, updated, unchanged, reread, skipped, held, failed, missing, recovered, dispatched, refused … */
  readonly result: string;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly count: number;
  /** The first of them, as many as a page can show. `orderId` is null where the desk has no such order. */
  readonly orders: readonly { readonly number: string; readonly orderId: string | null }[];
}

export interface RunDetail extends RunRow {
  readonly since: Date | null;
  readonly until: Date | null;
  /** Order numbers that were asked for. */
  readonly numbers: readonly string[];
  readonly groups: readonly RunGroup[];
}

/** Null for a run that does not exist or belongs to another merchant. */
export type ShowRun = (input: {
  readonly merchantIds: readonly string[];
  readonly runId: string;
}) => Promise<RunDetail | null>;

/** Every number of a run, for copying into another system; all results when none is named. */
export type RunNumbers = (input: {
  readonly merchantIds: readonly string[];
  readonly runId: string;
  readonly result?: string | undefined;
}) => Promise<readonly { readonly number: string; readonly result: string; readonly reason: string | null }[]>;
