/** Repositories of this area; see db/repositories. */
export type AccessPorts = Record<never, never>;
