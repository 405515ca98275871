import type { AuthorizationStatus, StoreStatus } from '../ports/access.ts';
import type { SetupFacts } from '../store/checklist.ts';
import type { Page, PageRequest } from './paging.ts';

export interface StoreRow extends SetupFacts {
  readonly storeId: string;
  readonly merchantId: string;
  readonly platform: string;
  readonly name: string;
  readonly code: string | null;
  readonly country: string | null;
  readonly shopName: string | null;
  readonly status: StoreStatus;
  readonly authorizationId: string;
  readonly reason: string | null;
  readonly missingScopes: readonly string[];
  readonly authorizedAt: Date | null;
  /** When the access token ends, and when even a refresh stops working. */
  readonly expiresAt: Date | null;
  readonly refreshExpiresAt: Date | null;
  /** When the last run ended, well or not. */
  readonly lastSyncAt: Date | null;
  /** The end of the last complete window. */
  readonly syncedUntil: Date | null;
  readonly lastSyncOutcome: string | null;
  /** Syncs that failed in a row. */
  readonly failingRuns: number;
  readonly isSyncing: boolean;
}

export interface ListStoresInput {
  readonly merchantIds: readonly string[];
  /** Part of the name, the code or the shop's name. */
  readonly text?: string | undefined;
  readonly platform?: string | undefined;
  readonly status?: StoreStatus | undefined;
  readonly authorizationStatus?: AuthorizationStatus | undefined;
}

/** All of them: those that need a person first, then by platform and name. */
export type ListStores = (input: ListStoresInput) => Promise<readonly StoreRow[]>;

export interface StoreDetail extends StoreRow {
  readonly currency: string | null;
  readonly platformShopId: string | null;
  readonly createdAt: Date;
  readonly syncEveryMinutes: number;
  readonly lookBackHours: number;
  readonly firstLookBackHours: number;
  readonly freshnessSeconds: number;
  readonly requiresMethodMapping: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly salesChannelName: string;
  readonly reconciledAt: Date | null;
  readonly authorization: {
    readonly accountId: string | null;
    readonly accountName: string | null;
    /** What the person typed, secrets apart. */
    readonly fields: Readonly<Record<string, string>>;
    readonly scopes: readonly string[];
    readonly checkedAt: Date | null;
    readonly refreshedAt: Date | null;
    /** The other stores that it carries. */
    readonly siblings: readonly { readonly storeId: string; readonly name: string; readonly country: string | null }[];
  };
  readonly webhooks: {
    /** Within the last seven days. */
    readonly lastReceivedAt: Date | null;
    /** In the last 24 hours. */
    readonly received: number;
  };
  readonly pairings: readonly StorePairing[];
  /** Warehouse carriers that have no pairing yet, and typed names that shipments wait for. */
  readonly unpairedCarriers: readonly StoreCarrier[];
}

/** A carrier as a store's pairing knows it. */
export interface StoreCarrier {
  /** Null: a name that was typed in Manual Ship. */
  readonly carrierId: string | null;
  readonly carrierName: string;
  /** The same in either case, as the database folds it: what names are told apart by, and a cause's subject. */
  readonly foldedName: string;
  /** Orders with a shipment that the platform is told of once this carrier is paired, and paired rightly. */
  readonly waitingCount: number;
}

export interface StorePairing extends StoreCarrier {
  readonly platformCode: string;
  readonly platformName: string;
}

/** Null when it is not one of these merchants', or deleted. */
export type ShowStore = (input: {
  readonly merchantIds: readonly string[];
  readonly storeId: string;
}) => Promise<StoreDetail | null>;

export interface CallRow {
  readonly id: string;
  readonly at: Date;
  readonly direction: 'out' | 'in';
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly attempt: number;
  readonly error: string | null;
  /** Redacted, failures only. */
  readonly requestExcerpt: string | null;
  readonly responseExcerpt: string | null;
}

export interface CallLogInput extends PageRequest {
  readonly merchantIds: readonly string[];
  readonly storeId: string;
  readonly result?: 'failed' | 'ok' | undefined;
  readonly direction?: 'out' | 'in' | undefined;
  /** Part of the operation's name. */
  readonly operation?: string | undefined;
}

/** Newest first: the store's own calls, and those of its authorization that belong to no store (login, refresh). */
export type CallLog = (input: CallLogInput) => Promise<Page<CallRow>>;

/** What the pages about stores read. The merchants given are already permitted. */
export interface StoreQueries {
  readonly listStores: ListStores;
  readonly showStore: ShowStore;
  readonly callLog: CallLog;
}
