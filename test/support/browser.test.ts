import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';

test('opens a page of a local server and reads it, Chinese included', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<title>desk</title><h1>王小明</h1><input value="王"><select><option>1</option></select>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(await page.textContent('h1')).toBe('王小明');
    expect(await page.inputValue('input')).toBe('王');
  } finally {
    await browser.close();
    server.close();
  }
});
