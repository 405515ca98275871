import type { Actor } from '../../core/people/actor.ts';
import { permissions, rolesFor } from '../../core/people/permissions.ts';
import type { Command } from './command.ts';

/** Why this person cannot use a command anywhere; null when they can somewhere. */
export function mayUse(actor: Actor, { needs }: Pick<Command, 'needs'>): string | null {
  if (needs === null) return null;
  const allowed: readonly string[] = permissions[needs];
  if (actor.grants.some((grant) => allowed.includes(grant.role))) return null;
  return `This needs the role ${rolesFor(needs)}. Ask an owner to give it to you.`;
}
