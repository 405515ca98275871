import { beforeEach, describe, expect, it } from 'vitest';
import { deliverDigest } from '../../../core/commands/deliver-digest.ts';
import { digestRound } from '../../../core/commands/digest-round.ts';
import { testBot } from '../../support/bot.ts';
import { heldOrder } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql, clock, ports } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  await sql`delete from slack_channels`;
  await sql`delete from slack_digests`;
});
const say = async (text: string, user: 'ana' | 'mei' | 'stranger' = 'ana') =>
  JSON.stringify(await desk.command(text, { user }));

describe('/orders digest', () => {
  it('shows the counts of the day to the person alone', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    const answer = await say('digest', 'mei');
    expect(answer).toContain('Orders held');
    expect(answer).toContain('SKU not mapped');
    expect(answer).toContain('This channel gets no digest');
  });

  it('is turned on and off by an admin', async () => {
    expect(await say('digest on 9:00')).toContain('daily at 09:00');
    expect(await sql`select digest_at from slack_channels`).toMatchObject([{ digest_at: '09:00' }]);
    await say('digest off');
    expect(await sql`select digest_at from slack_channels`).toMatchObject([{ digest_at: null }]);
  });

  it.each([
    ['digest on', 'At what time?'],
    ['digest on noon', 'Write the time as hours and minutes'],
    ['digest weekly', 'I do not know “weekly”'],
  ])('answers “%s” with what is wrong', async (typed, words) => {
    expect(await say(typed)).toContain(words);
  });

  it('is not turned on by an operator', async () => {
    expect(await say('digest on 9:00', 'mei')).toContain('admin or owner');
    expect(await sql`select 1 from slack_channels where digest_at is not null`).toEqual([]);
  });
});

describe('the digest of a channel', () => {
  const posted = async () =>
    (await slack.messages()).filter((message) => message.text?.startsWith('Digest of') === true);
  /** Turned on an hour ahead, on the channel's clock, which is UTC; never so late that the hour leads into tomorrow. */
  async function turnOn(): Promise<void> {
    const dayMs = 86_400_000;
    clock.pass(dayMs + dayMs / 2 - (clock.now().getTime() % dayMs));
    const at = new Date(clock.now().getTime() + 3_600_000).toISOString().slice(11, 16);
    await sql`insert into slack_channels (id, channel_id, timezone, digest_at, digest_since)
      values (gen_random_uuid(), ${slack.channelId}, 'UTC', ${at}, ${clock.now().toISOString()})`;
  }
  const round = async () => {
    desk.jobs.length = 0;
    await digestRound(ports);
    await desk.work('slack.digest');
  };

  it('is posted once when its time has come, also when the answer is lost', async () => {
    const before = (await posted()).length;
    await turnOn();
    await round();
    expect(await posted()).toHaveLength(before);
    clock.pass(3_660_000);
    slack.faults.push({ kind: 'lost_answer' });
    await round();
    expect(await posted()).toHaveLength(before + 1);
    clock.pass(60_000);
    await round();
    await round();
    expect(await posted()).toHaveLength(before + 1);
    expect(await sql`select 1 from slack_digests where message_ts is not null`).toHaveLength(1);
  });

  it('is posted once by two workers at once, and after one that died over it', async () => {
    const before = (await posted()).length;
    await turnOn();
    clock.pass(3_660_000);
    await digestRound(ports);
    const day = clock.now().toISOString().slice(0, 10);
    const deliver = () => deliverDigest(ports, { channelId: slack.channelId, day });
    await sql`update slack_digests set posting_since = ${clock.now().toISOString()}`;
    await deliver();
    expect(await posted()).toHaveLength(before);
    clock.pass(31_000);
    await Promise.all([deliver(), deliver(), deliver()]);
    await deliver();
    expect(await posted()).toHaveLength(before + 1);
  });

  it('waits as long as Slack says, and takes no more than that time', async () => {
    const before = (await posted()).length;
    await turnOn();
    clock.pass(3_660_000);
    slack.faults.push({ kind: '429', retryAfter: 60 });
    await round();
    await round();
    expect(await posted()).toHaveLength(before);
    clock.pass(61_000);
    await round();
    expect(await posted()).toHaveLength(before + 1);
  });

  it('says how the counts moved against the day before', async () => {
    const day = clock.now().toISOString().slice(0, 10);
    const earlier = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
    const figures = { held: 100_000, heldByCode: {}, exceptions: 0, openAlerts: 0, troubledStores: 0 };
    const counted = { ...figures, oldestHoldAt: null, shipped: 0, shippedBefore: 0, newOrders: 0, newOrdersBefore: 0 };
    await sql`insert into slack_channels (id, channel_id, timezone) values (gen_random_uuid(), ${slack.channelId}, 'UTC')`;
    await sql`insert into slack_digests (channel_id, day, message_id, figures)
      values (${slack.channelId}, ${earlier}::date, gen_random_uuid(), ${JSON.stringify(counted)}::text::jsonb)`;
    expect(await say('digest', 'ana')).toMatch(/Orders held +\d+ +▼ 99,/);
  });
});

describe('somebody whom the desk does not know', () => {
  it('reads only in a channel that lets them, and changes nothing there', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'SEEN-BY-ALL', detail: { keyKind: 'sku' } });
    expect(await say('held', 'stranger')).toContain('does not know you yet');
    await sql`insert into slack_channels (id, channel_id, unknown_may_look) values (gen_random_uuid(), ${slack.channelId}, true)`;
    expect(await say('held', 'stranger')).toContain('SEEN-BY-ALL');
    expect(await say('sync', 'stranger')).toContain('does not know you yet');
    expect(await say('digest on 9:00', 'stranger')).toContain('does not know you yet');
    await sql`insert into slack_routes (id, channel_id, created_by) values (gen_random_uuid(), 'CELSEWHERE', 'test')`;
    expect(await say('held', 'stranger')).not.toContain('SEEN-BY-ALL');
    await sql`delete from slack_routes`;
  });
});
