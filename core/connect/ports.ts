import type { AccessPorts } from '../ports/access.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';

/** What the commands of stores and authorizations use. */
export type AccessCommandPorts = BasePorts & AccessPorts & Pick<OutgoingPorts, 'writebacks'>;

/** What connecting needs: everything but open connections, which it makes. */
export type ConnectPorts = Omit<AccessCommandPorts, 'platforms'>;
