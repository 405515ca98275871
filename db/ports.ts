import type { AccessPorts } from '../core/ports/access.ts';
import type { AlertingPorts } from '../core/ports/alerting.ts';
import type { AuditRepository } from '../core/ports/audit.ts';
import type { CatalogPorts } from '../core/ports/catalog.ts';
import type { IntakeRepositories } from '../core/ports/intake.ts';
import type { Log } from '../core/ports/log.ts';
import type { OutgoingPorts } from '../core/ports/outgoing.ts';
import type { PacingStore } from '../core/ports/pacing.ts';
import type { ReadingPorts } from '../core/ports/reading.ts';
import type { SlackChannelPorts } from '../core/ports/slack-channels.ts';
import type { SlackSurfacePorts } from '../core/ports/slack-surfaces.ts';
import type { Drizzle } from './client.ts';
import { createCatalogQueries } from './queries/catalog.ts';
import { createOrderQueries } from './queries/order-queries.ts';
import { createStoreQueries } from './queries/store-queries.ts';
import { createAccessRepositories } from './repositories/access.ts';
import { createAlertRepository } from './repositories/alerts.ts';
import { createAuditRepository } from './repositories/audit.ts';
import { createCatalogRepositories } from './repositories/catalog.ts';
import { createIntakeRepositories } from './repositories/intake.ts';
import { createInteractionRepository } from './repositories/interactions.ts';
import { createOutgoingRepositories } from './repositories/outgoing.ts';
import { createPacingStore } from './repositories/pacing.ts';
import { type CallRecorder, createCallRecorder } from './repositories/platform-calls.ts';
import { createSlackChannelRepository } from './repositories/slack-channels.ts';
import { createSlackPeopleRepository } from './repositories/slack-people.ts';
import { createSlackSurfaceRepository } from './repositories/slack-surfaces.ts';

/** Everything that this room supplies to core's ports, made of one client. */
export interface DatabasePorts {
  readonly repositories: OutgoingPorts &
    CatalogPorts &
    Pick<AlertingPorts, 'alerts' | 'interactions' | 'slackPeople'> &
    Pick<SlackChannelPorts, 'slackChannels'> &
    SlackSurfacePorts & {
      readonly audit: AuditRepository;
      readonly intake: IntakeRepositories;
      readonly access: AccessPorts['access'];
    };
  readonly queries: ReadingPorts;
  readonly pacing: PacingStore;
  readonly calls: CallRecorder;
}

export function createDatabasePorts(
  db: Drizzle,
  options: { readonly log: Log; readonly renewablePlatforms: readonly string[] },
): DatabasePorts {
  return {
    repositories: {
      ...createOutgoingRepositories(db),
      ...createCatalogRepositories(),
      audit: createAuditRepository(),
      intake: createIntakeRepositories(),
      access: createAccessRepositories(db),
      alerts: createAlertRepository(options),
      interactions: createInteractionRepository(),
      slackPeople: createSlackPeopleRepository(),
      slackChannels: createSlackChannelRepository(),
      slackSurfaces: createSlackSurfaceRepository(),
    },
    queries: { ...createOrderQueries(db), ...createCatalogQueries(db), ...createStoreQueries(db) },
    pacing: createPacingStore(db),
    calls: createCallRecorder(db, options.log),
  };
}
