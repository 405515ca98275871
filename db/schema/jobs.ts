import { pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, id, moment } from './columns.ts';

/** Each firing of the schedule once, over all schedulers: inserted on conflict do nothing with the job it makes. */
export const scheduleTicks = pgTable(
  'schedule_ticks',
  {
    id: id().primaryKey(),
    name: text('name').notNull(),
    /** The authorization, or '' for ticks of the whole desk. */
    scope: text('scope').notNull().default(''),
    /** Time floored to the period. */
    slot: moment('slot').notNull(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('schedule_ticks_slot').on(t.name, t.scope, t.slot)],
);
