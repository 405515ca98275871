import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../bot/commands/index.ts';
import { alertCard, causeExplained, causeTitle } from '../../bot/messages/alert-card.ts';
import { causeOrdersMessage } from '../../bot/messages/cause-orders.ts';
import { brokenChannelMessage, workingChannelMessage } from '../../bot/messages/channel-notice.ts';
import { heldReply, helpReply, mistakeReply, textReply } from '../../bot/messages/commands.ts';
import { digestMessage } from '../../bot/messages/digest.ts';
import { homeView, strangerHome } from '../../bot/messages/home.ts';
import { loadingModal, noticeModal } from '../../bot/messages/notice-modal.ts';
import { routedReply } from '../../bot/messages/routes.ts';
import { runCard } from '../../bot/messages/run-card.ts';
import { statsReply } from '../../bot/messages/stats.ts';
import { storesReply } from '../../bot/messages/stores.ts';
import { stormCard } from '../../bot/messages/storm-card.ts';
import { stormCausesMessage } from '../../bot/messages/storm-causes.ts';
import { foreign } from '../../bot/messages/text.ts';
import { namedKinds } from '../../core/alert/kinds.ts';
import { groupedHoldCodes } from '../../core/alert/types.ts';
import { newId } from '../../core/ids.ts';
import { holdCodes } from '../../core/order/types.ts';
import type { HeldCause } from '../../core/queries/list-held-causes.ts';
import type { RunDetail } from '../../core/queries/show-run.ts';
import type { StoreRow } from '../../core/queries/store-queries.ts';
import { alertView } from '../support/alert-view.ts';
import { expectSafe, hostileText, publicUrl } from '../support/hostile.ts';

const now = new Date('2026-11-21T12:00:00Z');
const context = { publicUrl, now };
const maybe = fc.option(hostileText);
const some = <T>(one: fc.Arbitrary<T>, max: number) => fc.array(one, { maxLength: max });
const figure = fc.constantFrom(0, 1, 37, 5_000, 9_999_999);

const measuredKeys = ['days', 'runs', 'status', 'stores', 'storeCount', 'endsAt', 'endedAt', 'passed'];
const detailKeys = ['subject', 'name', 'message', 'reason', 'platformCode', 'platformMessage', 'missing', 'numbers'];
const causes = fc
  .record({
    kind: fc.constantFrom(...namedKinds.map(({ kind }) => kind)),
    state: fc.constantFrom('open' as const, 'resolved' as const),
    storeName: maybe,
    merchantName: hostileText,
    orderCount: figure,
    sample: some(fc.record({ id: fc.uuid(), number: hostileText }), 5),
    amounts: fc.dictionary(hostileText, fc.constant('123456789.25'), { maxKeys: 6 }),
    detail: fc.dictionary(fc.constantFrom(...detailKeys, ...measuredKeys, 'outcome'), hostileText),
    counted: fc.constantFrom<Record<string, string>>({}, { released: '3', waiting: '8', dispatchable: '3' }),
    assignedToName: maybe,
    resolvedBy: maybe,
    resolution: fc.constantFrom(
      'mapped',
      'classified',
      'corrected',
      'released',
      'platform',
      'store_deleted',
      'works',
      null,
    ),
  })
  .map(({ counted, ...over }) =>
    alertView({
      ...over,
      id: newId(),
      detail: { ...over.detail, ...counted },
      resolvedAt: over.state === 'resolved' ? now : null,
    }),
  );
const heldCauses = fc.record({
  merchantId: fc.uuid(),
  storeId: fc.uuid(),
  storeName: hostileText,
  platform: hostileText,
  code: fc.constantFrom(...holdCodes),
  subject: maybe,
  orderCount: fc.constantFrom(1, 37, 10_000),
  oldestAt: fc.constant(now),
  detail: fc.dictionary(fc.constantFrom('name', 'fields', 'reason'), hostileText),
  origin: fc.constantFrom('derived' as const, 'platform' as const, 'person' as const),
  sampleOrderId: fc.uuid(),
  sampleOrderNumber: hostileText,
});
const alertOfCause = ({ code, storeId, subject, orderCount, sampleOrderId }: HeldCause) =>
  alertView({
    kind: `held:${code}`,
    subject: groupedHoldCodes.some((one) => one === code) ? `${storeId}:${subject}` : sampleOrderId,
    orderCount,
  });
const storms = fc
  .record({ cause: causes, largest: some(causes, 5), causeCount: figure, foldedCount: figure })
  .map(({ cause, largest, ...counts }) => ({
    cause,
    storm: { ...counts, largest: largest.map((one) => ({ ...one })) },
  }));

const stores = fc
  .record({
    name: hostileText,
    reason: maybe,
    lastSyncOutcome: maybe,
    missingScopes: some(hostileText, 10),
    authorizationStatus: fc.constantFrom('authorized' as const, 'expired' as const, 'abnormal' as const),
    failingRuns: fc.nat(500),
  })
  .map(
    (over): StoreRow => ({
      storeId: newId(),
      merchantId: newId(),
      platform: 'sandbox',
      code: over.reason,
      country: over.reason,
      shopName: over.name,
      status: 'enabled',
      authorizationId: newId(),
      authorizedAt: now,
      expiresAt: now,
      refreshExpiresAt: now,
      lastSyncAt: now,
      syncedUntil: now,
      isSyncing: false,
      mappedKeys: 0,
      unmappedKeys: 9,
      pairedCarriers: 0,
      usableWarehouses: 0,
      unknownPayments: 9,
      ...over,
    }),
  );
const runs = fc
  .record({
    storeName: maybe,
    error: maybe,
    actorName: hostileText,
    kind: fc.constantFrom('sync' as const, 'batch_dispatch' as const),
  })
  .map(
    (over): RunDetail => ({
      id: newId(),
      merchantId: newId(),
      storeId: newId(),
      platform: 'sandbox',
      mode: 'scheduled',
      type: 'automatic',
      orderKind: 'b2c',
      status: 'failed',
      result: 'failed',
      orderCount: 9,
      pages: 9,
      fetched: 9,
      created: 9,
      updated: 9,
      unchanged: 9,
      skipped: 9,
      held: 9,
      failed: 9,
      recovered: 9,
      total: null,
      via: 'web',
      createdAt: now,
      startedAt: now,
      finishedAt: now,
      pulseAt: null,
      since: null,
      until: null,
      numbers: [],
      groups: [],
      ...over,
    }),
  );
const byCode = Object.fromEntries(holdCodes.map((code) => [code, 9_999_999]));
const digest = {
  held: 1,
  exceptions: 2,
  openAlerts: 3,
  troubledStores: 4,
  oldestHoldAt: null,
  shipped: 5,
  newOrders: 6,
};

type Drawn = readonly ['message' | 'view', object];
const drawn = <T>(facts: fc.Arbitrary<T>, draw: (given: T) => Drawn): fc.Arbitrary<Drawn> => facts.map(draw);

/** Everything of bot/messages and bot/forms that makes a message, answer, form or tab. */
const builders: Readonly<Record<string, fc.Arbitrary<Drawn>>> = {
  alertCard: drawn(fc.tuple(causes, fc.option(storms)), ([cause, storm]) => [
    'message',
    alertCard(storm === null ? cause : { ...cause, storm: storm.storm }, context),
  ]),
  stormCard: drawn(storms, ({ cause, storm }) => [
    'message',
    stormCard(cause, storm, {
      title: causeTitle(cause),
      causes: storm.largest.map(causeTitle),
      url: publicUrl,
      resolvedBy: [],
      isToldAnew: false,
      snoozed: null,
    }),
  ]),
  stormCausesMessage: drawn(some(causes, 8), (all) => [
    'message',
    stormCausesMessage({ storm: newId(), merchant: newId(), offset: 8 }, all, 5_000, context),
  ]),
  causeOrdersMessage: drawn(
    fc.tuple(causes, some(fc.record({ number: hostileText, currency: hostileText }), 20)),
    ([cause, all]) => {
      const rows = all.map((one) => ({
        ...one,
        id: newId(),
        kind: 'b2c' as const,
        status: 'pending' as const,
        version: 7,
        orderedAt: now,
        shipBy: now,
        totalAmount: '99999999999.99',
      }));
      const waiting = { total: 5_000, page: 3, rows };
      const { text, blocks } = causeOrdersMessage(cause, { waiting, released: 1_000 }, context);
      return ['message', { text, blocks }];
    },
  ),
  brokenChannelMessage: drawn(fc.tuple(maybe, hostileText), ([channelName, reason]) => [
    'message',
    brokenChannelMessage({ kind: 'channel_broken', channelId: 'C1', channelName, reason }, publicUrl),
  ]),
  workingChannelMessage: fc.constant(['message', workingChannelMessage()]),
  digestMessage: drawn(fc.tuple(some(hostileText, 30), figure), ([merchantNames, shippedBefore]) => {
    const figures = { ...digest, heldByCode: byCode, shippedBefore, newOrdersBefore: 0 };
    return ['message', digestMessage({ day: '2026-11-21', merchantNames, figures, before: figures }, publicUrl)];
  }),
  heldReply: drawn(fc.tuple(some(heldCauses, 40), fc.boolean(), hostileText), ([all, isComplete, typed]) => [
    'message',
    heldReply({ causes: all, isComplete, alerts: all.map(alertOfCause) }, publicUrl, typed),
  ]),
  helpReply: drawn(hostileText, (typed) => ['message', helpReply(commands, publicUrl, foreign(typed, 40) || 'x')]),
  mistakeReply: drawn(hostileText, (what) => ['message', mistakeReply({ what, form: `/orders ${what}` })]),
  textReply: drawn(causes, (cause) => ['message', textReply(causeExplained(cause))]),
  storesReply: drawn(some(stores, 60), (all) => [
    'message',
    storesReply(
      all,
      all.map(({ storeId }) => ({ storeId, held: 5_000, excepted: 9, toDispatch: 1 })),
      context,
    ),
  ]),
  statsReply: drawn(figure, (count) => [
    'message',
    statsReply(
      {
        placed: count,
        placedCancelled: count,
        shipped: count,
        medianSecondsToShip: count * 1_000,
        heldByCode: byCode,
        held: count,
        medianSecondsHeld: null,
      },
      92,
      publicUrl,
    ),
  ]),
  routedReply: drawn(fc.tuple(hostileText, fc.constantFrom('added' as const, 'removed' as const)), ([name, what]) => [
    'message',
    routedReply(
      { id: 'r', merchantId: 'm', merchantName: name, storeId: 's', storeName: name, kind: name, channelId: 'C1' },
      what,
    ),
  ]),
  runCard: drawn(runs, (run) => ['message', { text: 'A run', blocks: runCard(run, publicUrl) }]),
  homeView: drawn(fc.tuple(some(causes, 16), some(stores, 40), hostileText), ([assigned, all, name]) => {
    const merchants = all.map(({ merchantId }) => ({ id: merchantId, name }));
    const counts = all.map(({ storeId }) => ({ storeId, held: 5_000, excepted: 9, toDispatch: 1 }));
    const facts = { assigned, merchants, stores: all, counts, troubled: all, shippedToday: 9, maySync: true };
    return ['view', homeView(facts, publicUrl)];
  }),
  strangerHome: drawn(hostileText, (why) => ['view', strangerHome(foreign(why, 200) || 'x', publicUrl)]),
  loadingModal: drawn(hostileText, (title) => ['view', loadingModal(title)]),
  noticeModal: drawn(fc.tuple(hostileText, hostileText), ([title, text]) => [
    'view',
    noticeModal(title, foreign(text, 300) || 'x'),
  ]),
};

/** Drawn from generated data in files of their own, beside what they need. */
const elsewhere: Readonly<Record<string, string>> = {
  batchMessage: 'extreme-data.test.ts',
  bindSkuModal: 'extreme-data.test.ts',
  classifyPaymentModal: 'extreme-data.test.ts',
  dispatchReleasedModal: 'extreme-data.test.ts',
  mapMethodModal: 'extreme-data.test.ts',
  pairCarrierModal: 'extreme-data.test.ts',
  routesReply: 'digest-message.test.ts',
  findOrderModal: 'messages/answers.property.test.ts',
  foundReply: 'messages/answers.property.test.ts',
  lookedUpReply: 'messages/answers.property.test.ts',
  syncReply: 'messages/answers.property.test.ts',
  acknowledgeExceptionModal: 'order-forms.property.test.ts',
  cancelOrderModal: 'order-forms.property.test.ts',
  correctAddressModal: 'order-forms.property.test.ts',
  dispatchModal: 'order-forms.property.test.ts',
  manualShipModal: 'order-forms.property.test.ts',
  orderCard: 'order-forms.property.test.ts',
  orderDetailsModal: 'order-forms.property.test.ts',
  reasonModal: 'order-forms.property.test.ts',
  releaseHoldModal: 'order-forms.property.test.ts',
};
/** Frames that the forms above are put into, and what shows a view. */
const frames = ['orderModal', 'ruleModal', 'updateView', 'withinMessage'];

const isBuilder = /(?:Modal|Reply|Message|Card|View|Home)$/;

/** Names of exported functions that make something to show. */
async function exported(): Promise<string[]> {
  const bot = join(import.meta.dirname, '../../bot');
  const names: string[] = [];
  for (const folder of ['messages', 'forms']) {
    for (const file of (await readdir(join(bot, folder))).filter((name) => name.endsWith('.ts'))) {
      const module: Readonly<Record<string, unknown>> = await import(join(bot, folder, file));
      names.push(...Object.keys(module).filter((name) => typeof module[name] === 'function' && isBuilder.test(name)));
    }
  }
  return [...new Set(names)].sort();
}

describe('everything that the bot shows', () => {
  it('is drawn from extreme data in some test', async () => {
    expect(await exported()).toEqual([...Object.keys(builders), ...Object.keys(elsewhere), ...frames].sort());
    for (const [name, file] of Object.entries(elsewhere)) {
      const test = await readFile(join(import.meta.dirname, file), 'utf8');
      expect(test.includes(`${name}(`) && test.includes('fc.property') && test.includes('refusedBySlack'), name).toBe(
        true,
      );
    }
  });

  it.each(Object.entries(builders))('%s stays inside Slack’s limits and calls nobody', (_, payloads) => {
    fc.assert(
      fc.property(payloads, ([kind, payload]) => expectSafe(kind, payload)),
      { numRuns: 100 },
    );
  });
});
