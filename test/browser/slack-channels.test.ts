import { createAdaptorServer } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeConnections } from '../../core/connect/platform-list.ts';
import { createSessions } from '../../core/people/sessions.ts';
import { createWebApp } from '../../web/app.tsx';
import { accessDesk, testClock } from '../support/access.ts';
import { testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { silentLog } from '../support/log.ts';
import { signedInVisitor } from '../support/store-pages.ts';

const { desk, ports, slack, sql, database } = await testBot();

// The desk takes posts from its public address only: the port comes first, then the desk.
const server = createAdaptorServer({ fetch: (request) => appAt(origin).fetch(request) });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
const apps = new Map<string, ReturnType<typeof createWebApp>>();
function appAt(publicUrl: string) {
  const app =
    apps.get(publicUrl) ??
    createWebApp({
      desk,
      sessions: createSessions(ports),
      config: { publicUrl, host: '127.0.0.1', isDemo: false, cookieSecret: 'c'.repeat(40) },
      clock: ports.clock,
      log: silentLog,
      platformNames: {},
      connections: describeConnections(ports.connection, ports.connectors),
    });
  apps.set(publicUrl, app);
  return app;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  server.close();
});

/** Everything that a browser complains about: scripts, styles and requests that the policy forbids, faults of ours. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** An admin over all merchants with the page open, in a browser of their own. */
async function openPage(width: number) {
  const access = accessDesk(database, { clock: testClock() });
  const admin = await signedInVisitor(database, access, appAt('http://localhost:3000'), 'admin');
  await sql`update grants set merchant_ids = null where person_id = ${admin.personId}`;
  const context = await browser.newContext({ viewport: { width, height: 820 }, reducedMotion: 'reduce' });
  const [name = '', value = ''] = admin.cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${origin}/settings/slack`);
  return { page, context, complaints, admin };
}

test.each([
  1360, 390,
])('at %s pixels a route is added, the channel gets its quiet hours and is tried again', async (width) => {
  const { page, context, complaints, admin } = await openPage(width);
  await page.getByRole('link', { name: 'Add a route' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Kind').selectOption({ label: 'Ship-by near' });
  await dialog.getByLabel('Channel').fill('#nowhere');
  await dialog.getByRole('button', { name: 'Save the route' }).click();
  await dialog.getByText('The bot is in no channel called #nowhere').first().waitFor();
  await dialog.getByLabel('Channel').fill('#general');
  await dialog.getByRole('button', { name: 'Save the route' }).click();
  await page.getByText('Later alerts go to #general').waitFor();
  expect(await page.getByRole('cell', { name: 'Ship-by near' }).count()).toBe(1);

  await sql`update slack_channels set broken_reason = 'is_archived', broken_since = now() where channel_id = ${slack.channelId}`;
  await page.reload();
  await page.getByText('#general is archived').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Slack takes messages for general again').waitFor();

  await page.getByRole('link', { name: 'Edit #general' }).click();
  await dialog.getByLabel('Time zone').fill('Asia/Taipei');
  await dialog.getByLabel('Quiet from').fill('22:00');
  await dialog.getByLabel('Quiet until').fill('07:00');
  await dialog.getByLabel('Daily digest at').fill('09:00');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('22:00 to 07:00').waitFor();
  const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(sideways).toBe(0);
  // The refused form answers 422, which the browser notes.
  expect(complaints.filter((text) => !text.includes('422') && !text.includes('404'))).toEqual([]);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('The route is removed').waitFor();
  const events = await sql`select event from audit_events where merchant_id = ${admin.merchantId} order by id`;
  expect(events.map(({ event }) => event)).toEqual([
    'slack_route.added',
    'slack_channel.mended',
    'slack_channel.changed',
    'slack_route.removed',
  ]);
  await context.close();
});
