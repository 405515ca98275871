import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { alertCard } from '../../bot/messages/alert-card.ts';
import { causesPerPage, stormCausesMessage } from '../../bot/messages/storm-causes.ts';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import { testBot } from '../support/bot.ts';
import { type World, world } from '../support/outgoing.ts';
import { insertHold, insertOrder } from '../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  desk.jobs.length = 0;
  slack.calls.length = 0;
  slack.responses.length = 0;
});

const rowStore = () => ({
  merchantId: store.merchantId,
  storeId: store.storeId,
  authorizationId: '',
  salesChannelId: '',
});
const skuOf = (no: number) => `SKU-${String(no).padStart(3, '0')}`;
async function storm(causes: number): Promise<void> {
  for (let no = 0; no < causes; no += 1) {
    const order = await insertOrder(sql, rowStore(), { number: `#${no}` });
    await insertHold(sql, rowStore(), order, { code: 'sku_unmapped', subject: skuOf(no), detail: { keyKind: 'sku' } });
  }
  await settle();
}
async function settle(): Promise<void> {
  await settleMerchantAlerts(desk.ports, { merchantId: store.merchantId });
  await desk.work('alert.outbox');
}
const close = (from: number, to: number) =>
  sql`update holds set closed_at = now(), closed_by = 'Mei', closed_via = 'slack', resolution = 'mapped'
    where merchant_id = ${store.merchantId} and subject >= ${skuOf(from)} and subject < ${skuOf(to)}`;

interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: { readonly text: string };
  readonly accessory?: { readonly action_id: string; readonly value: string };
  readonly elements?: readonly { readonly action_id: string; readonly value: string }[];
}
const blocksOf = (fields: object | undefined): readonly Block[] => {
  const blocks: unknown = Reflect.get(fields ?? {}, 'blocks');
  return JSON.parse(typeof blocks === 'string' ? blocks : JSON.stringify(blocks ?? []));
};
const skusOn = (blocks: readonly Block[]) =>
  blocks.flatMap(({ text }) => [...(text?.text.matchAll(/SKU-\d{3}/g) ?? [])].map(([sku]) => sku));
const turnOf = (blocks: readonly Block[], way: string) =>
  blocks.flatMap(({ elements }) => elements ?? []).find(({ action_id }) => action_id === `storm_causes:${way}`)
    ?.value ?? '';

describe('a storm in Slack', () => {
  it('is one message with its numbers and its largest causes, and follows them to the end', async () => {
    await storm(20);
    expect(desk.calls('chat.postMessage')).toHaveLength(1);
    const card = await desk.card(store.merchantId);
    expect(card.text).toContain('SKU not mapped · 20 causes');
    expect(card.words).toContain('20 orders wait');
    expect(card.words).toContain('and 15 more');
    await sql`update alerts set opened_at = opened_at - interval '1 minute' where merchant_id = ${store.merchantId}`;
    await close(0, 12);
    desk.clock.pass(10_000);
    await settle();
    expect((await desk.card(store.merchantId)).words).toContain('12 of 20 settled');
    await close(12, 20);
    desk.clock.pass(10_000);
    await settle();
    const settled = await desk.card(store.merchantId);
    expect(settled.text).toContain('✔ SKU not mapped · all 20 causes settled');
    expect(settled.words).toContain('Mei');
    expect(settled.actions).not.toContain('storm_causes');
    expect(desk.calls('chat.postMessage')).toHaveLength(1);
  });

  it('names how many of its causes ended how, and by whom, where they differ', async () => {
    await storm(12);
    const card = await desk.card(store.merchantId);
    await sql`update alerts set opened_at = opened_at - interval '1 minute' where merchant_id = ${store.merchantId}`;
    await close(0, 2);
    await sql`update holds set closed_at = now(), closed_by = 'Holdfast', closed_via = 'system', resolution = 'platform_cancelled'
      where merchant_id = ${store.merchantId} and closed_at is null`;
    await sql`update holds set closed_by = 'Ana', closed_via = 'web', resolution = 'released', closed_at = now() + interval '1 minute'
      where merchant_id = ${store.merchantId} and subject = ${skuOf(11)}`;
    desk.clock.pass(10_000);
    await settle();
    const settled = await desk.card(store.merchantId);
    const ends = '9 cancelled on the platform, 2 mapped by Mei, 1 released by hand by Ana';
    expect(settled.text).toContain(`✔ SKU not mapped · all 12 causes settled · ${ends}`);
    expect(settled.words).toContain(ends);
    expect(settled.words).not.toContain('from ');
    await desk.press('assign_to_me', card.valueOf('assign_to_me'));
    expect(desk.told().at(-1)).toMatch(/^Already settled, /);
  });

  it('calls nothing settled where one of its causes was not put right, and counts what ended rarely', async () => {
    await storm(12);
    await sql`update alerts set opened_at = opened_at - interval '1 minute' where merchant_id = ${store.merchantId}`;
    await close(0, 12);
    const resolve = (resolution: string, no: number) =>
      sql`update holds set resolution = ${resolution} where merchant_id = ${store.merchantId} and subject = ${skuOf(no)}`;
    for (const [no, resolution] of ['store_disabled', 'corrected', 'corrected', 'platform', 'platform'].entries())
      await resolve(resolution, no);
    desk.clock.pass(10_000);
    await settle();
    const settled = await desk.card(store.merchantId);
    expect(settled.text).toContain('■ SKU not mapped · all 12 causes are over · 7 mapped by Mei, 2 corrected by Mei');
    expect(settled.words).toContain('2 put right on the platform by Mei and 1 otherwise');
  });

  it('shows its causes page by page to whoever asks, each with its own button', async () => {
    await storm(20);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'));
    const first = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields);
    expect(skusOn(first)).toEqual(Array.from({ length: causesPerPage }, (_, no) => skuOf(no)));
    expect(first[0]?.text?.text).toContain('1 to 8 of 20');
    expect(turnOf(first, 'back')).toBe('');
    await desk.press('storm_causes:on', turnOf(first, 'on'));
    const second = blocksOf(slack.responses.at(-1));
    expect(slack.responses.at(-1)).toMatchObject({ replace_original: true, response_type: 'ephemeral' });
    expect(skusOn(second)).toEqual(Array.from({ length: causesPerPage }, (_, no) => skuOf(causesPerPage + no)));
    await desk.press('storm_causes:on', turnOf(second, 'on'));
    expect(skusOn(blocksOf(slack.responses.at(-1)))).toHaveLength(4);
    const bind = second.find(({ accessory }) => accessory?.action_id === 'bind_sku')?.accessory;
    await desk.press('bind_sku', bind?.value ?? '');
    expect(JSON.stringify(desk.view())).toContain('SKU-008');
  });

  it('leaves no cause out when those before it are settled or grow meanwhile', async () => {
    await storm(20);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'));
    const first = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields);
    expect(first[0]?.text?.text).toContain('as of ');
    await sql`update alerts set opened_at = opened_at - interval '1 minute' where merchant_id = ${store.merchantId} and folded_into is null`;
    await close(0, 3);
    const order = await insertOrder(sql, rowStore(), { number: '#more' });
    await insertHold(sql, rowStore(), order, { code: 'sku_unmapped', subject: skuOf(19), detail: { keyKind: 'sku' } });
    await settle();
    await desk.press('storm_causes:on', turnOf(first, 'on'));
    const second = blocksOf(slack.responses.at(-1));
    expect(skusOn(second)).toEqual([8, 9, 10, 11, 12, 13, 14, 15].map(skuOf));
    expect(second[0]?.text?.text).toContain('6 to 13 of 17');
    await desk.press('storm_causes:anew', turnOf(second, 'anew'));
    expect(skusOn(blocksOf(slack.responses.at(-1)))).toEqual(skusOn(second));
    await desk.press('storm_causes:back', turnOf(second, 'back'));
    expect(skusOn(blocksOf(slack.responses.at(-1)))).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map(skuOf));
  });

  it('begins again at the first page for a button from when pages were counted', async () => {
    await storm(12);
    const { storm_id: stormId } = (
      await sql`select id as storm_id from alerts where merchant_id = ${store.merchantId} and storm is not null`
    )[0] ?? { storm_id: '' };
    const value = JSON.stringify({ storm: stormId, merchant: store.merchantId, offset: 8 });
    await desk.press('storm_causes:on', value);
    expect(blocksOf(slack.responses.at(-1))[0]?.text?.text).toContain('1 to 8 of 12');
  });

  it('has a last page that moves up when causes are settled meanwhile', async () => {
    await storm(20);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'));
    const first = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields);
    await sql`update alerts set opened_at = opened_at - interval '1 minute' where merchant_id = ${store.merchantId}`;
    await close(5, 20);
    await settle();
    await desk.press('storm_causes:on', turnOf(first, 'on'));
    expect(skusOn(blocksOf(slack.responses.at(-1)))).toEqual([0, 1, 2, 3, 4].map(skuOf));
  });

  it('shows nothing to people without the right to see the orders', async () => {
    await storm(12);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'), { user: 'wes' });
    expect(JSON.stringify([desk.calls('chat.postEphemeral'), slack.responses])).not.toContain('SKU-000');
  });

  it('names on the summary who took one of its causes, and stays quiet while it is snoozed', async () => {
    await storm(12);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'));
    const page = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields);
    await desk.press('assign_to_me', page.find(({ accessory }) => accessory !== undefined)?.accessory?.value ?? '');
    await desk.work('alert.deliver', 'alert.outbox');
    expect((await desk.card(store.merchantId)).words).toContain('Mei has it');
    await desk.choose('snooze', card.menu);
    slack.calls.length = 0;
    await sql`update alerts set opened_at = opened_at - interval '1 minute' where merchant_id = ${store.merchantId}`;
    await close(0, 3);
    desk.clock.pass(10_000);
    await settle();
    expect(desk.calls('chat.update')).toHaveLength(0);
  });
});

describe('one cause of a storm', () => {
  it('is bound, dispatched and taken back from the private answers alone', async () => {
    await storm(12);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'));
    const page = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields);
    const bind = page.find(({ accessory }) => accessory?.action_id === 'bind_sku')?.accessory;
    await desk.press('bind_sku', bind?.value ?? '');
    const product = { product_search: { selected_option: { value: store.productId } } };
    const metadata = JSON.parse(String(desk.view().private_metadata));
    await desk.submit('bind_sku', metadata, { product_0: product, quantity_0: { quantity: { value: '1' } } });
    const next = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields).flatMap(({ elements }) => elements ?? []);
    expect(next.map(({ action_id }) => action_id)).toEqual(['dispatch_released', 'undo_bind']);
    await settle();
    await desk.press('dispatch_released', next[0]?.value ?? '');
    expect(JSON.stringify(desk.view())).toContain('1 order will be dispatched');
    await desk.press('undo_bind', next[1]?.value ?? '');
    expect(desk.told().at(-1)).toContain('Taken back:');
  });

  it('is gone from the page from which it was bound, at once and without a new page', async () => {
    await storm(12);
    const card = await desk.card(store.merchantId);
    await desk.press('storm_causes', card.valueOf('storm_causes'));
    const page = blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields);
    const third = page.filter(({ accessory }) => accessory !== undefined)[2];
    const isFrom = { isPrivate: true, element: { block_id: third?.block_id } };
    await desk.press('assign_to_me', third?.accessory?.value ?? '', isFrom);
    expect(JSON.stringify(slack.responses.at(-1))).toContain('Mei has it');
    await desk.press('bind_sku', third?.accessory?.value ?? '', isFrom);
    const product = { product_search: { selected_option: { value: store.productId } } };
    const metadata = JSON.parse(String(desk.view().private_metadata));
    const forged = { ...metadata, causes: { ...metadata.causes, address: 'https://evil.example.test/answer' } };
    slack.responses.length = 0;
    await desk.submit('bind_sku', metadata, { product_0: product, quantity_0: { quantity: { value: '1' } } });
    await desk.submit('bind_sku', forged, { product_0: product, quantity_0: { quantity: { value: '1' } } });
    expect(slack.responses).toHaveLength(1);
    expect(slack.responses[0]).toMatchObject({ replace_original: true });
    const redrawn = blocksOf(slack.responses[0]);
    expect(skusOn(redrawn)).toEqual([0, 1, 3, 4, 5, 6, 7, 8].map(skuOf));
    expect(redrawn[0]?.text?.text).toContain('1 to 8 of 11');
    await desk.press('storm_causes:on', turnOf(redrawn, 'on'));
    expect(skusOn(blocksOf(slack.responses.at(-1))).at(0)).toBe(skuOf(9));
  });

  it('says in the list who has it and until when it is quiet', async () => {
    await storm(12);
    const card = await desk.card(store.merchantId);
    const list = async () => {
      await desk.press('storm_causes', card.valueOf('storm_causes'));
      return blocksOf(desk.calls('chat.postEphemeral').at(-1)?.fields).filter(({ accessory }) => accessory);
    };
    const value = (await list())[0]?.accessory?.value ?? '';
    await desk.press('assign_to_me', value);
    await desk.press('snooze', value);
    const [first, second] = await list();
    expect(first?.text?.text).toContain('Mei has it · quiet until');
    expect(second?.text?.text).not.toMatch(/has it|quiet/);
  });
});

describe('the card of a storm, whatever the names are', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.constantFrom('<!channel>', '<@U1>', '&'.repeat(300), '𓀀'.repeat(150), '‮עברית', '*_~`'.repeat(80)),
  );
  const now = new Date('2026-11-20T12:00:00Z');
  const id = '0199aaaa-0000-7000-8000-000000000001';
  const context = { publicUrl: 'https://desk.example.test', now };

  it('stays inside what Slack takes, and mentions nobody', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.nat(5_000), fc.constantFrom('open', 'resolved'), (name, sku, causes, state) => {
        const base = {
          id,
          merchantId: id,
          merchantName: name,
          storeId: id,
          storeName: name,
          platform: 'shopify',
          kind: 'held:sku_unmapped',
          subject: `storm:${id}`,
          state,
          orderCount: causes * 3,
          amounts: { [sku]: '1234567890.5', USD: '1', EUR: '2', TWD: '3' },
          sample: [],
          detail: {},
          oldestAt: now,
          nearestShipBy: now,
          version: 3,
          deliveredVersion: 2,
          channelId: 'C1',
          messageTs: '1.2',
          postingSince: null,
          assignedToId: id,
          assignedToName: name,
          snoozedUntil: null,
          snoozedByName: null,
          openedAt: now,
          resolvedAt: now,
          resolvedBy: name,
          resolvedVia: 'web',
          resolution: null,
        } as const;
        const cause = {
          id,
          orderCount: 3,
          storeName: sku,
          detail: { subject: sku, name },
          sample: [],
          assignedToName: name,
        };
        const largest = Array.from({ length: Math.min(5, causes) }, () => cause);
        const ends = Array.from({ length: 4 }, () => ({ resolution: 'mapped', by: name, count: 3 }));
        const card = alertCard(
          { ...base, storm: { causeCount: causes, foldedCount: causes + 7, largest, ends } },
          context,
        );
        expect(refusedBySlack('message', card)).toBeNull();
        const members = Array.from({ length: causesPerPage }, () => ({ ...base, detail: cause.detail }));
        const page = stormCausesMessage({ storm: id, merchant: id, offset: 8 }, members, causes + 20, context);
        expect(refusedBySlack('message', page)).toBeNull();
        // Plain text is shown as it is: only mrkdwn and the fallback text can mention.
        const marked = JSON.stringify([card, page], (_key, value) => (value?.type === 'plain_text' ? null : value));
        expect(marked).not.toMatch(/<[!@](?!date)/);
      }),
    );
  });
});
