import type { Role } from '../../core/people/actor.ts';
import type { Person } from './workspace.ts';

/** A user of the pretended workspace, and who they are at the desk: null is somebody whom nobody has confirmed. */
export interface PreviewUser extends Person {
  readonly role: Role | null;
}

/** The owner, one person for each other role, and a stranger: refusals are part of what there is to see. */
export const previewPeople: readonly PreviewUser[] = [
  user('U0OWNER0000', 'Owner', 'owner', 'you, the owner'),
  user('U0ADMIN0000', 'Ada', 'admin', 'admin'),
  user('U0OPERATOR0', 'Omar', 'operator', 'operator'),
  user('U0WAREHOUSE', 'Wen', 'warehouse', 'warehouse'),
  user('U0VIEWER000', 'Vera', 'viewer', 'viewer'),
  { userId: 'U0STRANGER0', name: 'Sam', about: 'not confirmed at the desk', email: null, role: null },
];

function user(userId: string, name: string, role: Role, about: string): PreviewUser {
  // A name under .invalid belongs to nobody, so that no real person is linked by it.
  return { userId, name, about, email: `${name.toLowerCase()}@slack-preview.invalid`, role };
}
