import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type DeskProcess, startDesk } from '../support/desk-process.ts';
import { eventually } from '../support/jobs.ts';

// One life, walked in order by one person: a step builds on those before it.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
let desk: DeskProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let origin = '';
/** Errors of scripts and of the content security policy, over the whole walk. */
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-life-'));
  // PostgreSQL runs as another user when we are root: it must be able to enter.
  await chmod(folder, 0o755);
  desk = await startDesk({ DATA_DIR: join(folder, 'data'), DEMO: '1' });
  browser = await launchBrowser();
  await desk.ready();
  context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
}, 150_000);

afterAll(async () => {
  await browser?.close();
  if (desk !== undefined && desk.child.exitCode === null) await desk.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const dialog = (): Locator => page.locator('#dialog[open]');
const toast = (): Locator => page.locator('#toasts');
const go = (path: string) => page.goto(`${origin}${path}`);
const row = (text: string): Locator => page.locator('tbody tr', { hasText: text });

/** What the marketplace was told of the shop's orders. */
async function fulfilments(): Promise<readonly { orderNumber: string; carrier: string; trackingNumber: string }[]> {
  const answer = await fetch(`${origin}/sandbox/control/shops/teahouse/fulfilments`);
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null && 'fulfilments' in body && Array.isArray(body.fulfilments)
    ? body.fulfilments
    : [];
}

const heldCount = async (): Promise<number> =>
  Number((await page.locator('#rail a[href="/held"] .count').innerText()).replaceAll(/\D.*/gs, ''));

test('the printed link signs the owner in, once', async () => {
  const link = /http:\/\/\S+\/sign-in\?token=\S+/.exec(desk.output())?.[0] ?? '';
  origin = new URL(link).origin;
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${origin}/`);
  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  await other.goto(link);
  await other.getByRole('button', { name: 'Sign in' }).click();
  expect(other.url()).toContain('/sign-in');
  await stranger.close();
});

test('a store is connected by the consent page of its marketplace', async () => {
  await go('/stores/add');
  await page.getByRole('link', { name: /Connect Sandbox/ }).click();
  await page.getByLabel('Store Name').fill('Tea house');
  await page.getByLabel('Shop name').fill('teahouse');
  await page.getByRole('button', { name: 'Save and continue' }).click();
  const opened = context.waitForEvent('page');
  await page.getByText('Go to Authorization').first().click();
  const consent = await opened;
  await consent.getByRole('button', { name: 'Approve' }).click();
  await consent.waitForURL(/\/stores\//);
  await expect.poll(() => consent.locator('main').innerText()).toContain('Authorized');
  await consent.close();
});

test('its orders arrive by themselves, and those that cannot leave say why', async () => {
  await eventually(async () => {
    await go('/orders');
    return (await row('TEA-1024').count()) === 1;
  });
  expect(await row('TEA-1024').innerText()).toMatch(/Held · 1 reason[\s\S]*SKU \[TEA-OOLONG-150\] not mapped/);
  await go('/sync-log');
  await row('First sync').locator('a.id').click();
  const run = await page.locator('main').innerText();
  expect(run).toContain('18 new');
  expect(run).toMatch(/Not paid/i);
  expect(run).toContain('TEA-1022');
});

test('binding one SKU releases every order that waited for nothing else', async () => {
  await go('/mappings');
  const before = await heldCount();
  await row('TEA-OOLONG-150').getByText('Bind SKU').click();
  await expect.poll(() => dialog().innerText()).toMatch(/11 orders wait for it/);
  await dialog().getByRole('button', { name: 'Bind for 11 orders' }).click();
  await expect
    .poll(() => toast().innerText())
    .toMatch(/TEA-OOLONG-150 is bound\. 3 orders released\. 8 orders are still held/);
  await expect.poll(heldCount).toBe(before - 3);
  await expect.poll(() => row('TEA-OOLONG-150').count()).toBe(0);
});

test('a set is bound to several warehouse SKUs, and a wrong one is refused without losing what was chosen', async () => {
  await row('SET-TEATIME').getByText('Bind SKU').click();
  await dialog().getByRole('searchbox').fill('POT-CLAY');
  await dialog()
    .getByRole('radio', { name: /POT-CLAY-S/ })
    .check();
  await dialog().getByText('It is a combination').click();
  await dialog().locator('[name="extra0.sku"]').fill('CUP-GLASS-2');
  await dialog().locator('[name="extra1.sku"]').fill('NO-SUCH-SKU');
  await dialog()
    .getByRole('button', { name: /^Bind for/ })
    .click();
  await expect.poll(() => dialog().getByRole('alert').innerText()).toContain('There is no warehouse SKU NO-SUCH-SKU');
  await dialog().locator('[name="extra1.sku"]').fill('TEA-OOLONG-150');
  await dialog()
    .getByRole('button', { name: /^Bind for/ })
    .click();
  await expect.poll(() => toast().innerText()).toContain('SET-TEATIME is bound');
  await page.locator('main').getByRole('link', { name: 'Tea house' }).click();
  await expect
    .poll(() => row('SET-TEATIME').innerText())
    .toMatch(/CUP-GLASS-2 × 1 \+ POT-CLAY-S × 1 \+ TEA-OOLONG-150 × 1/);
});

test('Auto Match binds the rest of the equal codes', async () => {
  await page.getByRole('button', { name: 'Auto Match' }).click();
  await expect.poll(() => page.locator('main').innerText()).toMatch(/SKUs bound by equal codes[\s\S]*orders? released/);
  await page.getByRole('link', { name: /^Unbound/ }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  expect(await row('product P-1010').innerText()).toContain('Not mapped');
});

test('carriers are paired with what the marketplace calls them', async () => {
  await go('/stores');
  await page.locator('main').getByRole('link', { name: 'Tea house' }).first().click();
  await go(`${new URL(page.url()).pathname}/carriers`);
  // The provider of the same name is proposed: saving is enough.
  expect(await page.getByLabel('Chunghwa Post').locator('option:checked').innerText()).toMatch(/^Chunghwa Post/);
  await page.getByRole('button', { name: 'Save pairing' }).click();
  await page.waitForLoadState();
});

const channel = /Reno · Chunghwa Post EMS/;
async function chooseChannel(): Promise<void> {
  const select = dialog().locator('select').first();
  const label = (await select.locator('option').allInnerTexts()).find((text) => channel.test(text)) ?? '';
  await select.selectOption({ label });
}

test('one order is dispatched by itself', async () => {
  await go('/orders');
  await row('TEA-1024').getByText('Dispatch').click();
  await dialog().waitFor();
  await chooseSingle();
  await dialog()
    .getByRole('button', { name: /Dispatch/ })
    .click();
  await expect.poll(() => toast().innerText()).toMatch(/OB-20001/);
  await expect.poll(() => row('TEA-1024').innerText()).toMatch(/Processing/);
});

/** In the single dialog the channels are choices, or a list as in a batch. */
async function chooseSingle(): Promise<void> {
  const choice = dialog().getByRole('radio', { name: /Chunghwa Post EMS/ });
  if ((await choice.count()) > 0) await choice.first().check();
  else await chooseChannel();
}

test('a batch gives each order a result of its own', async () => {
  for (const number of ['TEA-1023', 'TEA-1021', 'TEA-1017']) await row(number).locator('input.pick').check();
  await page.keyboard.press('d');
  await dialog().waitFor();
  await chooseChannel();
  await dialog().getByRole('button', { name: 'Dispatch 3 orders' }).click();
  await expect.poll(() => dialog().innerText()).toMatch(/2 of 3 dispatched/);
  const result = await dialog().innerText();
  expect(result).toMatch(/TEA-1017[\s\S]*does not collect money/);
});

test('the warehouse picks, packs and ships with one button a step, and the scanner sends the form', async () => {
  await go('/outbound');
  const line = row('TEA-1024');
  await line.getByRole('button', { name: 'Start picking' }).click();
  await expect.poll(() => line.innerText()).toContain('Picking');
  await line.getByRole('button', { name: 'Packed' }).click();
  await line.getByRole('link', { name: 'Ship' }).click();
  await dialog().waitFor();
  await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("name")')).toBe('trackingNumber');
  await page.keyboard.type('RR123456785TW');
  await page.keyboard.press('Enter');
  await expect.poll(() => toast().innerText()).toContain('OB-20001 shipped');
  await expect.poll(() => row('TEA-1024').count()).toBe(0);
});

test('the tracking number arrives at the marketplace exactly once', async () => {
  const told = async () => (await fulfilments()).filter((one) => one.orderNumber === 'TEA-1024');
  await eventually(async () => (await told()).length > 0);
  await go('/outbound?view=shipped');
  await page.locator('tbody a.id', { hasText: 'OB-20001' }).click();
  await eventually(async () => {
    await page.reload();
    return /(Accepted|Confirmed) by the platform/.test(await page.locator('main').innerText());
  });
  expect(await told()).toMatchObject([{ carrier: 'post_tw', trackingNumber: 'RR123456785TW' }]);
  await go('/orders');
  expect(await row('TEA-1024').innerText()).toContain('Completed');
});

test('many are started at once and printed on one pick list', async () => {
  await go('/outbound');
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('button', { name: 'Start picking 2' }).click();
  await expect.poll(() => toast().innerText()).toContain('Picking of 2 started');
  await page.getByRole('link', { name: 'Print the pick list' }).click();
  const list = await page.locator('main').innerText();
  expect(list).toMatch(/FILTER-PAPER/);
  expect(list).toMatch(/TEA-JASMIN-075/);
});

test('an exception stops the work until it is cleared, and needs a reason', async () => {
  await go('/outbound');
  await page.locator('tbody a.id').first().click();
  await page.getByText('Mark an exception').click();
  await page.getByRole('button', { name: 'Mark as exception' }).click();
  await expect.poll(() => page.getByRole('alert').first().innerText()).toContain('Say what is wrong');
  await page.getByLabel('Reason').selectOption('Stock short');
  await page.getByLabel('What exactly').fill('short by 1');
  await page.getByRole('button', { name: 'Mark as exception' }).click();
  await expect.poll(() => page.locator('main').innerText()).toContain('Stock short: short by 1');
  expect(await page.getByRole('link', { name: 'Ship', exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Clear the exception' }).click();
  await page.getByRole('link', { name: 'Ship', exact: true }).waitFor();
});

test('the same work is done without any script', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const sheet = await plain.newPage();
  sheet.setDefaultTimeout(15_000);
  await sheet.goto(`${origin}/outbound`);
  const line = sheet.locator('tbody tr', { hasText: 'TEA-1021' });
  await line.getByRole('button', { name: 'Packed' }).click();
  await line.getByRole('link', { name: 'Ship' }).click();
  await sheet.getByLabel('Tracking number').fill('RR000000021TW');
  await sheet.getByRole('button', { name: 'Ship this parcel' }).click();
  await sheet.goto(`${origin}/outbound?q=RR000000021TW`);
  expect(await sheet.locator('main').innerText()).toMatch(/Shipped[\s\S]*TEA-1021/);
  await sheet.goto(`${origin}/mappings`);
  await sheet.getByRole('link', { name: 'Bind SKU' }).click();
  await sheet.getByRole('radio', { name: /COASTER-HAND/ }).check();
  await sheet.getByRole('button', { name: /^Bind for 1 order/ }).click();
  expect(await sheet.locator('#toasts').innerText()).toMatch(/P-1010 is bound/);
  await plain.close();
  await eventually(async () => (await fulfilments()).some((one) => one.trackingNumber === 'RR000000021TW'));
});

test('in the end every tracking number stands at the marketplace once', async () => {
  const ours = (await fulfilments()).map((one) => one.trackingNumber).filter((number) => number.startsWith('RR'));
  expect(ours.toSorted()).toEqual(['RR000000021TW', 'RR123456785TW']);
});

test('no page of the walk broke a script or the content security policy', async () => {
  for (const path of ['/stock', '/sync-log', '/settings', '/settings/warehouses', '/settings/channels', '/held', '/']) {
    await go(path);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), path).toBeLessThanOrEqual(0);
  }
  expect(complaints).toEqual([]);
});
