import type { TaskName, Tasks } from '../ports/jobs.ts';

/** Tasks that are made by the clock: all they need to know is the slot they are for. */
type SlotTask = { [N in TaskName]: Tasks[N] extends { slot: string } ? N : never }[TaskName];

export interface Tick {
  /** Kept in `schedule_ticks`: renaming one makes its current slot fire again. */
  readonly name: string;
  /** Five fields, UTC; the minute is the finest there is. */
  readonly cron: string;
  readonly task: SlotTask;
}

/** Everything the desk does by the clock. Per-store periods are decided by `sync.tick`, which looks for due stores. */
export const ticks: readonly Tick[] = [
  { name: 'sync', cron: '* * * * *', task: 'sync.tick' },
  { name: 'minute', cron: '* * * * *', task: 'housekeeping.minute' },
  // Not on the hour, when everybody else's nightly work hits the platforms.
  { name: 'daily', cron: '17 3 * * *', task: 'housekeeping.daily' },
];
