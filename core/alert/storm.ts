/**
 * When new causes of one kind become one summary instead of a card each: more than `most` of a merchant that opened
 * within `withinMs` or still wait for their first post. Those that wait are folded; what is posted keeps its card. A
 * summary that grew within `blowsOnMs` takes every further cause of its kind; later ones speak for themselves again.
 */
export const stormRules = {
  most: 10,
  withinMs: 60_000,
  blowsOnMs: 10 * 60_000,
  /** Causes that the summary itself names. */
  shown: 5,
} as const;
