import { Hono } from 'hono';
import { may } from '../../core/people/permissions.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { canOverAll, loadFrame, needs, needsOverAll } from '../views/frame.ts';
import type { Option } from '../views/parts.tsx';
import {
  type ChannelValues,
  channelLabel,
  RouteForm,
  type RouteValues,
  SlackChannelForm,
  SlackChannelsPage,
  slackPath,
} from '../views/settings/slack-channels.tsx';

/** Slack's channels and which of them hears of what. Routes: a merchant's admin; channels: an admin over all. */
export default function slackChannels(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands } = deps.desk;

  app.get(slackPath, (c) => page(c, deps));

  app.get(`${slackPath}/routes/new`, (c) => {
    const { merchantId } = needs(c, 'administer');
    return routeForm(c, deps, { of: canOverAll(c, 'administer') ? 'all' : `m:${merchantId}`, kind: '', channel: '' });
  });

  app.post(`${slackPath}/routes`, async (c) => {
    const { actor, merchantId } = needs(c, 'administer');
    const values = { of: textOf(c, 'of'), kind: textOf(c, 'kind'), channel: textOf(c, 'channel') };
    const [scope, ofMerchantId = null, storeId = null] = values.of.split(':');
    const refused = (refusal: Refusal) => routeForm(c, deps, values, refusal);
    if (scope !== 'all' && ofMerchantId === null) {
      return refused({ code: 'invalid_input', message: 'Choose whose alerts.', field: 'of' });
    }
    const saved = await commands.saveRoute({
      actor,
      merchantId,
      ofMerchantId,
      storeId,
      kind: values.kind === '' ? null : values.kind,
      channel: values.channel,
    });
    if (!saved.ok) return refused(onForm(saved.error));
    const channel = channelLabel({ channelId: saved.value.channelId, name: saved.value.channelName });
    setFlash(c, { message: `Later alerts go to ${channel}. Open cards stay where they are.` });
    return leadTo(c, slackPath);
  });

  app.post(`${slackPath}/routes/:id/remove`, async (c) => {
    const { actor, merchantId } = needs(c, 'administer');
    const removed = await commands.removeRoute({ actor, merchantId, routeId: c.req.param('id') });
    if (!removed.ok) return page(c, deps, removed.error);
    setFlash(c, { message: 'The route is removed: later alerts take the next wider one.' });
    return leadTo(c, slackPath);
  });

  app.get(`${slackPath}/channels/:id`, async (c) => {
    const { merchantId } = needsOverAll(c, 'administer');
    const channel = await channelOf(c, deps, c.req.param('id'));
    const merchants = await deps.desk.queries.listMerchants({ merchantIds: [merchantId] });
    return channelForm(c, deps, channel, {
      timezone: channel.timeZone ?? merchants[0]?.timezone ?? 'UTC',
      quietFrom: channel.quietHours?.from ?? '',
      quietTo: channel.quietHours?.to ?? '',
      digestAt: channel.digestAt ?? '',
      unknownMayLook: channel.unknownMayLook,
    });
  });

  app.post(`${slackPath}/channels/:id`, async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'administer');
    const channel = await channelOf(c, deps, c.req.param('id'));
    const values = {
      timezone: textOf(c, 'timezone'),
      quietFrom: textOf(c, 'quietFrom'),
      quietTo: textOf(c, 'quietTo'),
      digestAt: textOf(c, 'digestAt'),
      unknownMayLook: textOf(c, 'unknownMayLook') !== '',
    };
    const { timezone: timeZone, ...rest } = values;
    const { channelId } = channel;
    const saved = await commands.saveSlackChannel({ actor, merchantId, channelId, timeZone, ...rest });
    if (!saved.ok) return channelForm(c, deps, channel, values, onForm(saved.error));
    setFlash(c, { message: `${channelLabel(channel)} saved.` });
    return leadTo(c, slackPath);
  });

  app.post(`${slackPath}/channels/:id/again`, async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'administer');
    const tried = await commands.tryChannelAgain({ actor, merchantId, channelId: c.req.param('id') });
    if (!tried.ok) return page(c, deps, tried.error);
    setFlash(c, { message: `Slack takes messages for ${tried.value.channelName ?? 'the channel'} again.` });
    return leadTo(c, slackPath);
  });

  return app;
}

/** The form's own names of the fields that a command refused. */
function onForm(refusal: Refusal): Refusal {
  const names: Readonly<Record<string, string>> = { timeZone: 'timezone', merchantId: 'of', storeId: 'of' };
  const { field } = refusal;
  return field === undefined ? refusal : { ...refusal, field: names[field] ?? field };
}

async function routingOf(c: WebContext, deps: WebDeps) {
  const { actor, merchantId } = needs(c, 'administer');
  const routing = await deps.desk.commands.slackRouting({ actor, merchantId });
  if (!routing.ok) throw new HttpRefusal(statusOf(routing.error), routing.error);
  return routing.value;
}

async function channelOf(c: WebContext, deps: WebDeps, channelId: string) {
  const channel = (await routingOf(c, deps)).channels.find((one) => one.channelId === channelId);
  if (channel === undefined) throw HttpRefusal.notFound('There is no such channel.');
  return channel;
}

async function page(c: WebContext, deps: WebDeps, refusal?: Refusal): Promise<Response> {
  const [frame, routing] = await Promise.all([loadFrame(c, deps), routingOf(c, deps)]);
  return renderPage(
    c,
    frame,
    { title: 'Slack channels', section: 'settings', status: refusal === undefined ? 200 : statusOf(refusal) },
    <SlackChannelsPage
      frame={frame}
      routing={routing}
      mayAdministerAll={canOverAll(c, 'administer')}
      refusals={refusal === undefined ? [] : [refusal]}
    />,
  );
}

function channelForm(
  c: WebContext,
  deps: WebDeps,
  channel: Parameters<typeof channelLabel>[0],
  values: ChannelValues,
  refusal?: Refusal,
): Promise<Response> {
  const refusals = refusal === undefined ? [] : [refusal];
  const title = `Edit ${channelLabel(channel)}`;
  return renderDialog(c, deps, { title, section: 'settings', refusal }, (view) => (
    <SlackChannelForm view={view} channelId={channel.channelId} values={values} refusals={refusals} />
  ));
}

async function routeForm(c: WebContext, deps: WebDeps, values: RouteValues, refusal?: Refusal): Promise<Response> {
  const [targets, channels] = await Promise.all([targetsOf(c, deps), deps.desk.commands.slackChannelChoices({})]);
  const refusals = refusal === undefined ? [] : [refusal];
  return renderDialog(c, deps, { title: 'Add a route', section: 'settings', refusal }, (view) => (
    <RouteForm view={view} values={values} targets={targets} channels={channels} refusals={refusals} />
  ));
}

/** Whose alerts this person may route: all merchants, each merchant, each of its stores. */
async function targetsOf(c: WebContext, deps: WebDeps): Promise<readonly Option[]> {
  const { actor } = needs(c, 'administer');
  const merchants = (await deps.desk.queries.listMerchants({ merchantIds: 'all' })).filter(
    ({ id, archivedAt }) => archivedAt === null && may(actor, 'administer', id),
  );
  const stores = await deps.desk.queries.listStores({ merchantIds: merchants.map(({ id }) => id) });
  return [
    ...(may(actor, 'administer', null) ? [{ value: 'all', label: 'All merchants' }] : []),
    ...merchants.flatMap(({ id, name }) => [
      { value: `m:${id}`, label: name },
      ...stores
        .filter(({ merchantId }) => merchantId === id)
        .map((store) => ({ value: `s:${id}:${store.storeId}`, label: `${name} · ${store.name}` })),
    ]),
  ];
}
