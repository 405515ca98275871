import { beforeEach, describe, expect, it } from 'vitest';
import { createSlackClient } from '../../bot/slack-client.ts';
import { saveRoute } from '../../core/commands/save-route.ts';
import { tryChannelAgain } from '../../core/commands/try-channel-again.ts';
import type { Actor } from '../../core/people/actor.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';
import { insertHold } from '../support/rows.ts';

const desk: TestBot = await testBot();
const { slack, sql, ports, clock } = desk;
const workspace = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl });
const admin: Actor = {
  personId: desk.personIds.ana,
  name: 'Ana',
  via: 'web',
  grants: [{ role: 'admin', merchantIds: 'all', warehouseIds: 'all' }],
};

let store: World;
let channelCount = 0;
beforeEach(async () => {
  store = await world(sql);
  await sql`delete from slack_routes`;
  await sql`delete from slack_channels`;
  await sql`update alerts set delivered_version = version`;
  desk.jobs.length = 0;
});

/** A channel of its own, to which this merchant's alerts are routed. */
async function routed(): Promise<{ id: string; name: string }> {
  channelCount += 1;
  const name = `ops-${channelCount}`;
  const { channel } = await workspace.conversations.create({ name });
  const id = channel?.id ?? '';
  const saved = await saveRoute(ports, {
    actor: admin,
    merchantId: store.merchantId,
    ofMerchantId: store.merchantId,
    storeId: null,
    kind: null,
    channel: id,
  });
  expect(saved).toMatchObject({ ok: true, value: { channelName: name } });
  return { id, name };
}
const hold = async (subject: string, kind = 'sku_unmapped') => {
  const { orderId } = await makeOrder(sql, store, {});
  await insertHold(sql, store, orderId, { code: kind, subject, detail: { keyKind: 'sku' } });
  await showAlerts(desk, store);
};
const saidIn = async (channel: string) => JSON.stringify((await workspace.conversations.history({ channel })).messages);
const toOlga = async () => {
  const { channel } = await workspace.conversations.open({ users: slack.users.olga });
  const { messages = [] } = await workspace.conversations.history({ channel: channel?.id ?? '' });
  return messages.map(({ text }) => text ?? '');
};
const broken = () => sql`select channel_id, broken_reason, notice_done_at is not null as told from slack_channels
  where broken_reason is not null`;

describe('a channel that Slack refuses', () => {
  it('is passed over, an owner is told once, and the alert goes to the next wider channel', async () => {
    const { id, name } = await routed();
    await workspace.conversations.archive({ channel: id });
    const before = (await toOlga()).length;
    await hold('FIRST');
    await hold('SECOND');
    await desk.work('slack.notice');
    expect(await saidIn(slack.channelId)).toContain('FIRST');
    expect(await saidIn(slack.channelId)).toContain('SECOND');
    expect(await broken()).toEqual([{ channel_id: id, broken_reason: 'is_archived', told: true }]);
    expect((await toOlga()).slice(0, -before || undefined)).toEqual([`Alerts cannot be posted to #${name}`]);
  });

  it('is told of once, also when the answer to the message is lost', async () => {
    const { id, name } = await routed();
    await workspace.conversations.archive({ channel: id });
    await hold('LOST');
    const isPost = () => slack.calls.filter(({ method }) => method === 'chat.postMessage').length;
    // The conversation is opened, then the message posted.
    await ports.messenger?.openDirect(slack.users.olga);
    const posts = isPost();
    await sql`update slack_channels set notice_to = (select ${(await workspace.conversations.open({ users: slack.users.olga })).channel?.id ?? ''}) where channel_id = ${id}`;
    slack.faults.push({ kind: 'lost_answer' });
    await desk.work('slack.notice');
    clock.pass(31_000);
    await desk.work('slack.notice');
    clock.pass(31_000);
    await desk.work('slack.notice');
    expect(isPost() - posts).toBe(1);
    expect((await toOlga()).filter((text) => text.includes(`#${name}`))).toHaveLength(1);
    expect(await broken()).toMatchObject([{ told: true }]);
  });

  it('tells nobody but the dashboard when it is the only one and no owner is in Slack', async () => {
    await sql`update slack_people set confirmed_at = null where slack_user_id = ${slack.users.olga}`;
    slack.faults.push({ kind: 'error', error: 'not_in_channel' });
    await hold('NOWHERE');
    await desk.work('slack.notice');
    expect(await broken()).toEqual([{ channel_id: slack.channelId, broken_reason: 'not_in_channel', told: true }]);
    const [alert] = await sql`select delivery_error from alerts where merchant_id = ${store.merchantId}`;
    expect(alert).toMatchObject({ delivery_error: 'no_channel' });
    await sql`update slack_people set confirmed_at = now() where slack_user_id = ${slack.users.olga}`;
  });

  it('is used again after a real test, and what waited for it is shown', async () => {
    slack.faults.push({ kind: 'error', error: 'not_in_channel' });
    await hold('WAITS');
    const again = () =>
      tryChannelAgain(ports, { actor: admin, merchantId: store.merchantId, channelId: slack.channelId });
    slack.faults.push({ kind: 'error', error: 'channel_not_found' });
    expect(await again()).toMatchObject({ ok: false, error: { code: 'channel_unusable' } });
    expect(await broken()).toHaveLength(1);
    expect(await again()).toMatchObject({ ok: true });
    expect(await broken()).toEqual([]);
    await showAlerts(desk, store);
    expect(await saidIn(slack.channelId)).toContain('WAITS');
    expect(await saidIn(slack.channelId)).toContain('Alerts come to this channel again.');
  });
});

describe('a channel that could not be used, when somebody invites the bot', () => {
  const joined = async (user: string) =>
    desk.event({ type: 'member_joined_channel', user, channel: slack.channelId, channel_type: 'C', team: 'T1' });

  it('gets its alerts at once, and hears so once', async () => {
    const { user_id: bot = '' } = await workspace.auth.test();
    slack.faults.push({ kind: 'error', error: 'not_in_channel' });
    await hold('INVITED');
    expect(await broken()).toHaveLength(1);
    const words = async () => {
      const { messages = [] } = await workspace.conversations.history({ channel: slack.channelId });
      return messages.filter(({ text }) => text?.includes('Alerts come to this channel again.')).length;
    };
    const before = await words();
    // Somebody else who joins says nothing about the bot.
    await joined(slack.users.mei);
    await desk.event({ type: 'app_home_opened', tab: 'home', channel: 'D1' }, { user: 'mei' });
    await expect.poll(() => desk.calls('views.publish').length).toBeGreaterThan(0);
    expect(await broken()).toHaveLength(1);

    await joined(bot);
    await expect.poll(broken).toEqual([]);
    expect(await desk.deps.commands.channelJoined({ channelId: slack.channelId })).toBe(false);
    await showAlerts(desk, store);
    expect(await saidIn(slack.channelId)).toContain('INVITED');
    expect(await words()).toBe(before + 1);
    const history = await sql`select actor_name, person_id, via, before, after from audit_events
      where merchant_id = ${store.merchantId} and event = 'slack_channel.mended'`;
    expect(history).toEqual([
      {
        actor_name: 'Holdfast',
        person_id: null,
        via: 'system',
        before: { brokenReason: 'not_in_channel' },
        after: { channelId: slack.channelId },
      },
    ]);
  });

  it('stays marked when Slack still refuses it', async () => {
    slack.faults.push({ kind: 'error', error: 'not_in_channel' }, { kind: 'error', error: 'channel_not_found' });
    await hold('STILL');
    expect(await desk.deps.commands.channelJoined({ channelId: slack.channelId })).toBe(false);
    expect(await broken()).toHaveLength(1);
  });
});

describe('a route', () => {
  it('that moves leaves open cards where they are and takes later ones along', async () => {
    await hold('STAYS');
    const { id } = await routed();
    await hold('STAYS');
    await hold('GOES');
    expect(await saidIn(slack.channelId)).toContain('STAYS');
    expect(await saidIn(id)).toContain('GOES');
    expect(await saidIn(id)).not.toContain('STAYS');
  });

  it('is not made to an archived channel', async () => {
    const { id } = await routed();
    await workspace.conversations.archive({ channel: id });
    const route = { actor: admin, merchantId: store.merchantId, ofMerchantId: null, storeId: null, kind: null };
    expect(await saveRoute(ports, { ...route, channel: id })).toMatchObject({
      ok: false,
      error: { code: 'channel_unusable', field: 'channel' },
    });
  });

  it('of one merchant is not made by the admin of another', async () => {
    const stranger: Actor = { ...admin, grants: [{ role: 'admin', merchantIds: ['other'], warehouseIds: 'all' }] };
    const route = {
      actor: stranger,
      merchantId: store.merchantId,
      storeId: null,
      kind: null,
      channel: slack.channelId,
    };
    for (const ofMerchantId of [store.merchantId, null]) {
      expect(await saveRoute(ports, { ...route, ofMerchantId })).toMatchObject({ error: { code: 'not_permitted' } });
    }
    const foreignStore = {
      ...route,
      actor: admin,
      ofMerchantId: (await world(sql)).merchantId,
      storeId: store.storeId,
    };
    expect(await saveRoute(ports, foreignStore)).toMatchObject({ error: { code: 'not_found', field: 'storeId' } });
  });
});

describe('quiet hours', () => {
  it('keep new cards back, let urgent ones and edits through, and show the rest in the morning', async () => {
    await hold('BEFORE');
    const at = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000).toISOString().slice(11, 16);
    const [from, to] = [at(-60), at(120)];
    await sql`insert into slack_channels (id, channel_id, timezone, quiet_from, quiet_to)
      values (gen_random_uuid(), ${slack.channelId}, 'UTC', ${from}, ${to})`;
    await hold('QUIET');
    await hold('CAME-AND-WENT');
    clock.pass(5_000);
    await hold('BEFORE');
    expect(await saidIn(slack.channelId)).not.toMatch(/QUIET|CAME-AND-WENT/);
    expect(await saidIn(slack.channelId)).toContain('2 orders wait');
    const [waiting] = await sql`select delivery_error, deliver_after > now() as later from alerts
      where merchant_id = ${store.merchantId} and subject like '%QUIET'`;
    expect(waiting).toMatchObject({ delivery_error: 'quiet_hours', later: true });
    const grant = async (days: number) => {
      const endsAt = new Date(clock.now().getTime() + days * 86_400_000 - 60_000).toISOString();
      await sql`update authorizations set expires_at = ${endsAt} where id = ${store.authorizationId}`;
      await showAlerts(desk, store);
    };
    await grant(3);
    expect(await saidIn(slack.channelId)).not.toContain('Authorization ends');
    await grant(1);
    expect(await saidIn(slack.channelId)).toContain('Authorization ends in one day');
    const { orderId } = await makeOrder(sql, store, {});
    await sql`update orders set ship_by = ${new Date(clock.now().getTime() + 600_000).toISOString()} where id = ${orderId}`;
    await showAlerts(desk, store);
    expect(await saidIn(slack.channelId)).toContain('Ship-by');
    await sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'web', resolution = 'mapped'
      where merchant_id = ${store.merchantId} and subject = 'CAME-AND-WENT'`;
    clock.pass(3 * 3_600_000);
    await showAlerts(desk, store);
    const morning = await saidIn(slack.channelId);
    expect(morning).toContain('QUIET');
    expect(morning).not.toContain('CAME-AND-WENT');
  });
});
