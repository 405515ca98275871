import type { PropsWithChildren } from 'hono/jsx';
import { Icon } from './icons.tsx';

/** The part of a page that is drawn again in place when something changed: its own part of the same page. */
export const Redrawn = ({ href, children }: PropsWithChildren<{ href: string }>) => (
  <div
    id="region"
    class="stack"
    hx-get={href}
    hx-select="#region"
    hx-trigger="desk:refresh from:body"
    hx-swap="outerMorph"
    hx-target="this"
  >
    <a class="btn small stale" href={href} hidden data-stale="">
      <Icon name="sync" size={14} /> Something changed: show it
    </a>
    {children}
  </div>
);
