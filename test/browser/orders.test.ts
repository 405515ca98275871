import { createAdaptorServer } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { insertProduct, insertStock } from '../support/catalog.ts';
import { testDatabase } from '../support/database.ts';
import { orderPages, type PageVisitor } from '../support/order-pages.ts';
import { makeOrder, world } from '../support/outgoing.ts';
import { insertHold } from '../support/rows.ts';

const database = await testDatabase();
const { sql } = database;

// The desk takes posts from its public address only: the port comes first, then the desk.
const server = createAdaptorServer({ fetch: (request) => pages.app.fetch(request) });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
const pages = orderPages(database, { config: { publicUrl: origin } });
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

async function open(visitor: PageVisitor, options: { width?: number; script?: boolean } = {}) {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1360, height: 820 },
    javaScriptEnabled: options.script ?? true,
    reducedMotion: 'reduce',
  });
  const [name = '', value = ''] = visitor.cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  return { page, context, complaints: complaintsOf(page) };
}

/** A shop with three ready orders, one that a SKU holds, and its warehouse SKU. */
async function shopWith(name: string) {
  const shop = await world(sql);
  const productId = await insertProduct(sql, shop.merchantId, { sku: 'WH-MUG', name: 'Mug, blue' });
  await insertStock(sql, shop.merchantId, { warehouseId: shop.warehouse.warehouseId, productId, onHand: 50 });
  for (const number of ['#1', '#2', '#3']) await makeOrder(sql, shop, { number: `${name}${number}` });
  const held = await makeOrder(sql, shop, { number: `${name}#held`, sku: 'MUG' });
  await insertHold(sql, shop, held.orderId, {
    code: 'sku_unmapped',
    subject: 'MUG',
    detail: { keyKind: 'sku', name: 'Mug, blue' },
  });
  return { shop, held, mei: await pages.visitor(name, shop.merchantId, 'admin') };
}

describe('with script', () => {
  test('a held order is bound from its row, dispatched with a key, and taken back', async () => {
    const { mei, held } = await shopWith('Mei');
    const { page, complaints, context } = await open(mei);
    await page.goto(`${origin}/orders`);
    const row = page.locator(`#o-${held.orderId}`);
    await row.getByText('Bind SKU').click();
    await page.getByRole('dialog').getByRole('heading', { name: 'Bind SKU' }).waitFor();
    await page.getByLabel(/Search a warehouse SKU for MUG/).fill('blue');
    await page.locator('#dialog .pick-row', { hasText: 'WH-MUG' }).click();
    await page.getByRole('button', { name: /Bind SKU for 1 order/ }).click();
    await page.getByText('SKU MUG is bound: 1 order released.').waitFor();
    await row.getByText('Ready').waitFor();
    expect(await page.locator('#dialog[open]').count()).toBe(0);

    await row.getByText('Dispatch', { exact: true }).click();
    await page.getByRole('button', { name: 'Confirm Dispatch' }).click();
    await page.getByText(/Dispatched: outbound order OB-/).waitFor();
    await row.getByText('Processing').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/is where it was/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('keys lead: rows, selection, dispatch of the selection, help, search', async () => {
    const { mei } = await shopWith('Kim');
    const { page, complaints, context } = await open(mei);
    await page.goto(`${origin}/orders`);
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await page.getByText('2 orders selected').waitFor();
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Dispatch 2 orders' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('2 orders selected').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('2 orders selected').waitFor({ state: 'hidden' });
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('search');
    await page.keyboard.type('Kim#2');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL(`${origin}/held`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a form with an error keeps the dialog, and the focus goes to what is wrong', async () => {
    const { mei, shop } = await shopWith('Err');
    const { orderId } = await makeOrder(sql, shop, { number: '#too-many', quantities: [9_999] });
    const { page, context } = await open(mei);
    await page.goto(`${origin}/orders/${orderId}`);
    await page.getByRole('link', { name: 'Dispatch to Warehouse' }).click();
    await page.getByRole('button', { name: 'Confirm Dispatch' }).click();
    const alert = page.locator('#dialog [role=alert]').first();
    await alert.waitFor();
    expect(await page.evaluate<string>('document.activeElement.getAttribute("role")')).toBe('alert');
    expect(await page.locator('#dialog[open]').count()).toBe(1);
    await context.close();
  });

  test('a confirmation that reaches nobody says so, and can be pressed again', async () => {
    const { mei, shop } = await shopWith('Off');
    const { orderId } = await makeOrder(sql, shop, { number: '#off' });
    const { page, context } = await open(mei);
    await page.goto(`${origin}/orders/${orderId}`);
    await page.getByRole('link', { name: 'Dispatch to Warehouse' }).click();
    const confirm = page.getByRole('button', { name: 'Confirm Dispatch' });
    await confirm.waitFor();
    await context.setOffline(true);
    await confirm.click();
    await page.getByText('No answer from the desk. Look whether it was done, then try again.').waitFor();
    expect(await page.locator('#dialog[open]').count()).toBe(1);
    expect((await sql`select status from orders where id = ${orderId}`)[0]?.status).toBe('pending');
    await context.setOffline(false);
    await confirm.click();
    await page.getByText('Dispatched: outbound order').waitFor();
    await context.close();
  });

  test('a change made elsewhere shows by itself, in the rows and in the rail', async () => {
    const { mei, held, shop } = await shopWith('Live');
    const { page, context } = await open(mei);
    await page.goto(`${origin}/orders`);
    await page.locator('#rail').getByText('1 held orders').waitFor({ state: 'attached' });
    // The first look of the stream is what later ones are compared with.
    await page.waitForTimeout(1_000);
    const other = await pages.visitor('Other', shop.merchantId, 'admin');
    await other.post(`/orders/${held.orderId}/cancel`, { version: '1', where: 'here' });
    await page.locator(`#o-${held.orderId}`).getByText('Cancelled').waitFor({ timeout: 15_000 });
    await page.locator('#rail').getByText('held orders').waitFor({ state: 'detached', timeout: 15_000 });
    await context.close();
  });

  test.each([360, 390, 768, 1024, 1360])('no page is wider than a window of %i pixels', async (width) => {
    const { mei, held } = await shopWith(`W${width}`);
    const { page, complaints, context } = await open(mei, { width });
    for (const path of [
      '/',
      '/orders',
      '/held',
      `/orders/${held.orderId}`,
      `/orders/${held.orderId}/dispatch`,
      '/sync',
    ]) {
      await page.goto(`${origin}${path}`);
      if (path === '/orders') await page.locator('input.pick').first().check();
      const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(`${path}: ${beyond}`).toBe(`${path}: 0`);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Runs in the page: what a person with a screen reader or a keyboard would stumble over. */
const audit = `(() => {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  if (all('main').length !== 1) found.push('main: ' + all('main').length);
  if (all('main h1').length !== 1) found.push('h1: ' + all('main h1').length);
  const ids = all('[id]').map((element) => element.id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push('id twice: ' + id);
  for (const field of all('input:not([type=hidden]), select, textarea')) {
    if (!field.labels?.length && !field.hasAttribute('aria-label')) found.push('field ' + field.outerHTML);
  }
  for (const control of all('a[href], button, summary')) {
    const words = control.getAttribute('aria-label') ?? control.textContent;
    if (words.trim() === '') found.push('control ' + control.outerHTML);
  }
  let level = 1;
  for (const heading of all('main :is(h1, h2, h3, h4)')) {
    const next = Number(heading.tagName.slice(1));
    if (next > level + 1) found.push(heading.tagName + ' after h' + level + ': ' + heading.textContent);
    level = next;
  }
  return found;
})()`;

describe('for everybody', () => {
  test('every page has one main, one h1, labels on its fields and names on its controls', async () => {
    const { mei, held } = await shopWith('Acc');
    const { page, context } = await open(mei);
    for (const path of [
      '/',
      '/orders',
      '/held',
      `/orders/${held.orderId}`,
      `/orders/${held.orderId}/address`,
      '/sync',
    ]) {
      await page.goto(`${origin}${path}`);
      const faults = await page.evaluate<string[]>(audit);
      expect({ path, faults }).toEqual({ path, faults: [] });
    }
    await context.close();
  });

  test('without script an order is found, bound and dispatched', async () => {
    const { mei, held } = await shopWith('Noscript');
    const { page, context } = await open(mei, { script: false });
    await page.goto(`${origin}/orders`);
    await page.locator(`#o-${held.orderId}`).getByText('Bind SKU').click();
    await page.getByRole('heading', { name: 'Bind SKU' }).waitFor();
    await page.getByLabel(/Search a warehouse SKU for MUG/).fill('WH-MUG');
    await page.getByRole('button', { name: /Bind SKU for 1 order/ }).click();
    await page.getByText('SKU MUG is bound: 1 order released.').waitFor();
    await page.getByRole('link', { name: 'Dispatch to Warehouse' }).click();
    await page.getByRole('button', { name: 'Confirm Dispatch' }).click();
    await page.getByText(/Dispatched: outbound order OB-/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/is where it was/).waitFor();
    await context.close();
  });
});
