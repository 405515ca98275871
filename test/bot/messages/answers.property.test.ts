import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOrderModal } from '../../../bot/forms/find-order.ts';
import { heldReply, mistakeReply } from '../../../bot/messages/commands.ts';
import { foundReply } from '../../../bot/messages/found-orders.ts';
import { homeView } from '../../../bot/messages/home.ts';
import { lookedUpReply } from '../../../bot/messages/looked-up.ts';
import { syncReply } from '../../../bot/messages/sync-progress.ts';
import { refusedBySlack } from '../../../bot/messages/validate.ts';
import { newId } from '../../../core/ids.ts';
import type { OrderRow } from '../../../core/queries/list-orders.ts';
import { alertView } from '../../support/alert-view.ts';

const publicUrl = 'https://desk.example.test';
const at = new Date('2026-11-20T08:00:00Z');

/** What platforms and people have in their names. */
const foreign = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U1> buy now',
    '<https://evil.example|Open in dashboard>',
    'حذاء رياضي 42 \u202eevil',
    '👩‍👩‍👧‍👦'.repeat(40),
    'x'.repeat(300),
    '&<>'.repeat(100),
    '"\\'.repeat(150),
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

const rows = fc.array(
  fc.record({ number: foreign, storeName: foreign, held: fc.nat(3) }).map(
    ({ number, storeName, held }): OrderRow => ({
      id: newId(),
      merchantId: newId(),
      kind: 'b2b',
      number,
      status: 'partially_shipped',
      version: 2_000_000_000,
      storeId: newId(),
      storeName,
      platform: 'sandbox',
      sourceChannel: null,
      orderedAt: at,
      shipBy: null,
      shippedAt: null,
      currency: 'USD',
      totalAmount: '99999999999.99',
      lineCount: 200,
      city: 'Canary Town',
      country: 'US',
      warehouseName: null,
      openHoldCount: held,
      openExceptionCount: 1,
      holds: [],
      exceptions: [],
      outbound: null,
      shipment: null,
      isCod: false,
    }),
  ),
  { maxLength: 100 },
);

function fits(kind: 'message' | 'view', payload: object): void {
  expect(refusedBySlack(kind, payload)).toBeNull();
  const text = JSON.stringify(payload);
  // Labels, placeholders and what somebody typed are plain text, where Slack reads no markup.
  for (const [, words] of text.matchAll(/"type":"mrkdwn","text":"((?:[^"\\]|\\.)*)"/g)) {
    expect(words).not.toMatch(/<!channel>|<@U1>|<https:\/\/evil/);
  }
  expect(text).not.toContain('Canary Town');
}

describe('answers about any orders', () => {
  it('of a search stay inside Slack’s limits, as a message and in the form', () => {
    fc.assert(
      fc.property(rows, foreign, (all, text) => {
        const found = { text: text.slice(0, 200), page: 1, total: 100, isCut: true, rows: all.slice(0, 8) };
        fits('message', foundReply(found, publicUrl));
        fits('view', findOrderModal(found, publicUrl));
      }),
      { numRuns: 60 },
    );
  });

  it('of a looked-up message stay inside them', () => {
    fc.assert(
      fc.property(rows, fc.array(foreign, { maxLength: 50 }), (found, missing) => {
        fits('message', lookedUpReply({ rows: found, missing, isCut: true }, publicUrl));
      }),
      { numRuns: 60 },
    );
  });

  it('about what is held, and the Home tab, stay inside them', () => {
    const alerts = fc.array(
      fc
        .record({ subject: foreign, storeName: foreign })
        .map(({ subject, storeName }) =>
          alertView({ id: newId(), storeName, orderCount: 5_000, detail: { subject, name: subject, keyKind: 'sku' } }),
        ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(alerts, foreign, (held, typed) => {
        const causes = held.map((alert) => ({
          merchantId: alert.merchantId,
          storeId: alert.storeId ?? '',
          storeName: alert.storeName ?? '',
          platform: 'sandbox',
          code: 'sku_unmapped' as const,
          subject: alert.detail.subject ?? '',
          orderCount: alert.orderCount,
          oldestAt: at,
          detail: alert.detail,
          origin: 'derived' as const,
          sampleOrderId: newId(),
          sampleOrderNumber: typed,
        }));
        fits('message', heldReply({ causes, isComplete: true, alerts: held }, publicUrl, typed));
        fits(
          'view',
          homeView(
            { assigned: held, merchants: [], stores: [], counts: [], troubled: [], shippedToday: 1, maySync: true },
            publicUrl,
          ),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('about a sync and about what was typed wrongly stay inside them', () => {
    const lines = fc.array(foreign, { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(lines, foreign, (names, note) => {
        const progress = {
          id: newId(),
          status: 'failed' as const,
          pages: 2_000_000,
          fetched: 5_000_000,
          created: 9,
          held: 9,
          failed: 9,
          error: note,
          numbers: names.map((number) => ({ number, result: 'skipped', reason: note })),
        };
        const runs = names.map((storeName) => ({ storeName, runId: newId(), joined: false, progress }));
        fits('message', syncReply(runs, names, publicUrl));
        fits('message', mistakeReply({ what: note, form: `/orders sync ${note}` }));
      }),
      { numRuns: 60 },
    );
  });
});
