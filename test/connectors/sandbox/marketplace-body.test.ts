import { expect, test } from 'vitest';
import { createMarketplace } from '../../../connectors/sandbox/marketplace/marketplace.ts';

test.each([
  '/control/faults',
  '/oauth/token',
  '/office/teahouse/place',
])('%s reads no body of many megabytes', async (path) => {
  const client = { id: 'desk', secret: 's', redirectUris: [] };
  const marketplace = createMarketplace({ publicUrl: 'http://desk.test', client, now: () => new Date(), memory: null });
  marketplace.market.openShop('teahouse');
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      if (pulled > 5_000) controller.close();
      else controller.enqueue(new Uint8Array(1024).fill(97));
    },
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await marketplace.app.request(`http://desk.test${path}`, {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  } as RequestInit);
  expect(answer.status).toBe(413);
  expect(pulled).toBeLessThan(1_100);
  await marketplace.close();
});
