import { expect, test } from 'vitest';
import { planGrant } from '../../../core/connect/plan-grant.ts';
import type { Store } from '../../../core/ports/access.ts';
import { shop } from '../../support/bazaar.ts';

const store = (name: string, platformShopId: string | null): Store => ({
  id: name,
  merchantId: 'm',
  authorizationId: 'a',
  salesChannelId: 'c',
  platform: 'bazaar',
  name,
  code: null,
  country: null,
  currency: null,
  platformShopId,
  shopName: null,
  status: 'enabled',
  orderScope: 'all',
  syncEveryMinutes: 15,
  lookBackHours: 48,
  firstLookBackHours: 120,
  requiresMethodMapping: false,
  freshnessSeconds: 900,
  settings: {},
});

const planned = (request: Partial<Parameters<typeof planGrant>[0]>) => {
  const result = planGrant({ stores: [], shops: [], replace: false, ...request });
  if (result.kind !== 'plan') throw new Error('expected a plan');
  const { add, assign, replace } = result.plan;
  return {
    assign: assign.map((item) => [item.store.id, item.shop.platformShopId, item.name]),
    add: add.map((item) => [item.shop.platformShopId, item.name]),
    replace: replace.map((item) => item.id),
  };
};

test('the first shop takes the row that was made when the name was typed', () => {
  expect(planned({ stores: [store('Tea', null)], shops: [shop('1', 'TW')] })).toEqual({
    assign: [['Tea', '1', 'Tea']],
    add: [],
    replace: [],
  });
});

test('several shops are named after their countries, where that tells them apart', () => {
  const shops = [shop('1', 'DE'), shop('2', 'FR'), shop('3', 'FR'), shop('4', null, 'Outlet')];
  expect(planned({ stores: [store('Tea', null)], shops })).toEqual({
    assign: [['Tea', '1', 'Tea · DE']],
    add: [
      ['2', 'Tea · FR · Shop 2'],
      ['3', 'Tea · FR · Shop 3'],
      ['4', 'Tea · Outlet'],
    ],
    replace: [],
  });
});

test('shops that cannot be told apart by country or name are told apart by their ids', () => {
  const shops = [shop('1', 'DE', 'Same'), shop('2', 'DE', 'Same')];
  expect(planned({ stores: [store('Tea', null)], shops }).add).toEqual([['2', 'Tea · DE · 2']]);
});

test('a login that names the same shops again renames nothing, also what a person renamed', () => {
  const stores = [store('My own name', '1'), store('Tea · FR', '2')];
  expect(planned({ stores, shops: [shop('2', 'FR'), shop('1', 'DE')] })).toEqual({
    assign: [
      ['Tea · FR', '2', 'Tea · FR'],
      ['My own name', '1', 'My own name'],
    ],
    add: [],
    replace: [],
  });
});

test('a shop that comes later is named like its sisters', () => {
  const stores = [store('Tea · DE', '1'), store('Tea · FR', '2')];
  const shops = [shop('1', 'DE'), shop('2', 'FR'), shop('3', 'IT')];
  expect(planned({ stores, shops }).add).toEqual([['3', 'Tea · IT']]);
});

test('a shop that the new login leaves out stays as it is', () => {
  const stores = [store('Tea · DE', '1'), store('Tea · FR', '2')];
  expect(planned({ stores, shops: [shop('1', 'DE')] })).toMatchObject({
    assign: [['Tea · DE', '1', 'Tea · DE']],
    replace: [],
  });
});

test('a login for other shops only is the person to decide', () => {
  const stores = [store('Tea', '1')];
  const result = planGrant({ stores, shops: [shop('9')], replace: false });
  expect(result).toMatchObject({
    kind: 'different_shop',
    current: [{ id: 'Tea' }],
    granted: [{ platformShopId: '9' }],
  });
  expect(planned({ stores, shops: [shop('9')], replace: true })).toEqual({
    assign: [],
    add: [['9', 'Tea']],
    replace: ['Tea'],
  });
});
