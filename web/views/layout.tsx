import type { PropsWithChildren } from 'hono/jsx';
import { may } from '../../core/people/permissions.ts';
import { assetPath } from '../assets.ts';
import type { Flash } from '../flash.ts';
import { relativeTime } from './format.ts';
import type { PageFrame, Theme } from './frame.ts';
import { Icon } from './icons.tsx';
import { type NavKey, navEntries } from './nav.ts';
import { Count, Csrf, Menu } from './parts.tsx';

const entriesFor = ({ signedIn, merchant, hasSlackPreview }: PageFrame) =>
  navEntries.filter(
    ({ key, needs }) => may(signedIn.actor, needs, merchant.id) && (key !== 'slack-preview' || hasSlackPreview),
  );

const htmxConfig = 'includeIndicatorCSS:false, history:reload';

const Head = ({ title }: { title: string }) => (
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover" />
    <title>{title}</title>
    <meta name="color-scheme" content="light dark" />
    <meta name="htmx-config" content={htmxConfig} />
    <link rel="icon" href={assetPath('icon.svg')} type="image/svg+xml" />
    <link rel="stylesheet" href={assetPath('desk.css')} />
    <script src={assetPath('htmx.js')} defer />
    <script src={assetPath('desk.js')} defer />
  </head>
);

/** A whole page with its frame. */
export const Layout = ({
  frame,
  title,
  section,
  children,
}: PropsWithChildren<{ frame: PageFrame; title: string; section: NavKey }>) => (
  <html lang="en" data-theme={frame.theme === 'system' ? undefined : frame.theme}>
    <Head title={`${title} · Holdfast`} />
    <body data-section={section}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="frame">
        <Rail frame={frame} section={section} />
        <div>
          <TopBar frame={frame} />
          <main id="main" tabindex={-1}>
            {children}
          </main>
        </div>
      </div>
      <div id="toasts" class="toasts" role="status" aria-live="polite">
        {frame.flash === null ? null : <Toast flash={frame.flash} csrfToken={frame.csrfToken} />}
      </div>
      <dialog id="dialog" aria-labelledby="dialog-title">
        <form method="dialog">
          <button type="submit" class="btn ghost x" aria-label="Close">
            <Icon name="close" />
          </button>
        </form>
        <div id="dialog-body" class="dialog-body" />
      </dialog>
      <KeyHelp />
    </body>
  </html>
);

/** A page without frame: sign-in, errors of people who are not signed in. */
export const BareLayout = ({ title, theme, children }: PropsWithChildren<{ title: string; theme: Theme }>) => (
  <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
    <Head title={`${title} · Holdfast`} />
    <body>
      <main id="main" class="alone">
        <div class="brand">
          <Icon name="anchor" size={20} />
          <span>Holdfast</span>
        </div>
        {children}
      </main>
    </body>
  </html>
);

/** The rail; drawn again by itself when its numbers move. */
export const Rail = ({ frame, section }: { frame: PageFrame; section: NavKey }) => (
  <nav
    id="rail"
    class="rail"
    aria-label="Main"
    hx-get={`/fragments/pulse?at=${section}`}
    hx-trigger="desk:changed from:body"
    hx-swap="outerMorph"
  >
    <a class="brand" href="/" aria-label="Holdfast, overview">
      <Icon name="anchor" size={20} />
      <span>Holdfast</span>
    </a>
    <ul>
      {entriesFor(frame).map((entry) => (
        <li>
          <a href={entry.href} aria-current={entry.key === section ? 'page' : undefined} title={entry.label}>
            <Icon name={entry.icon} />
            <span class="label">{entry.label}</span>
            {entry.count === undefined ? null : (
              <Count
                value={entry.count(frame.pulse)}
                limit={entry.limit}
                tone={entry.tone}
                label={entry.counted ?? ''}
              />
            )}
          </a>
        </li>
      ))}
    </ul>
    <p class="foot small muted">
      Keys: <kbd>?</kbd>
    </p>
  </nav>
);

const TopBar = ({ frame }: { frame: PageFrame }) => (
  <header class="top">
    <a class="brand" href="/" aria-label="Holdfast, overview">
      <Icon name="anchor" size={20} />
    </a>
    <search class="search">
      <Icon name="search" size={14} />
      <SearchForm />
      <kbd>/</kbd>
    </search>
    <MerchantSwitch frame={frame} />
    <SyncState frame={frame} />
    <PersonMenu frame={frame} />
  </header>
);

const SearchForm = () => (
  <form action="/search">
    <input
      type="search"
      name="q"
      id="search"
      aria-label="Search orders"
      placeholder="Order number, recipient, tracking, SKU"
      autocomplete="off"
      spellcheck={false}
      maxlength={200}
      required
    />
  </form>
);

const MerchantSwitch = ({ frame }: { frame: PageFrame }) =>
  frame.merchants.length < 2 ? (
    <span class="chip">
      <b>Merchant</b> {frame.merchant.name}
    </span>
  ) : (
    <Menu
      summary={
        <>
          <b>Merchant</b> {frame.merchant.name}
        </>
      }
    >
      <form method="post" action="/session/merchant">
        <Csrf token={frame.csrfToken} />
        {frame.merchants.map((merchant) => (
          <button
            type="submit"
            name="merchantId"
            value={merchant.id}
            aria-current={merchant.id === frame.merchant.id ? 'true' : undefined}
          >
            {merchant.name}
          </button>
        ))}
      </form>
    </Menu>
  );

/** When everything was synced; drawn again with the rail. */
export const SyncState = ({ frame }: { frame: PageFrame }) => {
  const { tone, words, title } = syncWords(frame);
  return (
    <a id="sync-state" class="chip" href={frame.pulse.stores === 0 ? '/stores' : '/sync-log'} title={title}>
      <span class={`dot ${tone}`} />
      <span class="sync-word">{words}</span>
      <span class="sr">{title}</span>
    </a>
  );
};

/** Every store is asked at least this often by default; twice of it without a sync is worth a look. */
const staleMs = 30 * 60_000;

function syncWords({ pulse, now, timeZone }: PageFrame): { tone: string; words: string; title: string } {
  if (pulse.stores === 0) return { tone: '', words: 'No store yet', title: 'No store is connected yet' };
  if (pulse.storesInTrouble > 0) {
    const words = pulse.storesInTrouble === 1 ? '1 store needs you' : `${pulse.storesInTrouble} stores need you`;
    return { tone: 'danger', words, title: 'The authorization or the sync of a store needs a person' };
  }
  if (pulse.isSyncing) return { tone: 'busy', words: 'Syncing…', title: 'A sync is running' };
  if (pulse.syncedAt === null) return { tone: 'warn', words: 'Not synced yet', title: 'A store was never synced' };
  const since = relativeTime(pulse.syncedAt, now, timeZone);
  return now.getTime() - pulse.syncedAt.getTime() > staleMs
    ? { tone: 'warn', words: `Synced ${since}`, title: 'The store that was synced longest ago' }
    : { tone: 'ok', words: `Synced ${since}`, title: 'Every store was synced since then' };
}

const themes: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'As the device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const PersonMenu = ({ frame }: { frame: PageFrame }) => (
  <Menu
    label={`You are ${frame.signedIn.person.name}: appearance, sign out`}
    summary={
      <>
        <Icon name="person" />
        <span class="sync-word">{frame.signedIn.person.name}</span>
      </>
    }
  >
    <form method="post" action="/session/theme">
      <Csrf token={frame.csrfToken} />
      {themes.map(({ value, label }) => (
        <button type="submit" name="theme" value={value} aria-current={value === frame.theme ? 'true' : undefined}>
          {label}
        </button>
      ))}
    </form>
    <form method="post" action="/session/sign-out">
      <Csrf token={frame.csrfToken} />
      <button type="submit">Sign out</button>
    </form>
  </Menu>
);

/** How long a deed can be taken back; the toast goes with it. */
export const undoSeconds = 30;

export const Toast = ({ flash, csrfToken }: { flash: Flash; csrfToken: string }) => (
  <div class="toast" data-toast={flash.undoPath === undefined ? '8' : String(undoSeconds)}>
    <span>{flash.message}</span>
    {flash.link === undefined ? null : <a href={flash.link.href}>{flash.link.label}</a>}
    {flash.undoPath === undefined ? null : (
      <form method="post" action={flash.undoPath} class="inline">
        <Csrf token={csrfToken} />
        <button type="submit">Undo</button>
      </form>
    )}
  </div>
);

const keys: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['j k', 'Next, previous row'],
  ['x', 'Select the row'],
  ['Enter', 'Open the row'],
  ['d', 'Dispatch the row, or what is selected'],
  ['b', 'Bind the SKU that holds the row'],
  ['g o', 'Orders'],
  ['g h', 'Held'],
  ['g u', 'Outbound'],
  ['g v', 'Overview'],
  ['Esc', 'Close, clear the selection'],
  ['?', 'This list'],
];

const KeyHelp = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <div class="dialog-body">
      <h1 id="keys-title">Keys</h1>
      <dl class="facts">
        {keys.map(([key, deed]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{deed}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="actions">
        <button type="submit" class="btn">
          Close
        </button>
      </form>
    </div>
  </dialog>
);
