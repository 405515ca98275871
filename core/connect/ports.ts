import type { AccessPorts } from '../ports/access.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';

/** What connecting needs: everything but open connections, which it makes. */
export type ConnectPorts = Omit<BasePorts, 'platforms'> & AccessPorts & Pick<OutgoingPorts, 'writebacks'>;
