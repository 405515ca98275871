/** Repositories of this area; see db/repositories. */
export type IntakePorts = Record<never, never>;
