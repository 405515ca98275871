/** The clocks of the desk's machines differ by less. What is dated later was written before a clock was set back. */
export const clockSlackMs = 60_000;
