/** The clocks of the desk's machines differ by less. What is dated later was written before a clock was set back. */
export const clockSlackMs = 60_000;

/** True when our clock cannot have said so yet: it was ahead when this was written. */
export const isAhead = (writtenAt: Date, now: Date): boolean => writtenAt.getTime() - now.getTime() > clockSlackMs;
