/** What the frame of every page shows: the numbers beside what needs somebody, and how fresh the data is. */
export interface Pulse {
  /** Orders that wait for a dispatch or an acknowledgment, by tab. */
  readonly pending: { readonly b2c: number; readonly b2b: number };
  /** Orders with an open hold, of every kind. */
  readonly held: number;
  /** Orders with an open exception, of every kind. */
  readonly excepted: number;
  /** Outbound orders that the warehouse still has to ship; at most `pulseLimit`. */
  readonly outboundOpen: number;
  /** SKUs without a mapping that hold orders; at most `pulseKeyLimit`. */
  readonly unmappedKeys: number;
  /** Stores whose authorization or sync needs a person. */
  readonly storesInTrouble: number;
  /** Stores that are not deleted. */
  readonly stores: number;
  /** When the store that was synced longest ago was synced; null while one never was. Disabled stores do not count. */
  readonly syncedAt: Date | null;
  /** A sync is queued or running. */
  readonly isSyncing: boolean;
}

/** Numbers that have to be counted stop here: a page never waits for a large count. */
export const pulseLimit = 999;
/** The same for keys, each of which takes a step through an index. */
export const pulseKeyLimit = 99;

export type ShowPulse = (input: { readonly merchantIds: readonly string[] }) => Promise<Pulse>;

/**
 * A text that is another one as soon as anything that a list of these merchants shows may have changed. Cheap enough to
 * be asked every few seconds.
 */
export type ChangeMark = (input: { readonly merchantIds: readonly string[] }) => Promise<string>;
