import type { AlertView } from '../core/alert/types.ts';
import type { Actor } from '../core/people/actor.ts';
import type { Result } from '../core/result.ts';
import type { RecordPorts } from './record.ts';

export interface Asked {
  readonly actor: Actor;
  readonly merchantId: string;
}

export interface Component {
  readonly productId: string;
  readonly quantity: number;
}

/** A warehouse SKU offered in a select. */
export interface Suggestion {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly available: number;
}

/** What the dispatch modal shows for the final check. */
export interface DispatchChoice {
  readonly orderNumber: string;
  readonly storeName: string;
  readonly version: number;
  /** Name and address in lines, as printed on a label. */
  readonly recipient: readonly string[];
  readonly lines: readonly {
    readonly name: string;
    readonly sku: string | null;
    readonly quantity: number;
    readonly boundTo: string | null;
  }[];
  readonly channels: readonly {
    readonly warehouseId: string;
    readonly warehouseName: string;
    readonly channelId: string;
    readonly channelName: string;
    readonly carrierName: string;
    readonly serviceLevel: string;
    /** Why this one cannot be chosen here; null when it can. */
    readonly unavailable: string | null;
  }[];
  /** What stands in the way whatever is chosen, in words. */
  readonly blockers: readonly string[];
  readonly warnings: readonly string[];
}

export interface SyncRun {
  readonly runId: string;
  readonly storeId: string;
  readonly joined: boolean;
}

/** What the bot uses of the desk: the same commands and queries as the web. */
export interface BotDesk {
  bindSku(
    input: Asked & {
      readonly storeId: string;
      readonly keyKind: 'sku' | 'product' | 'barcode';
      readonly key: string;
      readonly components: readonly Component[];
    },
  ): Promise<Result<{ readonly releasedOrders: number }>>;
  previewBindSku(
    input: Asked & { readonly storeId: string; readonly keyKind: 'sku' | 'product' | 'barcode'; readonly key: string },
  ): Promise<Result<{ readonly heldOrders: number }>>;
  suggestProducts(input: {
    readonly merchantId: string;
    readonly text?: string | undefined;
    readonly platformSku?: string | null | undefined;
    readonly platformName?: string | null | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly Suggestion[]>;
  dispatchChoice(input: Asked & { readonly orderId: string }): Promise<Result<DispatchChoice>>;
  dispatchOrder(
    input: Asked & {
      readonly orderId: string;
      readonly expectedVersion: number;
      readonly warehouseId: string;
      readonly shippingChannelId: string;
    },
  ): Promise<Result<{ readonly outboundNumber: string }>>;
  classifyPayment(
    input: Asked & {
      readonly storeId: string;
      readonly paymentMethod: string;
      readonly class: 'prepaid' | 'cash_on_delivery' | 'blocked';
    },
  ): Promise<Result<{ readonly releasedOrders: number; readonly heldOrders: number }>>;
  mapShippingMethod(
    input: Asked & { readonly storeId: string; readonly method: string; readonly shippingTypeId: string },
  ): Promise<Result<{ readonly releasedOrders: number }>>;
  shippingTypes(merchantId: string): Promise<readonly { readonly id: string; readonly name: string }[]>;
  assignAlert(input: Asked & { readonly alertId: string }): Promise<Result<true>>;
  snoozeAlert(input: Asked & { readonly alertId: string; readonly until: Date }): Promise<Result<true>>;
  /** Retries every failed writeback behind one cause. */
  retryWritebacks(
    input: Asked & { readonly storeId: string; readonly errorCode: string },
  ): Promise<Result<{ readonly retried: number }>>;
  requestSync(
    input: Asked & { readonly storeIds: readonly string[] },
  ): Promise<Result<{ readonly runs: readonly SyncRun[] }>>;
  /** Enabled stores of the merchants that the actor may see. */
  stores(
    actor: Actor,
  ): Promise<
    readonly { readonly id: string; readonly merchantId: string; readonly name: string; readonly platform: string }[]
  >;
  run(actor: Actor, run: { readonly merchantId: string; readonly runId: string }): Promise<RunProgress | null>;
  alert(reference: { readonly merchantId: string; readonly alertId: string }): Promise<AlertView | null>;
  /** Open alerts of the merchants that the actor may see, most orders first. */
  openAlerts(actor: Actor, limit: number): Promise<readonly AlertView[]>;
}

export interface RunProgress {
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly held: number;
  readonly failed: number;
  readonly error: string | null;
}

/** Slack user → desk user. */
export interface SlackPeople {
  /**
   * Who this Slack user is at the desk, or why they may not act: unknown people are noted, for an admin to confirm.
   */
  actorOf(user: {
    readonly teamId: string;
    readonly userId: string;
    readonly email: string | null;
    readonly name: string;
  }): Promise<Result<Actor>>;
  /** True when this user was met before: then Slack need not be asked for their e-mail. */
  isKnown(user: { readonly teamId: string; readonly userId: string }): Promise<boolean>;
}

export interface BotConfig {
  readonly botToken: string;
  /** With it Slack reaches us over HTTP. */
  readonly signingSecret: string | null;
  /** With it we reach Slack: Socket Mode. */
  readonly appToken: string | null;
  /** Without trailing slash. */
  readonly publicUrl: string;
  readonly apiUrl?: string | undefined;
}

export interface BotDeps extends RecordPorts {
  readonly config: BotConfig;
  readonly desk: BotDesk;
  readonly people: SlackPeople;
}
