import type { ToldHold } from '../order/hold-text.ts';
import type { Page, PageRequest } from './paging.ts';

export const outboundStatuses = ['created', 'picking', 'packed', 'partially_shipped', 'shipped', 'cancelled'] as const;
export type OutboundStatus = (typeof outboundStatuses)[number];
export type Recall = 'none' | 'requested' | 'recalled' | 'refused';

/** What the warehouse still has to do something with. */
export const openOutboundStatuses = ['created', 'picking', 'packed', 'partially_shipped'] as const;

/** Whose outbound orders may be seen, and in which warehouses. */
export interface OutboundScope {
  readonly merchantId: string;
  readonly warehouseIds: 'all' | readonly string[];
}

export interface OutboundRow {
  readonly id: string;
  readonly merchantId: string;
  /** `OB-20001` on screen. */
  readonly number: number;
  readonly status: OutboundStatus;
  readonly recall: Recall;
  readonly version: number;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly storeName: string;
  readonly platform: string;
  readonly warehouseId: string;
  readonly warehouseName: string;
  readonly channelName: string;
  readonly carrierId: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  /** To be collected from the recipient; null where nothing is. */
  readonly codAmount: string | null;
  readonly currency: string;
  readonly trackingNumber: string | null;
  readonly exceptionReason: string | null;
  /** Open holds of the sales order that stop the warehouse. */
  readonly holds: readonly ToldHold[];
  /** What the platform said after the dispatch and nobody has dealt with yet: cancelled, address or lines changed. */
  readonly platformChanges: readonly string[];
  readonly city: string | null;
  readonly country: string | null;
  readonly lineCount: number;
  /** Warehouse units to pick, shipped ones not counted. */
  readonly unitsLeft: number;
  /** `TEE-BLK-M × 2, MUG-WHT × 1`, at most three products. */
  readonly contents: string;
  readonly shipBy: Date | null;
  readonly createdAt: Date;
  readonly shippedAt: Date | null;
}

export interface ListOutboundInput extends PageRequest {
  readonly scopes: readonly OutboundScope[];
  /** Default: what is open. */
  readonly statuses?: readonly OutboundStatus[] | undefined;
  readonly warehouseId?: string | undefined;
  readonly storeId?: string | undefined;
  /** Order number, OB number or tracking number. */
  readonly text?: string | undefined;
  /** Only those with an exception mark, or a recall that is unanswered or was refused. */
  readonly attention?: boolean | undefined;
}

/** Oldest first while only open work is asked for, else newest first. */
export type ListOutbound = (input: ListOutboundInput) => Promise<Page<OutboundRow>>;

export interface OutboundCounts {
  readonly byStatus: Readonly<Record<(typeof openOutboundStatuses)[number], number>>;
  /** Open ones with an exception mark or a recall that was not followed: what `attention` lists. */
  readonly exceptions: number;
}

/** Of open work only: finished outbound orders are not counted. */
export type CountOutbound = (input: { readonly scopes: readonly OutboundScope[] }) => Promise<OutboundCounts>;
