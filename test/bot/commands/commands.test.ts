import { beforeEach, describe, expect, it } from 'vitest';
import { testBot } from '../../support/bot.ts';
import { heldOrder } from '../../support/causes.ts';
import { type World, world } from '../../support/outgoing.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

describe('/orders', () => {
  it('lists what it can do', async () => {
    const help = JSON.stringify(await desk.command(''));
    for (const word of ['help', 'held', 'sync']) expect(help).toContain(`/orders ${word}`);
  });

  it('answers an unknown command with the nearest right one', async () => {
    expect(JSON.stringify(await desk.command('hled'))).toContain('/orders held');
  });

  it('shows what is held and why', async () => {
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'TSHIRT-XL', detail: { keyKind: 'sku' } });
    expect(JSON.stringify(await desk.command('held northwind'))).toContain('TSHIRT-XL');
  });

  it('refuses a sync to a viewer, in words', async () => {
    expect(JSON.stringify(await desk.command('sync', { user: 'vic' }))).toContain('operator, admin or owner');
  });
});
