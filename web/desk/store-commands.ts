import type { addStore } from '../../core/commands/add-store.ts';
import type { beginAuthorization } from '../../core/commands/begin-authorization.ts';
import type { completeAuthorization } from '../../core/commands/complete-authorization.ts';
import type { deleteStore, previewDeleteStore } from '../../core/commands/delete-store.ts';
import type { editStore } from '../../core/commands/edit-store.ts';
import type { loadCarriers } from '../../core/commands/load-carriers.ts';
import type { loadListings } from '../../core/commands/load-listings.ts';
import type { pairCarrier } from '../../core/commands/pair-carrier.ts';
import type { receiveWebhook } from '../../core/commands/receive-webhook.ts';
import type { refreshAuthorization } from '../../core/commands/refresh-authorization.ts';
import type { requestWebhooks } from '../../core/commands/register-webhooks.ts';
import type { revokeAuthorization } from '../../core/commands/revoke-authorization.ts';
import type { setStoreStatus } from '../../core/commands/set-store-status.ts';
import type {
  settleAuthorizationChoice,
  showAuthorizationChoice,
} from '../../core/commands/settle-authorization-choice.ts';
import type { testConnection } from '../../core/commands/test-connection.ts';
import type { updateCredentials } from '../../core/commands/update-credentials.ts';

/** A command of core with its ports given. */
type Bound<Command> = Command extends (ports: never, input: infer Input) => infer Answer
  ? (input: Input) => Answer
  : never;

/** What pages about stores call; the desk implements it. */
export interface StoreCommands {
  readonly addStore: Bound<typeof addStore>;
  readonly beginAuthorization: Bound<typeof beginAuthorization>;
  readonly completeAuthorization: Bound<typeof completeAuthorization>;
  readonly showAuthorizationChoice: Bound<typeof showAuthorizationChoice>;
  readonly settleAuthorizationChoice: Bound<typeof settleAuthorizationChoice>;
  readonly testConnection: Bound<typeof testConnection>;
  readonly refreshAuthorization: Bound<typeof refreshAuthorization>;
  readonly revokeAuthorization: Bound<typeof revokeAuthorization>;
  readonly updateCredentials: Bound<typeof updateCredentials>;
  readonly editStore: Bound<typeof editStore>;
  readonly setStoreStatus: Bound<typeof setStoreStatus>;
  readonly previewDeleteStore: Bound<typeof previewDeleteStore>;
  readonly deleteStore: Bound<typeof deleteStore>;
  readonly loadCarriers: Bound<typeof loadCarriers>;
  readonly loadListings: Bound<typeof loadListings>;
  readonly requestWebhooks: Bound<typeof requestWebhooks>;
  readonly receiveWebhook: Bound<typeof receiveWebhook>;
  readonly pairCarrier: Bound<typeof pairCarrier>;
}
