import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessenger } from '../../bot/messenger.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { removeRoute } from '../../core/commands/remove-route.ts';
import { saveRoute } from '../../core/commands/save-route.ts';
import { saveSlackChannel } from '../../core/commands/save-slack-channel.ts';
import { tryChannelAgain } from '../../core/commands/try-channel-again.ts';
import { describeConnections } from '../../core/connect/platform-list.ts';
import type { Role } from '../../core/people/actor.ts';
import { createSessions } from '../../core/people/sessions.ts';
import { slackChannelChoices, slackRouting } from '../../core/queries/slack-routing.ts';
import { createCatalogQueries } from '../../db/queries/catalog.ts';
import { createOrderQueries } from '../../db/queries/order-queries.ts';
import { createStoreQueries } from '../../db/queries/store-queries.ts';
import { createAlertRepository } from '../../db/repositories/alerts.ts';
import { createSlackChannelRepository } from '../../db/repositories/slack-channels.ts';
import { createWebApp } from '../../web/app.tsx';
import type { Desk } from '../../web/deps.ts';
import { accessDesk, publicUrl, testClock } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { startSlack } from '../support/slack.ts';
import { signedInVisitor } from '../support/store-pages.ts';

const database = await testDatabase();
const { db, sql } = database;
const slack = await startSlack();
afterAll(() => slack.close());
const desk = accessDesk(database, { clock: testClock() });
const ports = {
  ...desk.ports,
  alerts: createAlertRepository({ renewablePlatforms: [] }),
  slackChannels: createSlackChannelRepository(),
  messenger: createMessenger({ client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl }), publicUrl }),
  defaultChannelId: slack.channelId,
};
const commands: Partial<Desk['commands']> = {
  saveRoute: (input) => saveRoute(ports, input),
  removeRoute: (input) => removeRoute(ports, input),
  saveSlackChannel: (input) => saveSlackChannel(ports, input),
  tryChannelAgain: (input) => tryChannelAgain(ports, input),
  slackRouting: (input) => slackRouting(ports, input),
  slackChannelChoices: (input) => slackChannelChoices(ports, input),
};
const app = createWebApp({
  desk: {
    commands: commands as Desk['commands'],
    queries: { ...createOrderQueries(db), ...createCatalogQueries(db), ...createStoreQueries(db) },
  },
  sessions: createSessions(ports),
  config: { publicUrl, host: '127.0.0.1', isDemo: true, cookieSecret: 'c'.repeat(40) },
  clock: desk.clock,
  log: silentLog,
  platformNames: {},
  connections: describeConnections(ports.connection, ports.connectors),
});

/** Somebody of this role, over all merchants or one of their own. */
async function visitor(role: Role, over: 'all' | 'own' = 'all') {
  const who = await signedInVisitor(database, desk, app, role);
  if (over === 'all') await sql`update grants set merchant_ids = null where person_id = ${who.personId}`;
  return who;
}
const path = '/settings/slack';
const channel = `${path}/channels/${slack.channelId}`;
const settings = { timezone: 'Asia/Taipei', quietFrom: '22:00', quietTo: '07:00', digestAt: '09:00' };

beforeEach(async () => {
  await sql`delete from slack_routes`;
  await sql`delete from slack_channels`;
});

describe('the routes', () => {
  it('are added, shown with their channel’s name, and removed', async () => {
    const ana = await visitor('admin');
    expect((await ana.get(path)).body).toContain('Every alert');
    const form = await ana.get(`${path}/routes/new`);
    expect(form.body).toContain('All merchants');
    expect(form.body).toContain('<option value="#general"');
    const added = await ana.post(`${path}/routes`, {
      of: `m:${ana.merchantId}`,
      kind: 'ship_by_near',
      channel: '#general',
    });
    expect(added.status).toBe(303);
    const { body } = await ana.get(path);
    expect(body).toContain('#general');
    expect(body).toContain('Ship-by near');
    const [route] = await sql<{ id: string }[]>`select id from slack_routes where merchant_id = ${ana.merchantId}`;
    expect((await ana.post(`${path}/routes/${route?.id}/remove`, {})).status).toBe(303);
    expect(await sql`select 1 from slack_routes`).toEqual([]);
    const events = await sql`select event from audit_events where merchant_id = ${ana.merchantId} order by id`;
    expect(events).toMatchObject([{ event: 'slack_route.added' }, { event: 'slack_route.removed' }]);
  });

  it.each([
    ['a channel that the bot is not in', { channel: '#nowhere' }, 'The bot is in no channel called #nowhere'],
    ['no channel', { channel: '' }, 'Choose a channel.'],
    ['nobody’s alerts', { of: 'm' }, 'Choose whose alerts.'],
    ['a made-up kind', { kind: 'held:nothing' }, 'There is no kind of alert called held:nothing.'],
    ['a made-up merchant', { of: 'm:x' }, 'There is no such merchant.'],
  ])('to %s change nothing and the form says why', async (_, over, words) => {
    const ana = await visitor('admin');
    const answer = await ana.post(`${path}/routes`, { of: 'all', kind: '', channel: '#general', ...over });
    expect([404, 422]).toContain(answer.status);
    expect(answer.body).toContain(words);
    expect(await sql`select 1 from slack_routes`).toEqual([]);
  });

  it('of all merchants and of another merchant are out of reach for one merchant’s admin', async () => {
    const [one, other] = [await visitor('admin', 'own'), await visitor('admin', 'own')];
    expect((await one.get(`${path}/routes/new`)).body).not.toContain(other.merchantId);
    for (const of of ['all', `m:${other.merchantId}`]) {
      expect((await one.post(`${path}/routes`, { of, kind: '', channel: '#general' })).status).toBe(403);
    }
    await other.post(`${path}/routes`, { of: `m:${other.merchantId}`, kind: '', channel: '#general' });
    const [route] = await sql<{ id: string }[]>`select id from slack_routes`;
    expect((await one.post(`${path}/routes/${route?.id}/remove`, {})).status).toBe(403);
    expect(await sql`select 1 from slack_routes`).toHaveLength(1);
  });
});

describe('what waits for Slack', () => {
  it('stands on the page with its reason and its end, of one’s own merchants only', async () => {
    const [ana, other] = [await visitor('admin', 'own'), await visitor('admin', 'own')];
    expect((await ana.get(path)).body).toContain('Nothing waits: every card says the present.');
    const waits = (merchantId: string, error: string | null, until: string | null) => sql`
      insert into alerts (id, merchant_id, kind, subject, title, opened_at, delivery_error, deliver_after)
      values (gen_random_uuid(), ${merchantId}, 'sync_failing', gen_random_uuid(), 'x', now(), ${error}, ${until}::timestamptz)`;
    const later = new Date(desk.clock.now().getTime() + 3_600_000).toISOString();
    await waits(ana.merchantId, 'quiet_hours', later);
    await waits(ana.merchantId, null, null);
    await waits(other.merchantId, 'no_channel', later);
    await sql`insert into slack_pacing (bucket, free_at, blocked_until)
      values (${`chat.postMessage:${slack.channelId}`}, now(), ${later}::timestamptz)`;
    const { body } = await ana.get(path);
    expect(body).toContain('quiet hours');
    expect(body).toContain('their turn');
    expect(body).toContain('1 new card');
    expect(body).not.toContain('no channel is set for them');
    expect(body).toContain('Slack asked us to wait');
    expect(body).toContain('new messages in');
    await sql`delete from slack_pacing`;
    await sql`delete from alerts`;
  });
});

describe('a channel', () => {
  it('gets its quiet hours, digest and who may look', async () => {
    const ana = await visitor('admin');
    expect((await ana.post(channel, { ...settings, unknownMayLook: 'on' })).status).toBe(303);
    const { body } = await ana.get(path);
    for (const words of ['22:00 to 07:00', 'daily at 09:00', 'Asia/Taipei', 'unknown people may look']) {
      expect(body).toContain(words);
    }
    expect((await ana.get(channel)).body).toContain('value="22:00"');
  });

  it.each([
    ['a digest in the quiet hours', { digestAt: '23:00' }, 'The digest would come in the quiet hours.'],
    ['half of the quiet hours', { quietTo: '' }, 'Quiet hours need a beginning and an end.'],
    ['quiet hours without an end', { quietTo: '22:00' }, 'would never end'],
    ['a made-up zone', { timezone: 'Mars/Base' }, 'This is not a time zone.'],
    ['a made-up time', { digestAt: '25:00' }, 'Write the time as hours and minutes'],
  ])('keeps its settings when given %s', async (_, over, words) => {
    const ana = await visitor('admin');
    const answer = await ana.post(channel, { ...settings, ...over });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(words);
    expect(await sql`select 1 from slack_channels where quiet_from is not null or digest_at is not null`).toEqual([]);
  });

  it('that is broken says why and is tried again', async () => {
    await sql`insert into slack_channels (id, channel_id, name, broken_reason, broken_since, notice_id)
      values (gen_random_uuid(), ${slack.channelId}, 'general', 'is_archived', now(), gen_random_uuid())`;
    const ana = await visitor('admin');
    expect((await ana.get(path)).body).toContain('#general is archived. Unarchive it');
    slack.faults.push({ kind: 'error', error: 'channel_not_found' });
    const failed = await ana.post(`${channel}/again`, {});
    expect(failed.body).toContain('#general is not there');
    expect((await ana.post(`${channel}/again`, {})).status).toBe(303);
    expect((await ana.get(path)).body).not.toContain('Not usable');
    expect((await slack.messages())[0]?.text).toBe('Alerts come to this channel again.');
  });

  it('is set by an admin over all merchants only, and the page is for admins', async () => {
    const one = await visitor('admin', 'own');
    expect((await one.get(path)).body).not.toContain('Edit #');
    expect((await one.post(channel, settings)).status).toBe(403);
    expect((await one.post(`${channel}/again`, {})).status).toBe(403);
    for (const role of ['viewer', 'operator'] as const)
      expect((await (await visitor(role)).get(path)).status).toBe(403);
  });
});
