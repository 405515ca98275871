import type { Ports } from '../ports/ports.ts';

/** Ends the session; ending one that is over is no error. */
export async function signOut(
  ports: Pick<Ports, 'access' | 'database'>,
  input: { readonly sessionHash: string },
): Promise<void> {
  await ports.database.transaction((tx) => ports.access.sessions.remove(tx, input.sessionHash));
}
