import type { AccessPorts } from './access.ts';
import type { AlertingPorts } from './alerting.ts';
import type { AuditRepository } from './audit.ts';
import type { CatalogPorts } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { ConnectorRegistry } from './connector.ts';
import type { Database } from './database.ts';
import type { IntakePorts } from './intake.ts';
import type { Jobs } from './jobs.ts';
import type { Log } from './log.ts';
import type { OutgoingPorts } from './outgoing.ts';
import type { Platforms } from './platforms.ts';
import type { RetentionPorts } from './retention.ts';
import type { SlackChannelPorts } from './slack-channels.ts';
import type { SlackSurfacePorts } from './slack-surfaces.ts';
import type { Vault } from './vault.ts';

/** What every command may use. */
export interface BasePorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly audit: AuditRepository;
  readonly connectors: ConnectorRegistry;
  readonly platforms: Platforms;
  readonly vault: Vault;
}

/** Everything core needs from outside; the composition root supplies it. Commands ask for the part they use. */
export type Ports = BasePorts &
  IntakePorts &
  OutgoingPorts &
  AccessPorts &
  CatalogPorts &
  AlertingPorts &
  SlackChannelPorts &
  SlackSurfacePorts &
  RetentionPorts;
