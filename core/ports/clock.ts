/** Time is an argument: rules take a `Date`, commands ask this port. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
