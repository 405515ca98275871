import type { Role } from '../people/actor.ts';
import type { HostRule, HttpClient, ParsedWebhook, PlatformApp, RecordCall } from './connector.ts';
import type { Tx } from './database.ts';
import type { PacingRate } from './pacing.ts';
import type { StaffRepository } from './staff.ts';

export const authorizationStatuses = [
  'pending',
  'unverified',
  'authorized',
  'expiring',
  'expired',
  'abnormal',
  'revoked',
] as const;
export type AuthorizationStatus = (typeof authorizationStatuses)[number];

export const storeStatuses = ['enabled', 'disabled'] as const;
export type StoreStatus = (typeof storeStatuses)[number];

export interface AuthorizationRef {
  readonly merchantId: string;
  readonly authorizationId: string;
}

export interface StoreRef {
  readonly merchantId: string;
  readonly storeId: string;
}

/** One grant on a platform. Its credentials are kept apart, sealed. */
export interface Authorization {
  readonly id: string;
  readonly merchantId: string;
  readonly platform: string;
  readonly status: AuthorizationStatus;
  /** Why the status is what it is, in words for the row; null while all is well. */
  readonly reason: string | null;
  readonly accountId: string | null;
  readonly accountName: string | null;
  /** What the person typed, secrets apart. */
  readonly fields: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  readonly missingScopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly refreshExpiresAt: Date | null;
  readonly authorizedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly refreshedAt: Date | null;
  readonly refreshNotBefore: Date | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

export type AuthorizationPatch = Partial<Omit<Authorization, 'id' | 'merchantId' | 'platform' | 'createdBy'>> & {
  readonly deletedAt?: Date | null;
};

/** Another process holds the row: nothing was done, try again in a moment. */
export class LockBusy extends Error {
  constructor() {
    super('Another process is working on this authorization.');
    this.name = 'LockBusy';
  }
}

export interface AuthorizationRepository {
  /** Null when it is not this merchant's, or deleted. */
  find(tx: Tx, ref: AuthorizationRef): Promise<Authorization | null>;
  /** As `find`, with the row locked until the transaction ends. Throws `LockBusy` when it stays taken for `waitMs`. */
  lock(tx: Tx, ref: AuthorizationRef, waitMs?: number): Promise<Authorization | null>;
  insert(tx: Tx, authorization: Authorization): Promise<void>;
  update(tx: Tx, ref: AuthorizationRef, patch: AuthorizationPatch): Promise<void>;
  /** Removes the row and its credentials: only for grants that never became a store's. */
  remove(tx: Tx, ref: AuthorizationRef): Promise<void>;
  /** Authorizations whose access token ends before the platform's moment, first to end first. */
  findDueForRefresh(
    tx: Tx,
    request: {
      readonly platforms: readonly { readonly platform: string; readonly endsBefore: Date }[];
      readonly now: Date;
      readonly limit: number;
    },
  ): Promise<readonly AuthorizationRef[]>;
  /**
   * Sets `expiring` and `expired` by what no refresh can mend: the refresh token's end where tokens are refreshed
   * (`refreshing` platforms), else the access token's. Returns those whose status changed.
   */
  settleExpiry(
    tx: Tx,
    request: { readonly refreshing: readonly string[]; readonly now: Date; readonly expiringFrom: Date },
  ): Promise<readonly (AuthorizationRef & { readonly status: AuthorizationStatus })[]>;
  /**
   * Sound authorizations whose work is parked all the same: it was parked in the moment of a new login, by a call that
   * still used the old one.
   */
  findSoundWithParkedWork(tx: Tx, limit: number): Promise<readonly AuthorizationRef[]>;
  /** Deletes held grants (see core/connect/held-grant.ts) made before this moment; returns how many. */
  removeHeldBefore(tx: Tx, moment: Date): Promise<number>;
}

export interface SealedCredentials {
  readonly id: string;
  /** Bound to `credentials:<id>`. */
  readonly sealed: string;
}

export interface CredentialRepository {
  find(tx: Tx, ref: AuthorizationRef): Promise<SealedCredentials | null>;
  /** One row an authorization: inserts it, or replaces what is sealed in it. */
  save(tx: Tx, ref: AuthorizationRef, credentials: SealedCredentials, at: Date): Promise<void>;
  remove(tx: Tx, ref: AuthorizationRef): Promise<void>;
}

/** What is synced: one shop or marketplace. */
export interface Store {
  readonly id: string;
  readonly merchantId: string;
  readonly authorizationId: string;
  readonly salesChannelId: string;
  readonly platform: string;
  readonly name: string;
  readonly code: string | null;
  readonly country: string | null;
  readonly currency: string | null;
  readonly platformShopId: string | null;
  readonly shopName: string | null;
  readonly status: StoreStatus;
  readonly orderScope: string;
  readonly syncEveryMinutes: number;
  readonly lookBackHours: number;
  readonly firstLookBackHours: number;
  readonly requiresMethodMapping: boolean;
  readonly freshnessSeconds: number;
  readonly settings: Readonly<Record<string, string>>;
}

export type StorePatch = Partial<Omit<Store, 'id' | 'merchantId' | 'platform'>> & {
  readonly replacedAt?: Date | null;
  readonly deletedAt?: Date | null;
};

/** What deleting a store would leave undone. */
export interface Stranded {
  /** Orders not yet fully shipped. */
  readonly unshipped: number;
  /** Shipments and decisions the platform has not been told of. */
  readonly unwritten: number;
}

export interface StoreRepository {
  /**
   * One change of names or shops of a platform at a time, over all processes, until the transaction ends: makes the
   * checks below hold until the write. Taken before any row lock.
   */
  serialize(tx: Tx, platform: string): Promise<void>;
  /** Null when it is not this merchant's, or deleted. */
  find(tx: Tx, ref: StoreRef): Promise<Store | null>;
  lock(tx: Tx, ref: StoreRef): Promise<Store | null>;
  /** By id alone: for webhooks, whose sender knows no merchant. */
  findByIdAlone(tx: Tx, storeId: string): Promise<Store | null>;
  /** Enabled stores of these platforms whose authorization is sound, with what may be shown of its fields. */
  listCallable(
    tx: Tx,
    platforms: readonly string[],
  ): Promise<
    readonly (Pick<Store, 'id' | 'merchantId' | 'authorizationId' | 'platform'> & {
      readonly fields: Readonly<Record<string, string>>;
    })[]
  >;
  /** In order of creation. */
  ofAuthorization(tx: Tx, ref: AuthorizationRef): Promise<readonly Store[]>;
  /** Which of `names` other stores of this merchant and platform have, compared without case. */
  takenNames(
    tx: Tx,
    request: {
      readonly merchantId: string;
      readonly platform: string;
      readonly names: readonly string[];
      readonly exceptStoreIds: readonly string[];
    },
  ): Promise<readonly string[]>;
  /** Stores of any merchant, under another authorization, that are already one of these shops. */
  connectedElsewhere(
    tx: Tx,
    request: {
      readonly platform: string;
      readonly platformShopIds: readonly string[];
      readonly exceptAuthorizationId: string;
    },
  ): Promise<readonly { readonly platformShopId: string; readonly merchantId: string; readonly name: string }[]>;
  insert(tx: Tx, stores: readonly Store[]): Promise<void>;
  update(tx: Tx, ref: StoreRef, patch: StorePatch): Promise<void>;
  /** Sets and removes (null) single settings, leaving the others. */
  mergeSettings(tx: Tx, ref: StoreRef, settings: Readonly<Record<string, string | null>>): Promise<void>;
  /** The merchant's first sales channel, made when there is none. */
  ensureSalesChannel(tx: Tx, merchantId: string): Promise<string>;
  stranded(tx: Tx, ref: StoreRef): Promise<Stranded>;
  /** Mappings, classifications, pairings and method mappings of one store, copied to another of the same merchant. */
  copySetup(
    tx: Tx,
    request: { readonly merchantId: string; readonly from: string; readonly to: string },
  ): Promise<void>;
  /**
   * Queued runs, one a store; a store that has one of the mode waiting or running keeps it. Without a window the run
   * looks back to where the store's last sync ended. Returns the new ones.
   */
  queueRuns(
    tx: Tx,
    runs: readonly (StoreRef & {
      readonly runId: string;
      readonly authorizationId: string;
      readonly mode: 'first' | 'immediate';
      readonly since: Date | null;
      readonly until: Date | null;
      readonly personId: string | null;
      readonly actorName: string;
      readonly via: string;
    })[],
  ): Promise<readonly { readonly runId: string; readonly storeId: string }[]>;
  /** Inserts new listings and refreshes known ones, in one statement. */
  saveListings(
    tx: Tx,
    ref: StoreRef,
    listings: readonly {
      readonly platformProductId: string;
      readonly sku: string | null;
      readonly barcode: string | null;
      readonly name: string;
      readonly pictureUrl: string | null;
    }[],
    at: Date,
  ): Promise<void>;
}

export interface OauthState {
  readonly stateHash: string;
  readonly merchantId: string;
  readonly authorizationId: string;
  readonly storeId: string | null;
  readonly sessionHash: string;
  readonly personId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export interface OauthStateRepository {
  insert(tx: Tx, state: OauthState): Promise<void>;
  /** Ends every open state of the authorization. */
  closeOpen(tx: Tx, ref: AuthorizationRef, at: Date): Promise<void>;
  /** With the row locked, so that of two callbacks with one state the second sees it used. */
  lock(tx: Tx, stateHash: string): Promise<OauthState | null>;
  markUsed(tx: Tx, stateHash: string, at: Date): Promise<void>;
}

export interface WebhookDeliveryRepository {
  /** False when this store has had the event before: nothing was written. */
  insert(
    tx: Tx,
    delivery: StoreRef &
      ParsedWebhook & { readonly id: string; readonly authorizationId: string; readonly receivedAt: Date },
  ): Promise<boolean>;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
}

export interface StoredGrant {
  readonly role: Role;
  readonly merchantIds: readonly string[] | null;
  readonly warehouseIds: readonly string[] | null;
}

export interface MerchantName {
  readonly id: string;
  readonly name: string;
}

export interface PeopleRepository extends StaffRepository {
  /** False when a process was here before: then it made (or is making) the owner. */
  claimOwner(tx: Tx, at: Date): Promise<boolean>;
  insertOwner(tx: Tx, person: Person & { readonly grantId: string }): Promise<void>;
  /** The longest-serving active owner over all merchants; null before the first start. */
  findOwner(tx: Tx): Promise<Person | null>;
  insertLoginLink(
    tx: Tx,
    link: { readonly tokenHash: string; readonly personId: string; readonly createdAt: Date; readonly expiresAt: Date },
  ): Promise<void>;
  /** Ends the open links of a person, so that only the newest serves. */
  closeLoginLinks(tx: Tx, personId: string, at: Date): Promise<void>;
  /** Uses the link up; null when it is unknown, used, past its time, or its person is disabled. */
  useLoginLink(tx: Tx, tokenHash: string, at: Date): Promise<Person | null>;
  /** Merchants that are not archived, by name. */
  merchantsOf(tx: Tx, personId: string): Promise<readonly MerchantName[]>;
}

export interface SessionDetail {
  readonly person: Person;
  readonly merchantId: string | null;
  readonly grants: readonly StoredGrant[];
  /** Those that the grants allow, not archived, by name. */
  readonly merchants: readonly MerchantName[];
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

export interface SessionRepository {
  insert(
    tx: Tx,
    session: {
      readonly tokenHash: string;
      readonly personId: string;
      readonly merchantId: string | null;
      readonly at: Date;
      readonly expiresAt: Date;
    },
  ): Promise<void>;
  /** One statement, outside any transaction: every page asks it. Null when unknown, ended, or the person is disabled. */
  find(tokenHash: string, now: Date): Promise<SessionDetail | null>;
  /** Moves the end on; outside any transaction. */
  touch(tokenHash: string, now: Date, expiresAt: Date): Promise<void>;
  setMerchant(tx: Tx, tokenHash: string, merchantId: string): Promise<void>;
  remove(tx: Tx, tokenHash: string): Promise<void>;
  /** True when somebody is or was signed in lately. */
  exist(tx: Tx): Promise<boolean>;
}

/** What opens an HTTP client for one authorization: guarded by `allow`, paced, logged, with `secrets` kept out of logs. */
export type OpenHttp = (request: {
  readonly platform: string;
  readonly authorizationId: string;
  readonly storeId: string | null;
  readonly allow: HostRule;
  /** Null where there is no rate to keep yet: a first consent or key test. */
  readonly rate: PacingRate | null;
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}) => HttpClient;

export interface ConnectionSettings {
  /** Origin without a trailing slash: callbacks and webhooks are addressed to it. */
  readonly publicUrl: string;
  /** Our fixed outbound addresses, for platforms with an IP allowlist. */
  readonly egressIps: readonly string[];
  /** The freshness limit that new stores start with; null: one sync period of the store. */
  readonly freshnessMinutes: number | null;
  /** Application-level settings of a platform; null: not set up on this installation, so it cannot be connected. */
  appOf(platform: string): PlatformApp | null;
}

/** Repositories and settings of stores, authorizations, people and sessions; see db/repositories/access.ts. */
export interface AccessPorts {
  readonly access: {
    readonly authorizations: AuthorizationRepository;
    readonly credentials: CredentialRepository;
    readonly stores: StoreRepository;
    readonly oauthStates: OauthStateRepository;
    readonly webhookDeliveries: WebhookDeliveryRepository;
    readonly people: PeopleRepository;
    readonly sessions: SessionRepository;
  };
  readonly connection: ConnectionSettings;
  readonly openHttp: OpenHttp;
  /** One row of the platform call log; never throws, never waits. */
  readonly recordCall: RecordCall;
}
