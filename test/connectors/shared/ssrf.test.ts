import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAddressAllowed, type ResolveHost } from '../../../connectors/shared/address-guard.ts';
import { refusalOf } from '../../../connectors/shared/host-rule.ts';
import type { HostRule } from '../../../core/ports/connector.ts';
import { clientFor, failureOf, type LocalServer, listen } from './support.ts';

let inner: LocalServer;
beforeAll(async () => {
  inner = await listen((_, response) => response.writeHead(200, { connection: 'close' }).end('inner secrets'));
});
afterAll(() => inner.close());

/** Answers one list of addresses after the other, the last one for ever. */
function answering(...answers: string[][]): { resolve: ResolveHost; asked: () => number } {
  let asked = 0;
  const resolve: ResolveHost = (_host, _options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve, asked: () => asked };
}

const publicAddress = '203.0.114.7';

describe('addresses', () => {
  it('takes public addresses and nothing that leads inside', () => {
    for (const address of ['8.8.8.8', publicAddress, '2606:4700:4700::1111']) {
      expect(isAddressAllowed(address, 'public'), address).toBe(true);
    }
    const inside = [
      '127.0.0.1',
      '127.8.9.1',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '192.0.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '192.0.2.1',
      '::',
      '::1',
      'fe80::1',
      'fe80::1%eth0',
      'fd00::1',
      'fd00:ec2::254',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '::ffff:a9fe:a9fe',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::a00:1',
      '2002:7f00:1::',
      '2002:a00:1::',
      '2001:db8::1',
      'localhost',
      '',
      '127.1',
      '0x7f000001',
      '2130706433',
    ];
    for (const address of inside) expect(isAddressAllowed(address, 'public'), address).toBe(false);
  });

  it('lets loopback pass only where a rule says so, and cloud metadata never', () => {
    expect(isAddressAllowed('127.0.0.1', 'loopback_or_public')).toBe(true);
    expect(isAddressAllowed('::1', 'loopback_or_public')).toBe(true);
    expect(isAddressAllowed('10.0.0.1', 'loopback_or_public')).toBe(false);
    expect(isAddressAllowed('10.0.0.1', 'private_or_public')).toBe(true);
    for (const policy of ['public', 'loopback_or_public', 'private_or_public'] as const) {
      for (const address of [
        '169.254.169.254',
        '::ffff:169.254.169.254',
        '0.0.0.0',
        'fe80::1',
        '224.0.0.1',
        '168.63.129.16',
        'fd00:ec2::254',
      ]) {
        expect(isAddressAllowed(address, policy), `${address} ${policy}`).toBe(false);
      }
    }
  });
});

describe('host rules', () => {
  const refused = (url: string, rule: HostRule): boolean => refusalOf(new URL(url), rule) !== null;

  it('holds a pattern to the whole host name, https and the standard port', () => {
    const rule: HostRule = { kind: 'pattern', pattern: '[a-z0-9][a-z0-9-]*\\.myshopify\\.com' };
    expect(refused('https://demo.myshopify.com/admin', rule)).toBe(false);
    expect(refused('https://demo.myshopify.com:443/admin', rule)).toBe(false);
    for (const url of [
      'http://demo.myshopify.com/',
      'https://demo.myshopify.com.evil.test/',
      'https://evil.test/demo.myshopify.com',
      'https://evil.test#.myshopify.com',
      'https://demo.myshopify.com@evil.test/',
      'https://user:pw@demo.myshopify.com/',
      'https://demo.myshopify.com:8443/',
      'https://a.b.myshopify.com/',
    ]) {
      expect(refused(url, rule), url).toBe(true);
    }
  });

  it('holds a shop of one’s own to its host and port, https, and public literal addresses', () => {
    const rule: HostRule = { kind: 'public', host: 'shop.example:8443', allowPrivate: false };
    expect(refused('https://shop.example:8443/wp-json', rule)).toBe(false);
    expect(refused('https://shop.example/wp-json', rule)).toBe(true);
    expect(refused('http://shop.example:8443/wp-json', rule)).toBe(true);
    for (const host of [
      '127.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
      '10.0.0.1',
      '2130706433',
      '0x7f.1',
    ]) {
      const literal: HostRule = { kind: 'public', host: new URL(`https://${host}`).host, allowPrivate: false };
      expect(refused(`https://${host}/`, literal), host).toBe(true);
    }
    expect(refused('https://8.8.8.8/', { kind: 'public', host: '8.8.8.8', allowPrivate: false })).toBe(false);
  });

  it('lets http and private addresses pass only after an explicit setting, and metadata not even then', () => {
    const rule: HostRule = { kind: 'public', host: '192.168.1.5', allowPrivate: true };
    expect(refused('http://192.168.1.5/wp-json', rule)).toBe(false);
    expect(refused('http://169.254.169.254/', { kind: 'public', host: '169.254.169.254', allowPrivate: true })).toBe(
      true,
    );
  });
});

describe('connections', () => {
  it('refuses a name that was public when saved and leads inside when called (rebinding)', async () => {
    const { resolve, asked } = answering([publicAddress], ['127.0.0.1']);
    const whenSaved = await new Promise<string>((done) =>
      resolve('rebind.test', { all: true }, (_error, addresses) => done(addresses[0]?.address ?? '')),
    );
    expect(isAddressAllowed(whenSaved, 'public')).toBe(true);
    const { client, calls } = clientFor('', {
      allow: { kind: 'public', host: `rebind.test:${inner.port}`, allowPrivate: false },
      resolve,
    });
    const request = { operation: 'fetchOrders', method: 'GET', url: `https://rebind.test:${inner.port}/` } as const;
    const error = await failureOf(client.send(request));
    expect(error).toMatchObject({ kind: 'permanent', platformCode: 'address_refused', outcomeUnknown: false });
    expect(asked()).toBe(2);
    expect(calls).toMatchObject([{ status: null, error: 'address_refused', attempt: 1 }]);
    expect(inner.hits()).toBe(0);
  });

  it('judges the address again at every connection, not once for the client', async () => {
    const baseUrl = `http://market.test:${inner.port}`;
    const { resolve, asked } = answering(['127.0.0.1'], ['10.0.0.1']);
    const { client } = clientFor(baseUrl, { resolve });
    const before = inner.hits();
    expect((await client.send({ operation: 'a', method: 'GET', url: `${baseUrl}/` })).text).toBe('inner secrets');
    const error = await failureOf(client.send({ operation: 'a', method: 'GET', url: `${baseUrl}/` }));
    expect(error.platformCode).toBe('address_refused');
    expect(asked()).toBe(2);
    expect(inner.hits()).toBe(before + 1);
  });

  it('refuses a name of which only one of several addresses leads inside', async () => {
    const { resolve } = answering([publicAddress, '127.0.0.1']);
    const { client } = clientFor('', { allow: { kind: 'public', host: 'mixed.test', allowPrivate: false }, resolve });
    const error = await failureOf(client.send({ operation: 'a', method: 'GET', url: 'https://mixed.test/' }));
    expect(error.platformCode).toBe('address_refused');
  });

  it('refuses a host outside the rule before anything is looked up, and logs the attempt', async () => {
    const { resolve, asked } = answering(['127.0.0.1']);
    const { client, calls } = clientFor(inner.url, { resolve });
    const before = inner.hits();
    for (const url of ['http://127.0.0.1:1/', 'https://evil.test/', 'file:///etc/passwd', 'not a url']) {
      const error = await failureOf(client.send({ operation: 'a', method: 'GET', url }));
      expect(error.kind, url).toBe('permanent');
    }
    expect(asked()).toBe(0);
    expect(inner.hits()).toBe(before);
    expect(calls.map((call) => call.error)).toEqual(['host_refused', 'host_refused', 'host_refused']);
  });

  it('says that there is no such host, and that nothing was sent', async () => {
    const resolve: ResolveHost = (host, _options, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), []);
    const { client } = clientFor('', { allow: { kind: 'exact', hosts: ['gone.test'] }, resolve });
    const error = await failureOf(client.send({ operation: 'ship', method: 'POST', url: 'https://gone.test/' }));
    expect(error).toMatchObject({ kind: 'retryable', platformCode: 'ENOTFOUND', outcomeUnknown: false });
    expect(error.message).toContain('no such host');
  });

  it('says so when https is asked of a server that does not speak it', async () => {
    const { resolve } = answering(['127.0.0.1']);
    const host = `plain.test:${inner.port}`;
    const { client } = clientFor('', { allow: { kind: 'public', host, allowPrivate: true }, resolve, retries: 0 });
    const error = await failureOf(client.send({ operation: 'a', method: 'POST', url: `https://${host}/` }));
    expect(error).toMatchObject({ outcomeUnknown: false });
    expect(error.message).toContain('https');
  });
});
