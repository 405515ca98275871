import type { Permission } from '../../core/people/permissions.ts';
import { type Pulse, pulseKeyLimit, pulseLimit } from '../../core/queries/show-pulse.ts';
import type { IconName } from './icons.tsx';

export interface NavEntry {
  readonly key: NavKey;
  readonly label: string;
  readonly href: string;
  readonly icon: IconName;
  /** Who finds it useful; the page itself checks again. */
  readonly needs: Permission;
  readonly count?: (pulse: Pulse) => number;
  readonly limit?: number;
  /** Red: holds something up; amber: waits for a person. */
  readonly tone?: 'hot' | 'warm';
  /** What the number counts, for screen readers. */
  readonly counted?: string;
}

export type NavKey =
  | 'overview'
  | 'orders'
  | 'held'
  | 'outbound'
  | 'stock'
  | 'mappings'
  | 'stores'
  | 'sync-log'
  | 'settings'
  | 'slack-preview';

/** The rail, from top to bottom. An entry appears here when its page exists. */
export const navEntries: readonly NavEntry[] = [
  { key: 'overview', label: 'Overview', href: '/', icon: 'overview', needs: 'see_orders' },
  {
    key: 'orders',
    label: 'Orders',
    href: '/orders',
    icon: 'orders',
    needs: 'see_orders',
    count: (pulse) => pulse.pending.b2c + pulse.pending.b2b,
    counted: 'pending',
  },
  {
    key: 'held',
    label: 'Held',
    href: '/held',
    icon: 'held',
    needs: 'see_orders',
    count: (pulse) => pulse.held,
    tone: 'hot',
    counted: 'held orders',
  },
  {
    key: 'outbound',
    label: 'Outbound',
    href: '/outbound',
    icon: 'outbound',
    needs: 'see_outbound',
    count: (pulse) => pulse.outboundOpen,
    limit: pulseLimit,
    counted: 'to ship',
  },
  { key: 'stock', label: 'Stock', href: '/stock', icon: 'stock', needs: 'see_outbound' },
  {
    key: 'mappings',
    label: 'Mappings',
    href: '/mappings',
    icon: 'mappings',
    needs: 'see_orders',
    count: (pulse) => pulse.unmappedKeys,
    limit: pulseKeyLimit,
    tone: 'warm',
    counted: 'SKUs not mapped',
  },
  {
    key: 'stores',
    label: 'Stores',
    href: '/stores',
    icon: 'stores',
    needs: 'see_orders',
    count: (pulse) => pulse.storesInTrouble,
    tone: 'hot',
    counted: 'stores need attention',
  },
  { key: 'sync-log', label: 'Sync log', href: '/sync-log', icon: 'sync', needs: 'see_orders' },
  { key: 'settings', label: 'Settings', href: '/settings', icon: 'settings', needs: 'see_orders' },
  { key: 'slack-preview', label: 'Slack preview', href: '/slack-preview', icon: 'chat', needs: 'own' },
];
