/** Repositories of this area; see db/repositories. */
export type AlertingPorts = Record<never, never>;
