import type { AccessPorts } from '../../core/ports/access.ts';
import type { Drizzle } from '../client.ts';
import { createAuthorizationRepository } from './authorizations.ts';
import { createCredentialRepository } from './credentials.ts';
import { createOauthStateRepository } from './oauth-states.ts';
import { createPeopleRepository } from './people.ts';
import { createSessionRepository } from './sessions.ts';
import { createStoreRepository } from './stores.ts';
import { createWebhookDeliveryRepository } from './webhook-deliveries.ts';

/** The repositories of stores, authorizations, people and sessions. */
export function createAccessRepositories(db: Drizzle): AccessPorts['access'] {
  return {
    authorizations: createAuthorizationRepository(),
    credentials: createCredentialRepository(),
    stores: createStoreRepository(),
    oauthStates: createOauthStateRepository(),
    webhookDeliveries: createWebhookDeliveryRepository(),
    people: createPeopleRepository(),
    sessions: createSessionRepository(db),
  };
}
