import type { RunStatus } from './list-runs.ts';

/** How far a sync is, in the figures that a person waiting for it looks at. */
export interface RunProgress {
  readonly id: string;
  readonly status: RunStatus;
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  /** Of the new and the changed orders: held afterwards. */
  readonly held: number;
  readonly failed: number;
  /** Why it failed; while it runs: what stopped it until it is tried again. */
  readonly error: string | null;
  /** What became of the numbers that were asked for; empty for other syncs, and while it runs. */
  readonly numbers: readonly AskedNumber[];
}

export interface AskedNumber {
  readonly number: string;
  /** created, updated, unchanged, skipped, held, missing, failed … */
  readonly result: string;
  readonly reason: string | null;
}

/** Of those of these runs that exist and are these merchants'. */
export type ListRunProgress = (input: {
  readonly merchantIds: readonly string[];
  readonly runIds: readonly string[];
}) => Promise<readonly RunProgress[]>;
