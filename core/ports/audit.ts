import type { Actor } from '../people/actor.ts';
import type { Tx } from './database.ts';

/** One event of the history: written in the transaction that makes the change. No recipient data: field names only. */
export interface AuditEvent {
  readonly merchantId: string;
  readonly actor: Pick<Actor, 'personId' | 'name' | 'via'>;
  readonly at: Date;
  /** `noun.past_participle`, e.g. `order.dispatched`, `mapping.bound`, `store.disabled`. */
  readonly event: string;
  readonly subjectType:
    | 'order'
    | 'mapping'
    | 'classification'
    | 'method_mapping'
    | 'carrier_pairing'
    | 'store'
    | 'authorization'
    | 'outbound_order'
    | 'product'
    | 'inventory'
    | 'warehouse'
    | 'person'
    | 'alert'
    | 'merchant'
    | 'carrier'
    | 'shipping_channel'
    | 'shipping_type'
    | 'slack_channel'
    | 'slack_route';
  readonly subjectId: string;
  readonly orderId?: string | null;
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
  readonly note?: string | null;
}

export interface AuditRepository {
  /** Appends all in one statement; order is kept. */
  append(tx: Tx, events: readonly AuditEvent[]): Promise<void>;
  /** Who last changed a rule of one store, and when: the newest event about the subject that names the store. */
  lastOnStore(
    tx: Tx,
    subject: {
      readonly merchantId: string;
      readonly storeId: string;
      readonly subjectType: AuditEvent['subjectType'];
      readonly subjectId: string;
    },
  ): Promise<{ readonly actorName: string; readonly at: Date } | null>;
}
