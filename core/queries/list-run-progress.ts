import type { RunStatus } from './list-runs.ts';

/** How far a sync is, in the figures that a person waiting for it looks at. */
export interface RunProgress {
  readonly id: string;
  readonly status: RunStatus;
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly held: number;
  readonly failed: number;
  readonly error: string | null;
}

/** Of those of these runs that exist and are these merchants'. */
export type ListRunProgress = (input: {
  readonly merchantIds: readonly string[];
  readonly runIds: readonly string[];
}) => Promise<readonly RunProgress[]>;
