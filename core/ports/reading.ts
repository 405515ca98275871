/** Repositories of this area; see db/repositories. */
export type ReadingPorts = Record<never, never>;
