/** Repositories of this area; see db/repositories. */
export type OutgoingPorts = Record<never, never>;
