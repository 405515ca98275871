import type {
  PreviewChannel,
  PreviewPerson,
  PreviewPlace,
  PreviewScreen,
  PreviewShortcut,
  PreviewView,
} from '../../../core/ports/slack-preview.ts';
import { assetPath } from '../../assets.ts';
import { Menu } from '../parts.tsx';
import { Blocks } from './blocks.tsx';
import { listOf } from './json.ts';
import { Messages } from './messages.tsx';
import { Modal } from './modal.tsx';
import type { Reading } from './mrkdwn.tsx';
import { placeHref } from './place.ts';
import { PlaceForm } from './place-form.tsx';

export interface PreviewPageProps {
  readonly screen: PreviewScreen;
  readonly place: PreviewPlace;
  readonly people: readonly PreviewPerson[];
  readonly shortcuts: readonly PreviewShortcut[];
  readonly reading: Reading;
  readonly csrf: string;
  /** What Slack would say to the person about their last gesture; null: nothing. */
  readonly problem: string | null;
}

/** What changes when the modal does: the page asks for it anew only then, so that nothing typed is lost. */
export const modalKey = (modal: PreviewView | null): string => (modal === null ? '' : `${modal.id} ${modal.hash}`);

/** The whole page: what lives, the message box, the modal. */
export const SlackPreviewPage = (props: PreviewPageProps) => (
  <>
    <link rel="stylesheet" href={assetPath('slack-preview.css')} />
    <script src={assetPath('slack-preview.js')} defer />
    <h1 class="sr">Slack preview</h1>
    <div class="sp">
      <Live {...props} />
      <Composer {...props} />
    </div>
    <dialog id="sp-dialog" class="sp-dialog" aria-labelledby="sp-title" open={props.screen.modal !== null}>
      <div id="sp-modal">
        <ModalPart {...props} />
      </div>
    </dialog>
  </>
);

export const ModalPart = ({ screen, place, reading, csrf }: PreviewPageProps) =>
  screen.modal === null ? null : <Modal modal={screen.modal} place={place} reading={reading} csrf={csrf} />;

/** Everything that the bot may change at any moment; drawn again when it does. */
export const Live = (props: PreviewPageProps) => {
  const { screen, place } = props;
  return (
    <div
      id="sp-live"
      class={screen.thread === null ? 'sp-live' : 'sp-live with-thread'}
      data-events={placeHref(place, '/events')}
      hx-get={placeHref(place, '/live', { modal: modalKey(screen.modal) })}
      hx-trigger="slack:changed from:body"
      hx-swap="outerMorph"
    >
      <Side {...props} />
      <section class="sp-main" aria-label={screen.channel === null ? 'Home' : nameOf(screen.channel)}>
        <Head {...props} />
        {props.problem === null ? null : (
          <p class="notice danger" role="alert">
            {props.problem}
          </p>
        )}
        {screen.channel === null ? <Home {...props} /> : <Conversation {...props} channel={screen.channel} />}
      </section>
      {screen.thread === null ? null : <Thread {...props} />}
    </div>
  );
};

const nameOf = (channel: PreviewChannel): string => (channel.kind === 'direct' ? channel.name : `#${channel.name}`);

const Side = ({ screen, place, people }: PreviewPageProps) => {
  const at = (channelId: string) => placeHref({ ...place, channelId, threadTs: null });
  const isHere = (channelId: string) => (screen.channel?.id ?? 'home') === channelId;
  return (
    <div class="sp-side">
      <Menu
        summary={`${screen.person.name} · ${screen.person.about}`}
        label={`You act as ${screen.person.name}: change`}
        left
      >
        {people.map((person) => (
          <a
            href={placeHref({
              userId: person.userId,
              channelId: place.channelId.startsWith('D') ? 'home' : place.channelId,
              threadTs: null,
            })}
            aria-current={person.userId === place.userId ? 'true' : undefined}
          >
            {person.name} <span class="muted">{person.about}</span>
          </a>
        ))}
      </Menu>
      <nav aria-label="Channels">
        <ul>
          {screen.channels
            .filter(({ kind }) => kind === 'channel')
            .map((channel) => (
              <li>
                <a href={at(channel.id)} aria-current={isHere(channel.id) ? 'page' : undefined}>
                  # {channel.name}
                </a>
              </li>
            ))}
          <li>
            <a href={at('home')} aria-current={isHere('home') ? 'page' : undefined}>
              ⚓ Holdfast: Home
            </a>
          </li>
          {screen.channels
            .filter(({ kind }) => kind === 'direct')
            .map((channel) => (
              <li>
                <a href={at(channel.id)} aria-current={isHere(channel.id) ? 'page' : undefined}>
                  ⚓ Holdfast: Messages
                </a>
              </li>
            ))}
        </ul>
      </nav>
    </div>
  );
};

const Head = ({ screen, place, shortcuts, csrf }: PreviewPageProps) => {
  const { channel } = screen;
  const global = shortcuts.filter(({ type }) => type === 'global');
  return (
    <header class="sp-head">
      <div>
        <h2>{channel === null ? 'Holdfast' : nameOf(channel)}</h2>
        <p class="muted small">{channel === null ? 'Home' : channel.about}</p>
      </div>
      <div class="actions">
        {channel === null || channel.kind === 'direct' || channel.isArchived ? null : (
          <PlaceForm action="/slack-preview/bot" place={place} csrf={csrf}>
            <button class="btn small ghost" type="submit" name="bot" value={channel.hasBot ? 'out' : 'in'}>
              {channel.hasBot ? 'Remove the bot' : 'Invite the bot'}
            </button>
          </PlaceForm>
        )}
        {global.length === 0 ? null : (
          <Menu summary="Shortcuts" class="btn small">
            <PlaceForm action="/slack-preview/shortcut" place={place} csrf={csrf}>
              {global.map(({ name, callbackId }) => (
                <button type="submit" name="callback" value={callbackId}>
                  {name}
                </button>
              ))}
            </PlaceForm>
          </Menu>
        )}
      </div>
    </header>
  );
};

const Conversation = (props: PreviewPageProps & { channel: PreviewChannel }) => {
  const { channel, screen, place, reading, csrf, shortcuts } = props;
  return screen.messages.length === 0 ? (
    <div class="sp-empty">
      <p>
        <b>Nothing here yet.</b>
      </p>
      <p class="muted">
        {channel.hasBot
          ? 'Cards appear when an order is held or something fails. Type /orders to see what the bot can do.'
          : 'The bot is not in this channel: it cannot write here until somebody invites it.'}
      </p>
    </div>
  ) : (
    <Messages messages={screen.messages} place={place} reading={reading} csrf={csrf} shortcuts={shortcuts} />
  );
};

const Home = ({ screen, place, reading, csrf }: PreviewPageProps) => {
  const { home } = screen;
  if (home === null) {
    return (
      <div class="sp-empty">
        <p class="muted">The bot has shown no Home tab to {screen.person.name}.</p>
      </div>
    );
  }
  const drawing = {
    reading,
    id: home.id,
    typed: home.typed,
    offered: home.offered,
    errors: {},
    searchHref: placeHref(place, '/options', { view: home.id }),
  };
  return (
    <PlaceForm
      action="/slack-preview/press"
      place={place}
      csrf={csrf}
      hidden={{ view: home.id }}
      class="sp-home sp-stack"
    >
      <Blocks blocks={listOf(home.view.blocks)} drawing={drawing} />
    </PlaceForm>
  );
};

const Thread = ({ screen, place, reading, csrf, shortcuts }: PreviewPageProps) => (
  <aside class="sp-thread" aria-label="Thread">
    <header class="sp-head">
      <h2>Thread</h2>
      <a class="btn small ghost" href={placeHref({ ...place, threadTs: null })}>
        Close
      </a>
    </header>
    <Messages
      messages={screen.thread ?? []}
      place={place}
      reading={reading}
      csrf={csrf}
      shortcuts={shortcuts}
      isThread
    />
  </aside>
);

/** The message box. Outside of what lives: what is being typed is never touched. */
const Composer = ({ screen, place, csrf }: PreviewPageProps) => {
  const { channel } = screen;
  if (channel === null || channel.isArchived) return <div class="sp-say" />;
  const isThread = screen.thread !== null;
  const label = isThread ? 'Reply in the thread' : `Message to ${nameOf(channel)}, or a command`;
  return (
    <div class="sp-say">
      <PlaceForm action="/slack-preview/say" place={place} csrf={csrf} class="sp-box">
        <label class="sr" for="sp-text">
          {label}
        </label>
        <input
          id="sp-text"
          name="text"
          class="input"
          placeholder={isThread ? 'Reply…' : `Message ${nameOf(channel)}, or /orders held`}
          autocomplete="off"
          maxlength={4_000}
        />
        <button class="btn go" type="submit">
          Send
        </button>
      </PlaceForm>
    </div>
  );
};
