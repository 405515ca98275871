import type { Child, PropsWithChildren } from 'hono/jsx';
import { PageHead } from '../parts.tsx';

export const settingsTabs = [
  { key: 'merchants', href: '/settings', label: 'Merchants' },
  { key: 'warehouses', href: '/settings/warehouses', label: 'Warehouses' },
  { key: 'channels', href: '/settings/channels', label: 'Shipping channels' },
  { key: 'carriers', href: '/settings/carriers', label: 'Carriers' },
  { key: 'shipping-types', href: '/settings/shipping-types', label: 'Shipping types' },
  { key: 'payments', href: '/settings/payments', label: 'Payment types' },
  { key: 'people', href: '/settings/people', label: 'People' },
  { key: 'slack', href: '/settings/slack', label: 'Slack channels' },
  { key: 'slack-people', href: '/settings/slack-people', label: 'Slack people' },
] as const;
export type SettingsTab = (typeof settingsTabs)[number]['key'];

/** Every set-up page: the tabs, what the tab is for, its main action. */
export const SettingsFrame = ({
  tab,
  lede,
  action,
  children,
}: PropsWithChildren<{ tab: SettingsTab; lede: string; action?: Child }>) => (
  <>
    <PageHead title="Settings" lede={lede}>
      {action}
    </PageHead>
    <nav class="tabs" aria-label="Settings">
      {settingsTabs.map(({ key, href, label }) => (
        <a href={href} aria-current={key === tab ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
    <div class="stack settings">{children}</div>
  </>
);

export const AddLink = ({ href, children }: PropsWithChildren<{ href: string }>) => (
  <a class="btn go" href={href} data-dialog="">
    {children}
  </a>
);

export const EditLink = ({ href, what }: { href: string; what: string }) => (
  <a class="btn small" href={href} data-dialog="" aria-label={`Edit ${what}`}>
    Edit
  </a>
);
