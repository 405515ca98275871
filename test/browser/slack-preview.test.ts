import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type DeskProcess, startDesk } from '../support/desk-process.ts';
import { eventually } from '../support/jobs.ts';

// One day, walked in order in the Slack preview: a step builds on those before it.
vi.setConfig({ testTimeout: 90_000 });

let folder = '';
let desk: DeskProcess;
let browser: Browser;
let context: BrowserContext;
/** Where the preview is open the whole day; nothing in it is ever reloaded unless a step says so. */
let slack: Page;
/** The dashboard beside it. */
let page: Page;
let origin = '';
const complaints: string[] = [];
/** Where pictures of the walk go, for people to look at; none are taken without it. */
const pictures = process.env.PREVIEW_PICTURES;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-slack-'));
  // PostgreSQL runs as another user when we are root: it must be able to enter.
  await chmod(folder, 0o755);
  desk = await startDesk({ DATA_DIR: join(folder, 'data'), DEMO: '1' });
  browser = await launchBrowser();
  await desk.ready();
  context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  slack = await newPage();
  page = await newPage();
  const link = /http:\/\/\S+\/sign-in\?token=\S+/.exec(desk.output())?.[0] ?? '';
  origin = new URL(link).origin;
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${origin}/`);
}, 150_000);

afterAll(async () => {
  await browser?.close();
  if (desk !== undefined && desk.child.exitCode === null) await desk.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function newPage(): Promise<Page> {
  const opened = await context.newPage();
  opened.setDefaultTimeout(20_000);
  opened.on('pageerror', (error) => complaints.push(error.message));
  opened.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  return opened;
}

const patient = { timeout: 30_000 };
const card = (text: string | RegExp): Locator => slack.locator('.sp-main .sp-message:not(.only)', { hasText: text });
const privately = (): Locator => slack.locator('.sp-main .sp-message.only').last();
const modal = (): Locator => slack.locator('#sp-dialog[open]');
const row = (text: string): Locator => page.locator('tbody tr', { hasText: text });

async function type(text: string): Promise<void> {
  await slack.locator('#sp-text').fill(text);
  await slack.keyboard.press('Enter');
}

async function act(as: string): Promise<void> {
  await slack.goto(`${origin}/slack-preview?as=${as}`);
}

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const [size, width, height] of [
    ['desktop', 1360, 900],
    ['phone', 390, 844],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await slack.setViewportSize({ width, height });
      await slack.emulateMedia({ colorScheme });
      await slack.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await slack.setViewportSize({ width: 1360, height: 900 });
  await slack.emulateMedia({ colorScheme: 'light' });
}

async function authorize(press: () => Promise<void>): Promise<void> {
  const opened = context.waitForEvent('page');
  await press();
  const consent = await opened;
  await consent.getByRole('button', { name: 'Approve' }).click();
  await consent.waitForURL(/\/stores\//);
  await consent.close();
}

const control = (method: string, path: string, body?: object) =>
  fetch(`${origin}/sandbox/control${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });

async function told(orderNumber: string): Promise<number> {
  const answer: { fulfilments: { orderNumber: string }[] } = JSON.parse(
    await (await control('GET', '/shops/teahouse/fulfilments')).text(),
  );
  return answer.fulfilments.filter((one) => one.orderNumber === orderNumber).length;
}

test('the start says where the bot can be seen, and its channel is empty before anything happened', async () => {
  expect(desk.output()).toContain('/slack-preview');
  await act('U0OPERATOR0');
  expect(await slack.locator('.sp-main').innerText()).toContain('Nothing here yet');
  await type('/orders');
  await expect.poll(() => privately().innerText()).toMatch(/Only visible to you[\s\S]*\/orders held/);
});

test('a sync brings the first card, without a reload', async () => {
  await page.goto(`${origin}/stores/add`);
  await page.getByRole('link', { name: /Connect Sandbox/ }).click();
  await page.getByLabel('Store Name').fill('Tea house');
  await page.getByLabel('Shop name').fill('teahouse');
  await page.getByRole('button', { name: 'Save and continue' }).click();
  await authorize(() => page.getByText('Go to Authorization').first().click());
  await card('TEA-OOLONG-150').waitFor(patient);
  expect(await card('TEA-OOLONG-150').innerText()).toMatch(/SKU not mapped[\s\S]*11 orders wait[\s\S]*Bind SKU/);
  await type('/orders sync');
  await expect.poll(() => privately().innerText(), patient).toMatch(/Tea house: .*(done|waiting|running|no new)/i);
  await picture('1-cards');
});

test('a viewer is refused privately, in words that name the role', async () => {
  await act('U0VIEWER000');
  await card('TEA-OOLONG-150').getByRole('button', { name: 'Bind SKU' }).click();
  await expect
    .poll(async () => `${await privately().allInnerTexts()} ${await modal().allInnerTexts()}`, patient)
    .toMatch(/role operator/);
  await slack.keyboard.press('Escape');
  await act('U0STRANGER0');
  await type('/orders held');
  await expect.poll(() => privately().innerText()).toContain('does not know you yet');
});

test('an operator binds the SKU in the form: the card settles, and says who did it', async () => {
  await act('U0OPERATOR0');
  await card('TEA-OOLONG-150').getByRole('button', { name: 'Bind SKU' }).click();
  await modal()
    .getByRole('button', { name: /^Release/ })
    .waitFor(patient);
  expect(await modal().innerText()).toMatch(/11 held orders/);
  const list = modal().locator('select').first();
  await expect.poll(() => list.locator('option:checked').innerText()).toContain('TEA-OOLONG-150');
  await picture('2-bind');

  // What Slack checks itself stays on the field, with everything that was filled in.
  await modal().getByLabel('Quantity per platform unit').first().fill('0');
  await modal()
    .getByRole('button', { name: /^Release/ })
    .click();
  await expect.poll(() => modal().innerText()).toContain('Please enter a number of at least 1.');
  expect(await list.locator('option:checked').innerText()).toContain('TEA-OOLONG-150');
  expect(await slack.evaluate('document.activeElement?.getAttribute("aria-invalid")')).toBe('true');
  await picture('3-errors');

  await modal().getByLabel('Quantity per platform unit').first().fill('1');
  const search = modal().getByRole('searchbox').first();
  await search.fill('jasmin');
  await expect.poll(() => list.innerText(), patient).toContain('TEA-JASMIN');
  await modal()
    .getByRole('button', { name: /^Release/ })
    .click();
  await expect.poll(() => modal().count()).toBe(0);
  await expect.poll(() => privately().innerText(), patient).toMatch(/Bound\. 3 orders released/);
  await expect.poll(() => card('TEA-OOLONG-150').innerText(), patient).toMatch(/✔[\s\S]*Omar/);
  await picture('4-settled');
});

test('what was released is dispatched in one go, each with its own result in the thread', async () => {
  await privately()
    .getByRole('button', { name: /Dispatch/ })
    .click();
  const select = modal().locator('select').first();
  await select.waitFor(patient);
  const label = (await select.locator('option').allInnerTexts()).find((text) => /Chunghwa Post EMS/.test(text)) ?? '';
  await select.selectOption({ label });
  await picture('5-dispatch');
  await modal()
    .getByRole('button', { name: /^Dispatch/ })
    .click();
  await expect.poll(() => modal().count(), patient).toBe(0);
  await card('TEA-OOLONG-150').getByRole('link', { name: /repl/ }).click();
  await expect.poll(() => slack.locator('.sp-thread').innerText(), patient).toMatch(/dispatched/);
  await picture('6-thread');
  await slack.getByRole('link', { name: 'Close' }).click();
});

test('a tracking number that the marketplace refuses is a card, and Mark Shipped settles it', async () => {
  await page.goto(`${origin}/stores`);
  await page.locator('main').getByRole('link', { name: 'Tea house' }).first().click();
  await page.goto(`${page.url().split('?')[0]}/carriers`);
  await page.getByRole('button', { name: 'Save pairing' }).click();
  await page.locator('#toasts', { hasText: /\w/ }).waitFor();
  await control('POST', '/faults', { kind: 'status', status: 422, operation: 'createFulfilment' });
  await page.goto(`${origin}/outbound`);
  const first = page.locator('tbody tr').first();
  const number = /TEA-\d+/.exec(await first.innerText())?.[0] ?? '';
  await first.getByRole('button', { name: 'Start picking' }).click();
  await row(number).getByRole('button', { name: 'Packed' }).click();
  await row(number).getByRole('link', { name: 'Ship' }).click();
  await page.locator('#dialog[open]').getByLabel('Tracking number').fill('RR123456785TW');
  await page.keyboard.press('Enter');
  await page.locator('#toasts', { hasText: 'shipped' }).waitFor();
  const failed = card(/Mark Shipped \(retry 1\)/);
  await failed.waitFor(patient);
  expect(await failed.innerText()).toContain(number);
  await picture('7-writeback');
  await control('DELETE', '/faults');
  await failed.getByRole('button', { name: /Mark Shipped/ }).click();
  await expect.poll(() => failed.count(), patient).toBe(0);
  await eventually(async () => (await told(number)) === 1);
  await page.goto(`${origin}/orders?q=${number}`);
  await eventually(async () => {
    await page.reload();
    return /Completed/.test(await row(number).innerText());
  });
});

test('a form lies on another, and Escape leaves them all', async () => {
  await type('/orders show TEA-1016');
  await expect.poll(() => privately().innerText(), patient).toContain('TEA-1016');
  await privately().getByRole('button', { name: 'Details' }).click();
  await modal().getByRole('button', { name: 'Cancel order' }).click(patient);
  await expect.poll(() => modal().innerText(), patient).toMatch(/Reason/i);
  await modal().getByRole('button', { name: 'Back' }).first().click();
  await modal().getByRole('button', { name: 'Cancel order' }).waitFor(patient);
  await picture('9-details');
  await slack.keyboard.press('Escape');
  await expect.poll(() => modal().count()).toBe(0);
});

test('the Home tab is the person’s own, and a link to the desk unfolds', async () => {
  await slack.goto(`${origin}/slack-preview?as=U0OPERATOR0&c=home`);
  await expect.poll(() => slack.locator('.sp-home').innerText(), patient).toContain('Your work');
  await picture('10-home');
  await act('U0OPERATOR0');
  const href = await slack.getByRole('link', { name: 'TEA-1016', exact: true }).first().getAttribute('href');
  const [id] = /[0-9a-f-]{36}/.exec(href ?? '') ?? [];
  await type(`please look at ${origin}/orders/${id}`);
  await expect.poll(() => slack.locator('.sp-unfurl').last().innerText(), patient).toContain('TEA-1016');
  await picture('11-unfurl');
});

test('without script the same buttons and forms do the same', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const sheet = await plain.newPage();
  sheet.setDefaultTimeout(15_000);
  await sheet.goto(`${origin}/slack-preview?as=U0ADMIN0000`);
  const open = sheet.locator('.sp-message', { hasText: 'TEA-JASMIN-075' }).last();
  await open.getByRole('button', { name: 'Bind SKU' }).click();
  await eventually(async () => {
    await sheet.reload();
    return (await sheet.getByRole('button', { name: /^(Release|Bind)/ }).count()) > 0;
  });
  await sheet.locator('#sp-dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(await sheet.locator('#sp-dialog[open]').count()).toBe(0);
  await sheet.getByRole('textbox', { name: /Message to/ }).fill('/order');
  await sheet.getByRole('button', { name: 'Send' }).click();
  expect(await sheet.locator('#toasts').innerText()).toContain('is not a valid command');
  await plain.close();
});

test('a login that ended is a card with the way back, and settles when it is mended', async () => {
  await control('DELETE', '/shops/teahouse/tokens');
  await type('/orders sync');
  const ended = card(/Update authorization/).last();
  await ended.waitFor(patient);
  await picture('8-authorization');
  const opened = context.waitForEvent('page');
  await ended.getByRole('link', { name: 'Update authorization' }).first().click();
  const store = await opened;
  await store.waitForURL(/\/stores\//);
  await authorize(() =>
    store
      .getByText(/Update Authorization|Go to Authorization/)
      .first()
      .click(),
  );
  await store.close();
  await expect.poll(() => card(/Update authorization/).count(), patient).toBe(0);
});

test('the page fits a phone, is spoken by a screen reader, and broke no rule on the way', async () => {
  await slack.setViewportSize({ width: 360, height: 740 });
  for (const path of ['', '?c=home', '?c=C0MANAGERS0']) {
    await slack.goto(`${origin}/slack-preview${path}`);
    expect(await slack.evaluate('document.documentElement.scrollWidth - innerWidth'), path).toBeLessThanOrEqual(0);
    expect(await slack.locator('main h1').count()).toBe(1);
  }
  await slack.goto(`${origin}/slack-preview?c=C0MANAGERS0`);
  expect(await slack.locator('.sp-main').innerText()).toContain('not in this channel');
  await slack.getByRole('button', { name: 'Invite the bot' }).click();
  await slack.getByRole('button', { name: 'Remove the bot' }).waitFor();
  expect(complaints).toEqual([]);
});
