import { describe, expect, it } from 'vitest';
import { kindNamed, namedKinds } from '../../../core/alert/kinds.ts';
import {
  type ChannelState,
  channelsFor,
  merchantsOfChannel,
  placeOf,
  type Route,
} from '../../../core/alert/routing.ts';

const route = (channelId: string, over: Partial<Route> = {}): Route => ({
  merchantId: null,
  storeId: null,
  kind: null,
  channelId,
  ...over,
});
const alert = { merchantId: 'northwind', storeId: 'us', kind: 'held:sku_unmapped', detail: {} } as const;
const all: readonly Route[] = [
  route('ALL'),
  route('MERCHANT', { merchantId: 'northwind' }),
  route('OTHER', { merchantId: 'contoso' }),
  route('KIND', { kind: 'held:sku_unmapped' }),
  route('STORE', { merchantId: 'northwind', storeId: 'us' }),
  route('STORE-KIND', { merchantId: 'northwind', storeId: 'us', kind: 'held:sku_unmapped' }),
];
const channels = (...states: readonly Partial<ChannelState>[]) =>
  new Map(
    states.map((state): [string, ChannelState] => [
      state.channelId ?? '',
      { channelId: '', timeZone: 'UTC', quietHours: null, brokenReason: null, ...state },
    ]),
  );

describe('an alert', () => {
  it('goes to its store, then its kind, then its merchant, then everywhere, then the default', () => {
    expect(channelsFor(alert, all, 'DEFAULT')).toEqual(['STORE-KIND', 'STORE', 'KIND', 'MERCHANT', 'ALL', 'DEFAULT']);
  });

  it('passes over broken channels to the next wider one', () => {
    const broken = channels(
      { channelId: 'STORE-KIND', brokenReason: 'is_archived' },
      { channelId: 'STORE', brokenReason: 'not_in_channel' },
    );
    const known = { routes: all, channels: broken, defaultChannelId: null };
    expect(placeOf(alert, known, new Date())).toEqual({ kind: 'channel', channelId: 'KIND' });
  });

  it('goes nowhere when every channel is broken', () => {
    const known = {
      routes: [],
      channels: channels({ channelId: 'DEFAULT', brokenReason: 'is_archived' }),
      defaultChannelId: 'DEFAULT',
    };
    expect(placeOf(alert, known, new Date())).toEqual({ kind: 'nowhere', why: 'no_channel' });
  });

  it('waits for the end of quiet hours unless it cannot wait', () => {
    const known = {
      routes: [],
      channels: channels({ channelId: 'DEFAULT', timeZone: 'Asia/Taipei', quietHours: { from: '22:00', to: '07:00' } }),
      defaultChannelId: 'DEFAULT',
    };
    const night = new Date('2026-11-20T16:00:00Z');
    const until = new Date('2026-11-20T23:00:00Z');
    expect(placeOf(alert, known, night)).toEqual({ kind: 'later', until, why: 'quiet_hours' });
    expect(placeOf({ ...alert, kind: 'ship_by_near' }, known, night)).toMatchObject({ kind: 'channel' });
    expect(placeOf(alert, known, until)).toMatchObject({ kind: 'channel' });
  });
});

describe('a channel hears of', () => {
  const heard = (channelId: string, routes: readonly Route[], defaultChannelId: string | null = 'DEFAULT') =>
    merchantsOfChannel(channelId, { routes, merchantIds: ['northwind', 'contoso'], defaultChannelId });

  it('every merchant that no rule leads elsewhere, when it is the default', () => {
    expect(heard('DEFAULT', [route('N', { merchantId: 'northwind' })])).toEqual(['contoso']);
  });

  it('the merchants whose rule leads to it, also when it is the rule of one store', () => {
    expect(heard('N', [route('N', { merchantId: 'northwind' })])).toEqual(['northwind']);
    expect(heard('S', [route('S', { merchantId: 'contoso', storeId: 'us' })])).toEqual(['contoso']);
  });

  it('all merchants, when a kind of all of them comes to it', () => {
    expect(heard('K', [route('K', { kind: 'ship_by_near' })])).toEqual(['northwind', 'contoso']);
  });
});

describe('a kind of alert', () => {
  it('is found by its word, its code and its name', () => {
    for (const typed of ['sku_unmapped', 'held:sku_unmapped', 'SKU not mapped to a warehouse SKU', ' Sku Unmapped ']) {
      expect(kindNamed(typed)?.kind).toBe('held:sku_unmapped');
    }
    expect(kindNamed('operator_hold')).toBeNull();
  });

  it('has a word and a name that no other kind has', () => {
    expect(new Set(namedKinds.map(({ word }) => word)).size).toBe(namedKinds.length);
    expect(new Set(namedKinds.map(({ name }) => name)).size).toBe(namedKinds.length);
  });
});
