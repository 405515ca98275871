import { describe, expect, it } from 'vitest';
import { excerpt, redact } from '../../../connectors/shared/redact.ts';

describe('what the call log keeps of a body', () => {
  const canaries = {
    name: '王小明',
    street: '測試路1號',
    phone: '0912-345-678',
    mobile: '+886 912 345 678',
    email: 'mei.lin@example.test',
    zip: '10491',
  };
  const leaks = (text: string): string[] => Object.values(canaries).filter((canary) => text.includes(canary));

  it('hides recipient fields in JSON, however they are spelled', () => {
    const body = JSON.stringify({
      recipient: {
        name: canaries.name,
        phone_number: canaries.phone,
        address_1: canaries.street,
        postCode: canaries.zip,
      },
      shipping: { first_name: canaries.name, 'address-2': canaries.street, zip: canaries.zip, mobile: canaries.mobile },
      billingAddress: { addressLine1: [canaries.street, canaries.street], contactName: canaries.name },
      customer_email: canaries.email,
      status: 'processing',
    });
    expect(leaks(redact(body))).toEqual([]);
    expect(redact(body)).toContain('processing');
  });

  it('hides them in a body that breaks off, is nested in a string, a form, XML or plain words', () => {
    const bodies = [
      `{"recipient":{"name":"${canaries.name}","address1":"${canaries.street}`,
      JSON.stringify({ data: JSON.stringify({ name: canaries.name, address1: canaries.street, zip: canaries.zip }) }),
      `a=1&name=${canaries.name}&address[line1]=${canaries.street}&billing.zip=${canaries.zip}&b=2`,
      `<order><name>${canaries.name}</name><Address1 x="1">${canaries.street}</Address1><zip>${canaries.zip}</order>`,
      `Could not call ${canaries.mobile} or ${canaries.phone}, wrote to ${canaries.email}`,
    ];
    for (const body of bodies) expect(leaks(redact(body)), body).toEqual([]);
  });

  it('hides credentials by value, by name and by look', () => {
    const secret = 'p@ss word"1';
    const text = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ nothing: secret }),
      '{"access_token":"abc123","refresh_token":"def456","client_secret":"ghi789"}',
      'Authorization: Bearer eyJhbGciOi.J9',
      'grant_type=authorization_code&code=4f5a6b7c8d&client_secret=ghi789',
      'consumer_key=ck_0123456789abcdef ck_0123456789abcdef shpat_0123456789abcdef',
    ].join('\n');
    const result = redact(text, [secret]);
    for (const leak of ['p@ss', 'p%40ss', 'abc123', 'def456', 'ghi789', 'eyJ', '4f5a6b7c8d', '0123456789abcdef']) {
      expect(result, leak).not.toContain(leak);
    }
  });

  it('keeps what an operator needs: codes, order ids, amounts', () => {
    const body =
      '{"error":{"code":"woocommerce_rest_cannot_view","message":"Sorry"},"order_id":7000000001000000009,"total":"55.0"}';
    expect(redact(body)).toBe(body);
  });

  it('hides a secret even where the excerpt is cut through it', () => {
    const secret = 'SECRET-0123456789-SECRET';
    for (const before of [7_990, 1_990]) {
      expect(excerpt(`${'z'.repeat(before)}${secret}`, [secret])).not.toContain('SECRET');
    }
  });

  it('is quick on bodies made to be slow', () => {
    const hostile = [
      'y'.repeat(100_000),
      '@'.repeat(100_000),
      '<name>'.repeat(20_000),
      '"address'.repeat(12_000),
      'a.'.repeat(50_000),
      '&a['.repeat(30_000),
      '\\"name\\":'.repeat(10_000),
    ];
    const startedAt = performance.now();
    for (const body of hostile) excerpt(body);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
