import { type SQL, sql } from 'drizzle-orm';
import { clockSlackMs } from '../../core/moved-clock.ts';

/** As core/moved-clock.ts has it; false where nobody wrote down when. */
export const isAhead = (writtenAt: SQL, at: SQL): SQL =>
  sql`coalesce(${writtenAt} > ${at} + make_interval(secs => ${clockSlackMs / 1000}::float8), false)`;

/** `value`, or where our clock was ahead when it was written, what it would be if it were written now. */
export const asOfNow = (value: SQL, writtenAt: SQL, at: SQL): SQL =>
  sql`case when ${isAhead(writtenAt, at)} then ${at} + (${value} - ${writtenAt}) else ${value} end`;
