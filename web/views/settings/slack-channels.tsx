import { kindName, namedKinds } from '../../../core/alert/kinds.ts';
import { may } from '../../../core/people/permissions.ts';
import type { SlackChannel, SlackRoute } from '../../../core/ports/slack-channels.ts';
import type { SlackRouting } from '../../../core/queries/slack-routing.ts';
import type { Refusal } from '../../../core/result.ts';
import { brokenWords } from '../../../core/slack/broken-words.ts';
import { blockedWords, waitingWords } from '../../../core/slack/waiting-words.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, Check, Csrf, Field, FormErrors, Notice, type Option, Select, When } from '../parts.tsx';
import { TimeZoneField } from './merchants.tsx';
import { AddLink, EditLink, SettingsFrame } from './tabs.tsx';

export const slackPath = '/settings/slack';

export const channelLabel = ({ channelId, name }: Pick<SlackChannel, 'channelId' | 'name'>): string =>
  name === null ? channelId : `#${name}`;

/** Which channel hears of what, and how each channel stands. */
export const SlackChannelsPage = ({
  frame,
  routing,
  mayAdministerAll,
  refusals = [],
}: {
  frame: PageFrame;
  routing: SlackRouting;
  /** Channels are shared by all merchants. */
  mayAdministerAll: boolean;
  refusals?: readonly Refusal[];
}) => (
  <SettingsFrame
    tab="slack"
    lede="Where alerts go. The store’s channel is taken first, then the kind’s, then the merchant’s, then the default."
    action={<AddLink href={`${slackPath}/routes/new`}>Add a route</AddLink>}
  >
    <FormErrors refusals={refusals} />
    {routing.isConnected ? null : (
      <Notice tone="warn" title="Slack is not connected">
        <p>Alerts wait in the dashboard. Routes can be set already; they count from the moment Slack is connected.</p>
      </Notice>
    )}
    <Card title="Routes">
      <table class="table cards flow">
        <thead>
          <tr>
            <th>Alerts</th>
            <th>Channel</th>
            <th>
              <span class="sr">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {routing.routes.map((route) => (
            <RouteRow frame={frame} route={route} channels={routing.channels} />
          ))}
          <tr>
            <td>
              <b>{routing.routes.length === 0 ? 'Every alert' : 'Everything else'}</b>
            </td>
            <td data-label="Channel">
              {routing.defaultChannelId === null ? (
                <span class="muted">nowhere: SLACK_CHANNEL is not set</span>
              ) : (
                labelOf(routing.channels, routing.defaultChannelId)
              )}
            </td>
            <td />
          </tr>
        </tbody>
      </table>
    </Card>
    <Card title="Channels">
      {routing.channels.length === 0 ? (
        <p class="muted">None yet. A channel shows up here with its first route.</p>
      ) : (
        <table class="table cards flow">
          <thead>
            <tr>
              <th>Channel</th>
              <th>State</th>
              <th>Quiet hours</th>
              <th>Digest</th>
              <th>
                <span class="sr">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {routing.channels.map((channel) => (
              <ChannelRow frame={frame} channel={channel} mayAdminister={mayAdministerAll} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
    <WaitingCard frame={frame} routing={routing} />
  </SettingsFrame>
);

/** Slack's pace and its refusals hold messages back: what waits is never out of sight. */
const WaitingCard = ({ frame, routing }: { frame: PageFrame; routing: SlackRouting }) => (
  <Card title="Waiting">
    {routing.blocked.map(({ bucket, until }) => (
      <Notice tone="warn" title="Slack asked us to wait">
        <p>
          With {blockedWords(bucket, (channelId) => labelOf(routing.channels, channelId))}, until{' '}
          <When at={until} now={frame.now} timeZone={frame.timeZone} />.
        </p>
      </Notice>
    ))}
    {routing.waiting.length === 0 ? (
      <p class="muted">Nothing waits: every card says the present.</p>
    ) : (
      <table class="table cards flow">
        <thead>
          <tr>
            <th>What</th>
            <th>Channel</th>
            <th>Waits for</th>
            <th>Until</th>
          </tr>
        </thead>
        <tbody>
          {routing.waiting.map((group) => (
            <WaitingRow frame={frame} group={group} channels={routing.channels} />
          ))}
        </tbody>
      </table>
    )}
  </Card>
);

const WaitingRow = ({
  frame,
  group,
  channels,
}: {
  frame: PageFrame;
  group: SlackRouting['waiting'][number];
  channels: readonly SlackChannel[];
}) => {
  const { count, what, why, since, until, channelId } = group;
  const noun = what === 'post' ? 'new card' : 'change';
  return (
    <tr>
      <td>
        <b>
          {count.toLocaleString('en-US')} {count === 1 ? noun : `${noun}s`}
        </b>
        <span class="why">
          since <When at={since} now={frame.now} timeZone={frame.timeZone} />
        </span>
      </td>
      <td data-label="Channel">
        {channelId === null ? <span class="muted">not chosen yet</span> : labelOf(channels, channelId)}
      </td>
      <td data-label="Waits for">{waitingWords(why)}</td>
      <td data-label="Until">
        {until === null ? (
          <span class="muted">its turn</span>
        ) : (
          <When at={until} now={frame.now} timeZone={frame.timeZone} />
        )}
      </td>
    </tr>
  );
};

function labelOf(channels: readonly SlackChannel[], channelId: string): string {
  const channel = channels.find((one) => one.channelId === channelId);
  return channelLabel(channel ?? { channelId, name: null });
}

const targetOf = ({ merchantName, storeName }: SlackRoute): string => {
  if (storeName !== null) return `${storeName} · ${merchantName}`;
  return merchantName ?? 'All merchants';
};

const RouteRow = ({
  frame,
  route,
  channels,
}: {
  frame: PageFrame;
  route: SlackRoute;
  channels: readonly SlackChannel[];
}) => (
  <tr>
    <td>
      <b>{targetOf(route)}</b>
      <span class="why">{route.kind === null ? 'every kind' : kindName(route.kind)}</span>
    </td>
    <td data-label="Channel">{labelOf(channels, route.channelId)}</td>
    <td class="num">
      {may(frame.signedIn.actor, 'administer', route.merchantId) ? (
        <form method="post" action={`${slackPath}/routes/${route.id}/remove`}>
          <Csrf token={frame.csrfToken} />
          <button type="submit" class="btn small">
            Remove<span class="sr"> the route of {targetOf(route)}</span>
          </button>
        </form>
      ) : null}
    </td>
  </tr>
);

const ChannelRow = ({
  frame,
  channel,
  mayAdminister,
}: {
  frame: PageFrame;
  channel: SlackChannel;
  mayAdminister: boolean;
}) => {
  const { brokenReason, brokenSince, quietHours, timeZone, digestAt, name, channelId } = channel;
  return (
    <tr>
      <td>
        <b>{channelLabel(channel)}</b>
        <span class="why">
          {[name === null ? null : channelId, timeZone, channel.unknownMayLook ? 'unknown people may look' : null]
            .filter((fact) => fact !== null)
            .join(' · ')}
        </span>
      </td>
      <td data-label="State">
        {brokenReason === null ? (
          <Badge tone="ok">In use</Badge>
        ) : (
          <>
            <Badge tone="hold">Not usable</Badge>
            <span class="why">
              {brokenWords(brokenReason, name)}{' '}
              {brokenSince === null ? null : (
                <>
                  Noticed <When at={brokenSince} now={frame.now} timeZone={frame.timeZone} />.
                </>
              )}
            </span>
          </>
        )}
      </td>
      <td data-label="Quiet hours">
        {quietHours === null ? <span class="muted">none</span> : `${quietHours.from} to ${quietHours.to}`}
      </td>
      <td data-label="Digest">{digestAt === null ? <span class="muted">off</span> : `daily at ${digestAt}`}</td>
      <td class="num">
        {mayAdminister ? (
          <div class="actions">
            {brokenReason === null ? null : (
              <form method="post" action={`${slackPath}/channels/${channelId}/again`}>
                <Csrf token={frame.csrfToken} />
                <button type="submit" class="btn small go">
                  Try again<span class="sr"> in {channelLabel(channel)}</span>
                </button>
              </form>
            )}
            <EditLink href={`${slackPath}/channels/${channelId}`} what={channelLabel(channel)} />
          </div>
        ) : null}
      </td>
    </tr>
  );
};

export interface ChannelValues {
  readonly timezone: string;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly digestAt: string;
  readonly unknownMayLook: boolean;
}

export const SlackChannelForm = ({
  view,
  channelId,
  values,
  refusals,
}: {
  view: DialogView;
  channelId: string;
  values: ChannelValues;
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={`${slackPath}/channels/${channelId}`}>
    <FormErrors refusals={refusals} />
    <TimeZoneField
      value={values.timezone}
      refusals={refusals}
      help="Quiet hours, the digest and “until 9:00” are said in it."
    />
    <Field
      name="quietFrom"
      type="time"
      label="Quiet from"
      value={values.quietFrom}
      help="Only a near ship-by and a dead or ending authorization are posted then; the rest waits for the end. Empty: none."
      refusals={refusals}
    />
    <Field name="quietTo" type="time" label="Quiet until" value={values.quietTo} refusals={refusals} />
    <Field
      name="digestAt"
      type="time"
      label="Daily digest at"
      value={values.digestAt}
      help="The counts of the day, of the merchants whose alerts come here. Empty: off."
      refusals={refusals}
    />
    <Check
      name="unknownMayLook"
      label="People whom the desk does not know may look"
      help="They may use /orders held and the like here, and see no recipients. They can change nothing."
      checked={values.unknownMayLook}
    />
    <DialogFoot view={view} back={slackPath} submit="Save" />
  </DialogForm>
);

export interface RouteValues {
  /** `all`, `m:<merchant>`, `s:<merchant>:<store>`. */
  readonly of: string;
  readonly kind: string;
  readonly channel: string;
}

export const RouteForm = ({
  view,
  values,
  targets,
  channels,
  refusals,
}: {
  view: DialogView;
  values: RouteValues;
  targets: readonly Option[];
  /** Channels that the bot is in. */
  channels: readonly { readonly channelId: string; readonly name: string }[];
  refusals: readonly Refusal[];
}) => (
  <DialogForm view={view} action={`${slackPath}/routes`}>
    <FormErrors refusals={refusals} />
    <Select name="of" label="Alerts of" value={values.of} options={targets} required refusals={refusals} />
    <Select
      name="kind"
      label="Kind"
      value={values.kind}
      placeholder="Every kind"
      options={namedKinds.map(({ kind, name }) => ({ value: kind, label: name }))}
      refusals={refusals}
    />
    <Field
      name="channel"
      label="Channel"
      value={values.channel}
      required
      list="slack-channels"
      placeholder="#ops"
      help="The bot must be in it: /invite it there first. Cards that are open stay where they are."
      refusals={refusals}
    />
    <datalist id="slack-channels">
      {channels.map(({ name }) => (
        <option value={`#${name}`} />
      ))}
    </datalist>
    <DialogFoot view={view} back={slackPath} submit="Save the route" />
  </DialogForm>
);
