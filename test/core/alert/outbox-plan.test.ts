import { describe, expect, it } from 'vitest';
import { type PlanAsked, planOutbox } from '../../../core/alert/outbox-plan.ts';
import { afterCall, type Bucket, everyCall, nextCallAt, rateOf } from '../../../core/alert/slack-rate.ts';
import type { AlertView } from '../../../core/alert/types.ts';

const now = new Date('2026-11-20T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);

function anAlert(id: string, over: Partial<AlertView> = {}): AlertView {
  return {
    id,
    merchantId: 'm1',
    merchantName: 'Northwind',
    storeId: null,
    storeName: null,
    platform: null,
    kind: 'held:sku_unmapped',
    subject: id,
    orderCount: 1,
    amounts: {},
    sample: [],
    detail: {},
    oldestAt: null,
    nearestShipBy: null,
    state: 'open',
    version: 1,
    deliveredVersion: 0,
    channelId: null,
    messageTs: null,
    postingSince: null,
    assignedToId: null,
    assignedToName: null,
    snoozedByName: null,
    snoozedUntil: null,
    openedAt: now,
    resolvedAt: null,
    resolvedBy: null,
    resolvedVia: null,
    resolution: null,
    ...over,
  };
}
const posted = (id: string, channelId = 'C1') => anAlert(id, { channelId, messageTs: '1.1' });
const to = (channels: Readonly<Record<string, string>>): PlanAsked['places'] =>
  new Map(Object.entries(channels).map(([id, channelId]) => [id, { kind: 'channel', channelId }]));
const plan = (over: Partial<PlanAsked>) =>
  planOutbox({ alerts: [], places: new Map(), buckets: new Map(), now, most: 8, ...over });
const taken = (result: ReturnType<typeof planOutbox>) => result.claims.map(({ alert }) => alert.id);

describe('what goes out now', () => {
  it('is one new message a channel, and the others wait a second', () => {
    const alerts = [anAlert('a'), anAlert('b'), anAlert('c')];
    const result = plan({ alerts, places: to({ a: 'C1', b: 'C1', c: 'C2' }) });
    expect(taken(result)).toEqual(['a', 'c']);
    expect(result.nextAt).toEqual(later(1_000));
    expect(result.parked).toEqual([]);
  });

  it('is two edits at once in the whole workspace, and the third waits', () => {
    const result = plan({ alerts: [posted('a'), posted('b', 'C2'), posted('c', 'C3')] });
    expect(taken(result)).toEqual(['a', 'b']);
    expect(result.nextAt).toEqual(later(1_250));
  });

  it('is no more at once than there are hands', () => {
    const ids = Array.from({ length: 20 }, (_, no) => `a${no}`);
    const places = to(Object.fromEntries(ids.map((id) => [id, `C-${id}`])));
    expect(plan({ alerts: ids.map((id) => anAlert(id)), places }).claims).toHaveLength(8);
  });

  it('is what a person waits for, though it is not its turn', () => {
    const buckets = new Map<string, Bucket>([['chat.update', { freeAt: later(20_000), blockedUntil: null }]]);
    expect(taken(plan({ alerts: [posted('a')], buckets }))).toEqual([]);
    expect(taken(plan({ alerts: [posted('a')], buckets, isAsked: true }))).toEqual(['a']);
  });
});

describe('what waits', () => {
  it('says that Slack limits us and until when, also where a person waits for it', () => {
    const buckets = new Map<string, Bucket>([['chat.postMessage:C1', { freeAt: now, blockedUntil: later(30_000) }]]);
    const alerts = [anAlert('a'), anAlert('b'), posted('c')];
    for (const isAsked of [false, true]) {
      const result = plan({ alerts, places: to({ a: 'C1', b: 'C2' }), buckets, isAsked });
      expect(taken(result)).toEqual(['b', 'c']);
      expect(result.parked).toEqual([{ merchantId: 'm1', alertId: 'a', until: later(30_000), why: 'ratelimited' }]);
    }
  });

  it('waits for all of Slack when Slack does not answer', () => {
    const buckets = new Map<string, Bucket>([[everyCall, { freeAt: now, blockedUntil: later(10_000) }]]);
    const result = plan({ alerts: [anAlert('a'), posted('b')], places: to({ a: 'C1' }), buckets });
    expect(taken(result)).toEqual([]);
    expect(result.parked.map(({ why }) => why)).toEqual(['slack_away', 'slack_away']);
  });

  it('says that no channel is set, and why a channel is quiet', () => {
    const places: PlanAsked['places'] = new Map([
      ['a', { kind: 'nowhere', why: 'no_channel' }],
      ['b', { kind: 'later', until: later(60_000), why: 'quiet_hours' }],
    ]);
    const result = plan({ alerts: [anAlert('a'), anAlert('b')], places });
    expect(result.parked.map(({ alertId, why }) => [alertId, why])).toEqual([
      ['a', 'no_channel'],
      ['b', 'quiet_hours'],
    ]);
  });

  it('looks for a lost post where it was sent, though the route has moved', () => {
    const lost = anAlert('a', { channelId: 'C1', postingSince: later(-60_000) });
    expect(plan({ alerts: [lost], places: to({ a: 'C2' }) }).claims).toMatchObject([{ channelId: 'C1' }]);
  });
});

describe('the pace', () => {
  it('never edits more than fifty times in any minute, and eight times in ten seconds for hours', () => {
    const rate = rateOf('chat.update');
    const wentAt: number[] = [];
    let freeAt: Date | undefined;
    for (let ms = 0; ms <= 600_000; ms += 50) {
      const at = later(ms);
      if (nextCallAt(freeAt, rate) > at) continue;
      freeAt = afterCall(freeAt, rate, at);
      wentAt.push(ms);
    }
    const most = Math.max(...wentAt.map((from) => wentAt.filter((ms) => ms >= from && ms < from + 60_000).length));
    expect(most).toBeLessThanOrEqual(50);
    expect(wentAt.length).toBeGreaterThanOrEqual(480);
  });
});
